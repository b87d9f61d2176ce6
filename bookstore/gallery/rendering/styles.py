"""Which of the style that a notebook asks for is allowed: colours, weights and alignment.

Nothing that loads, moves out of its place, covers something else or makes itself invisible there.
Knows: CSS declarations.  Must not know: HTML.
"""

from __future__ import annotations

import re

_LENGTH = r"(?:\d{1,4}(?:\.\d{1,4})?(?:px|em|rem|ex|ch|pt|%)?)"
_COLOUR = (
    r"(?:#[0-9a-f]{3,8}|[a-z]{3,24}|"
    r"(?:rgb|hsl)a?\(\s*[\d.]{1,8}(?:deg)?%?(?:\s*[,/ ]\s*[\d.]{1,8}%?){2,3}\s*\))"
)
_WORD = r"(?:[a-z]{2,20}(?:-[a-z]{2,20}){0,2})"
_BORDER = rf"(?:{_LENGTH}|{_WORD}|{_COLOUR})"

_SIDES = ("top", "right", "bottom", "left")
_FOUR_LENGTHS = rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"
_WHOLE_BORDER = rf"{_BORDER}(?: {_BORDER}){{0,2}}"

_NAMES = {
    _COLOUR: ("color", "background-color", "background", "border-color"),
    r"(?:\d{3}|[a-z]{4,7})": ("font-weight",),
    _WORD: (
        *("font-style", "text-align", "vertical-align", "white-space", "text-decoration"),
        *("border-collapse", "border-style", "list-style-type"),
    ),
    _FOUR_LENGTHS: ("padding", "margin", "border-width"),
    _LENGTH: (
        *(f"{what}-{side}" for what in ("padding", "margin") for side in _SIDES),
        *("width", "height", "max-width", "min-width", "max-height", "border-radius"),
    ),
    _WHOLE_BORDER: ("border", *(f"border-{side}" for side in _SIDES)),
}
_VALUES = {
    name: re.compile(value, re.IGNORECASE) for value, names in _NAMES.items() for name in names
}
_MOST = 1_000


def allowed_style(declarations: str) -> str:
    """Return those of the *declarations* of a style attribute that are allowed."""
    if len(declarations) > _MOST:
        return ""
    kept = []
    for declaration in declarations.split(";"):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        if name in _VALUES and _VALUES[name].fullmatch(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)
