"""Any notebook, valid or not → its cells, in the current format and as plain JSON.

Knows: notebooks' JSON.  Must not know: HTML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import InvalidNotebook, TooLarge
from ...notebooks.parsing import CURRENT_FORMAT, parsed
from ...words import count, size

Cell: TypeAlias = "Mapping[str, Any]"
_MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class Notebook:
    """What is shown of a notebook.  Its cells may hold anything that JSON can say."""

    cells: list[Any]
    language: str
    """What its code is written in; empty where it does not say."""
    note: str = ""
    """What is odd about it."""


def read(content: bytes | Mapping[str, Any], most_bytes: int) -> Notebook:
    """Return the notebook *content*.

    Raises :class:`~bookstore.errors.InvalidNotebook` for what is none, and
    :class:`~bookstore.errors.TooLarge`.
    """
    if isinstance(content, bytes):
        if len(content) > most_bytes:
            raise TooLarge(
                f"The notebook has {size(len(content))}; up to {size(most_bytes)} can be shown.",
                hint="Download it, or clear its outputs and publish it again.",
            )
        content = parsed(content)
    if not isinstance(content, Mapping) or not content:
        raise InvalidNotebook("It is not a notebook: its JSON is not an object with cells.")
    cells, note = content.get("cells"), ""
    if not isinstance(cells, list):
        cells, note = _older(content)
    elif content.get("nbformat") != CURRENT_FORMAT:
        note = f"Its nbformat is not {CURRENT_FORMAT}; it is shown as if it were."
    return Notebook(cells, _language(content), note)


def _older(content: Mapping[str, Any]) -> tuple[list[Any], str]:
    """Return the cells of a notebook that has none where the current format has them."""
    from ...notebooks.opening import open_json  # imports nbformat, which others do not need

    opened = open_json({**content})
    cells = opened.notebook.get("cells")
    if not isinstance(cells, list):
        raise InvalidNotebook("The notebook's cells are not a list.")
    return cells, "" if opened.format == CURRENT_FORMAT else opened.problem


def _language(content: Mapping[str, Any]) -> str:
    metadata = content.get("metadata")
    for part, name in (
        ("language_info", "pygments_lexer"),
        ("language_info", "name"),
        ("kernelspec", "language"),
    ):
        found = _get(_get(metadata, part), name)
        if isinstance(found, str) and 0 < len(found) <= _MOST_NAME:
            return text(found)
    return ""


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def text(value: Any, most: int = 0) -> str:
    """Return a text of a notebook, which may be a list of lines or anything else.

    At most *most* characters are put together, and one more, which tells that there are others.
    """
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        told = "".join(_beginning(value, most + 1) if most else value)
    elif isinstance(value, str):
        told = value
    else:
        told = "" if value is None else as_json(value)
    if most:
        told = told[: most + 1]
    return told if told.isascii() else told.encode(errors="replace").decode()


def as_json(value: Any) -> str:
    """Return any JSON to be read by people."""
    try:
        return json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except RecursionError:
        return "JSON that is nested too deeply to be shown"


def cut(value: Any, most: int) -> tuple[str, str]:
    """Return the beginning of a text, and a sentence if there is more of it."""
    whole = text(value, most)
    if len(whole) <= most:
        return whole, ""
    left = length_of(value) - most
    return whole[:most], f"Cut here: {count(left, 'more character')} not shown."


def length_of(value: Any) -> int:
    """Return how many characters :func:`text` has."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return sum(map(len, value))
    return len(text(value))


def short(value: Any) -> str:
    """Return a name that a notebook gives, to be named in a sentence."""
    name = " ".join(text(value, _MOST_NAME).split())
    return name if len(name) <= _MOST_NAME else f"{name[:_MOST_NAME]}…"


def _beginning(lines: list[str], most: int) -> list[str]:
    found = []
    for line in lines:
        found.append(line)
        most -= len(line)
        if most <= 0:
            break
    return found
