"""What programs print for a terminal → HTML: colours stay, what else a terminal would obey goes.

Knows: escape sequences.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from .highlighting import told_apart

_SEQUENCE = re.compile(r"\x1b\[([0-9;:]{0,64})m")
_OTHER = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_=>])")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ON = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "inverse", 9: "struck"}
_OFF = {22: {"bold", "faint"}, 23: {"italic"}, 24: {"underline"}, 27: {"inverse"}, 29: {"struck"}}
_CUBE = (0, 95, 135, 175, 215, 255)


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks from here on: each colour is a class, or a value of CSS."""

    colour: str = ""
    ground: str = ""
    marks: frozenset[str] = frozenset()

    def after(self, codes: list[int]) -> _Look:
        look, at = self, 0
        while at < len(codes):
            code = codes[at]
            at += 1
            if code in (38, 48):
                colour, taken = _extended(codes[at:])
                at += taken
                look = look.with_colour(colour, is_ground=code == 48)
            else:
                look = look.with_one(code)
        return look

    def with_one(self, code: int) -> _Look:
        if code == 0:
            return _Look()
        if code in _ON:
            return replace(self, marks=self.marks | {_ON[code]})
        if code in _OFF:
            return replace(self, marks=self.marks - _OFF[code])
        for first, bright in ((30, ""), (40, ""), (90, "bright-"), (100, "bright-")):
            if first <= code <= first + 7:
                name = bright + _NAMES[code - first]
                return self.with_colour(name, is_ground=first in (40, 100))
        return self.with_colour("", is_ground=code == 49) if code in (39, 49) else self

    def with_colour(self, colour: str, *, is_ground: bool) -> _Look:
        return replace(self, ground=colour) if is_ground else replace(self, colour=colour)

    def around(self, text: str) -> Markup:
        classes = [f"ansi-{mark}" for mark in sorted(self.marks)]
        styles = []
        for value, name, prefix in (
            (self.colour, "color", "ansi-"),
            (self.ground, "background-color", "ansi-on-"),
        ):
            if value.startswith("#"):
                styles.append(f"{name}: {value}")
            elif value:
                classes.append(prefix + value)
        if not classes and not styles:
            return Markup("{}").format(text)
        return Markup('<span class="{}" style="{}">{}</span>').format(
            " ".join(classes), "; ".join(styles), text
        )


def ansi_html(text: str) -> Markup:
    """Return *text*, which was printed, as HTML."""
    parts = _SEQUENCE.split(_settled(text))
    look, shown = _Look(), []
    for at, part in enumerate(parts):
        if at % 2:
            look = look.after([int(code) if code else 0 for code in re.split("[;:]", part)])
        elif part := _OTHER.sub("", part).replace("\x1b", ""):
            shown.append(look.around(part))
    return told_apart(Markup().join(shown))


def _settled(text: str) -> str:
    """Return what is left when what was overwritten is gone: progress bars, mostly."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _extended(codes: list[int]) -> tuple[str, int]:
    """Return the colour that *codes* begin with, and how many they are."""
    if codes[:1] == [5] and len(codes) > 1:
        return _of_256(min(codes[1], 255)), 2
    if codes[:1] == [2] and len(codes) > 3:
        return "#{:02x}{:02x}{:02x}".format(*(min(code, 255) for code in codes[1:4])), 4
    return "", len(codes)


def _of_256(number: int) -> str:
    if number < 16:
        return ("bright-" if number > 7 else "") + _NAMES[number % 8]
    if number > 231:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    red, green, blue = (number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6
    return f"#{_CUBE[red]:02x}{_CUBE[green]:02x}{_CUBE[blue]:02x}"
