"""How much work a drawing in SVG is for a browser: a kilobyte may ask for a billion rectangles.

A drawing is shown as an image, so nothing in it runs or loads; but whoever looks at it waits for
it, and so does everything else in that window.  Parts that refer to parts that refer to parts are
counted as often as they are drawn.
Knows: XML, SVG.  Must not know: HTML.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Any
from xml.parsers import expat

MOST_WORK = 300_000
"""In elements that are drawn; a plot of 50,000 points has about 100,000."""
_OF_A_FILTER = 3_000
_TOO_MUCH = MOST_WORK + 1
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)")
_FILTER = re.compile(r"(?:blur|drop-shadow)\(", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']{0,40})[\"']")
_PICTURES = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def is_drawable(svg: bytes) -> bool:
    """Is it a drawing, and one that a browser has drawn in a moment?"""
    declared = _ENCODING.match(svg.removeprefix(BOM_UTF8)[:300])
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        return False  # browsers would read something else than we do
    drawing = _Drawing()
    try:
        drawing.read(svg)
    except (expat.ExpatError, _CannotBeJudged):
        return False
    return drawing.work() <= MOST_WORK


class _CannotBeJudged(Exception):
    """There is something in a drawing that hides how much work it is."""


class _Drawing:
    """A graph of elements: each has those in it, and those that it refers to."""

    def __init__(self) -> None:
        self._weights: list[int] = []
        self._inside: list[list[int]] = []
        self._refers_to: list[list[str]] = []
        self._ids: dict[str, int] = {}
        self._open: list[int] = []
        self._styles = ""
        self._in_style = False

    def read(self, svg: bytes) -> None:
        """Take in all elements; raises what the parser does, and :class:`_CannotBeJudged`."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.buffer_text = True
        parser.Parse(svg, True)

    def work(self) -> int:
        """Return how many elements are drawn, roughly; not how many beyond too many."""
        totals = self._totals()
        by_style = sum(totals.get(self._ids.get(name, -1), 0) for name in _references(self._styles))
        return totals.get(0, 0) + by_style * len(self._weights)

    def _totals(self) -> dict[int, int]:
        totals: dict[int, int] = {}
        under_way: set[int] = set()
        waiting = [0] if self._weights else []
        while waiting:
            at = waiting[-1]
            parts = self._parts(at)
            if at not in under_way:
                under_way.add(at)
                waiting += [part for part in parts if part not in totals and part not in under_way]
                continue
            waiting.pop()
            if at not in totals:  # what refers to itself is drawn once
                total = self._weights[at] + sum(totals.get(part, 0) for part in parts)
                totals[at] = min(total, _TOO_MUCH)
        return totals

    def _parts(self, at: int) -> list[int]:
        named = [self._ids[name] for name in self._refers_to[at] if name in self._ids]
        return [*self._inside[at], *named]

    # -- what the parser finds ---------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name, at = tag.rpartition(":")[2], len(self._weights)
        told = " ".join(attributes.values())
        if self._open:
            self._inside[self._open[-1]].append(at)
        self._open.append(at)
        self._inside.append([])
        filters = name.startswith("fe") + len(_FILTER.findall(told))
        self._weights.append(1 + _OF_A_FILTER * filters)
        self._refers_to.append(
            [name for value in attributes.values() for name in _references(value)]
        )
        self._ids.setdefault(attributes.get("id", ""), at)
        self._in_style = name == "style"
        if "\\" in attributes.get("style", "") or any(map(_hides, attributes.values())):
            raise _CannotBeJudged

    def _end(self, _tag: str) -> None:
        self._open.pop()
        self._in_style = False

    def _text(self, text: str) -> None:
        if self._in_style:
            self._styles += text
            if "\\" in text or _FILTER.search(text):
                raise _CannotBeJudged

    def _entity(self, *_declared: Any) -> None:
        raise _CannotBeJudged


def _references(value: str) -> list[str]:
    """Return the ids that *value* refers to; it may also become a link, by an animation."""
    if "#" not in value:
        return []
    found = _REFERENCE.findall(value)
    return [*found, *(part.strip()[1:] for part in value.split(";") if part.strip()[:1] == "#")]


def _hides(value: str) -> bool:
    """Is there another drawing in *value*?"""
    start = value.strip()[:200].lower()
    return start.startswith("data:") and not start.startswith(_PICTURES)
