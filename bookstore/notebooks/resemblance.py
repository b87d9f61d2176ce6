"""How near one file's content is to two others: is it one of them with somebody's edits in it?

Knows: notebooks' JSON, text.  Must not know: who saves, what for.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from . import strict_json

_WRITTEN_BY_EDITORS = ("kernelspec", "language_info")
"""Notebook metadata that an editor takes over from the kernel."""
_TRUST = ("trusted", "signature")


@dataclass(frozen=True, slots=True)
class Content:
    """A file's content as far as it matters whether another is the same."""

    digest: str
    """Of everything that a person or a kernel put there; the same for the same content."""
    lines: Counter[str]
    """Of its text, those without any left out."""
    parts: Counter[str]
    """Digests of what has no lines: outputs, attachments, metadata."""

    @classmethod
    def of(cls, content: bytes | Mapping[str, Any]) -> Content:
        """Return what *content* is: a file's bytes, or a notebook's JSON.

        Takes a moment for large ones, so not on an event loop.
        """
        try:
            if (notebook := _notebook(content)) is not None:
                return cls(_digest(notebook), Counter(_lines(notebook)), Counter(_parts(notebook)))
        except (ValueError, RecursionError):  # no JSON, or too deep to be looked at
            pass
        text = content.decode(errors="replace") if isinstance(content, bytes) else ""
        return cls(_digest(text), Counter(_with_text(text)), Counter())

    def is_nearer(self, one: Content, other: Content) -> bool:
        """Is this nearer to *one* than to *other*?

        Each line and part that only one of them has speaks for the one that this agrees with.  When
        they are balanced, the text decides that this has instead: more letters of which one?
        """
        balance = _agreement(self.lines, one.lines, other.lines)
        balance += _agreement(self.parts, one.parts, other.parts)
        if balance:
            return balance > 0
        own = self.lines - one.lines - other.lines
        return _alike(own, one.lines - self.lines) > _alike(own, other.lines - self.lines)


def says_nothing_new(before: bytes, after: bytes) -> bool:
    """Is *after* the notebook *before*, with no more than an editor writes into it by itself?

    That is how the kernel describes itself and its language, an ID for each cell that has none, an
    empty cell where there is none, and the way the JSON is laid out.  Another kernel is something
    new, and so is everything else.
    """
    try:
        old, new = (_joined(strict_json.loads(content)) for content in (before, after))
        if not old["cells"] and [*map(_is_empty, new["cells"])] == [True]:
            new["cells"] = []
        new["cells"] = [
            cell if "id" in was else _without(cell, "id")
            for was, cell in zip(old["cells"], new["cells"], strict=True)
        ]
        return _digest(_undescribed(old)) == _digest(_undescribed(new))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):  # no notebook
        return False


def _is_empty(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code" and not cell["source"] and not cell["outputs"]


def _undescribed(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    metadata = notebook["metadata"]
    kernel = _without(metadata.get("kernelspec", {}), "display_name", "language")
    if kernel.get("name") == "":
        del kernel["name"]
    return [{**notebook, "metadata": _without(metadata, *_WRITTEN_BY_EDITORS)}, kernel]


def _agreement(mine: Counter[str], one: Counter[str], other: Counter[str]) -> int:
    """Count what is as in *one* and not as in *other*, less what is the other way round."""
    only_one, only_other = one - other, other - one
    with_one, with_other = (mine & only_one).total(), (mine & only_other).total()
    return 2 * with_one - only_one.total() - 2 * with_other + only_other.total()


def _alike(lines: Counter[str], others: Counter[str]) -> float:
    text, other = ("\n".join(sorted(each.elements())) for each in (lines, others))
    return SequenceMatcher(None, text, other, autojunk=False).quick_ratio()


def _notebook(content: bytes | Mapping[str, Any]) -> dict[str, Any] | None:
    """Return *content* without what an editor or Jupyter adds; None when it is no notebook."""
    decoded = strict_json.loads(content) if isinstance(content, bytes) else content
    cells = decoded.get("cells") if isinstance(decoded, Mapping) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return None
    notebook = _joined(decoded)
    metadata = _without(decoded.get("metadata"), *_TRUST, *_WRITTEN_BY_EDITORS)
    return {"metadata": metadata, "cells": [_cell(cell) for cell in notebook["cells"]]}


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    # An id is given to a cell that has none, and says nothing about what is in it.
    kept = {name: value for name, value in cell.items() if name != "id" and value != {}}
    return {**kept, "metadata": _without(cell.get("metadata"), *_TRUST)}


def _joined(notebook: Mapping[str, Any]) -> dict[str, Any]:
    from .diff import joined  # not at a server's start, for what few saves need

    return joined(notebook)


def _without(metadata: Any, *names: str) -> Any:
    if not isinstance(metadata, Mapping):
        return metadata
    return {name: value for name, value in metadata.items() if name not in names}


def _lines(notebook: dict[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        if isinstance(source := cell.get("source"), str):
            yield from _with_text(source)


def _parts(notebook: dict[str, Any]) -> Iterator[str]:
    for owner in (notebook, *notebook["cells"]):
        outputs = owner.get("outputs")
        parts = [owner.get("metadata"), owner.get("attachments")]
        parts += outputs if isinstance(outputs, list) else [outputs]
        yield from (_digest(part) for part in parts if part)


def _with_text(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
