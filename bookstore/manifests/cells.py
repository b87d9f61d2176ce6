"""The cells of a notebook by their hashes: what they say and show, however it is written.

A cell's source is hashed as one text in UTF-8.  Of its outputs all is hashed but what changes when
the same is computed again: ``execution_count`` and ``prompt_number``, and each output's
``metadata`` and ``transient``, of which the notebook shows nothing.  Texts are joined where the
format has them in lines, and keys sorted.  What is attached to a text belongs to what it shows.

Knows: the format of notebooks.  Must not know: where they are kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

LARGE_BYTES = 2**20
"""From here on a notebook is not taken apart as a whole: that takes five times its size in memory,
and no other thread may run meanwhile."""
_CELLS_START = b'\n "cells": ['
_CELLS_END = b"\n ]"
_CELL_START, _CELL_END = b"\n  {\n", b"\n  }"
_NOT_SHOWN = frozenset(("execution_count", "prompt_number", "metadata", "transient"))
_NOT_TEXT = frozenset(("traceback", "output_type"))


class Cell(NamedTuple):
    """One cell of a version."""

    id: str
    """Empty where the notebook has none: before format 4.5."""
    type: str
    source_sha256: str
    """64 hexadecimal digits, as all of these."""
    outputs_sha256: str
    """Empty where the cell shows nothing."""


class WrittenCell(NamedTuple):
    """A cell, and what is written in it."""

    cell: Cell
    source: str
    """Empty where the format is not kept: what is there is no text."""


def cells_of(body: bytes) -> tuple[Cell, ...] | None:
    """Return the cells of a notebook in format 3 or 4, in order; None for what is no notebook.

    Never raises.  What is not as the format says is hashed as it is.
    """
    written = written_cells_of(body)
    return None if written is None else tuple(each.cell for each in written)


def written_cells_of(body: bytes) -> tuple[WrittenCell, ...] | None:
    """Return the cells of a notebook as :func:`cells_of` does, with their sources."""
    try:
        if len(body) >= LARGE_BYTES and (cells := _one_by_one(body)) is not None:
            return cells
        found = _cells_in(_parsed(body))
        return None if found is None else tuple(map(_written, found))
    except (ValueError, RecursionError):
        return None


def _one_by_one(body: bytes) -> tuple[WrittenCell, ...] | None:
    """Return the cells of *body*, of which only one is in memory at a time.

    None where that cannot be done: it has to be written as Jupyter does.  It was, when each cell
    alone is JSON, and all else is, with a mark in the place of the cells that is found there.
    """
    start = body.find(_CELLS_START)
    end = body.find(_CELLS_END, start)
    if start < 0 or end < 0:
        return None
    mark = secrets.token_hex(16)
    parts = (body[:start], _CELLS_START, b'"', mark.encode(), b'"', body[end:])
    try:
        rest = orjson.loads(b"".join(parts))
        if not isinstance(rest, dict) or rest.get("cells") != [mark]:
            return None
        cells = _cut(body, start + len(_CELLS_START), end)
        return tuple(_written(orjson.loads(cell)) for cell in cells)
    except orjson.JSONDecodeError:
        return None


def _cut(body: bytes, start: int, end: int) -> Iterator[memoryview]:
    view = memoryview(body)
    while (stop := body.find(_CELL_END + b"," + _CELL_START, start, end)) >= 0:
        stop += len(_CELL_END)
        yield view[start:stop]
        start = stop + 1
    yield view[start:end]


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body)  # has NaN, lone surrogates and numbers of any length


def _cells_in(notebook: Any) -> list[Any] | None:
    if not isinstance(notebook, dict):
        return None
    if isinstance(cells := notebook.get("cells"), list):
        return cells
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    inside = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in inside if isinstance(cells, list) for cell in cells]


def _written(cell: Any) -> WrittenCell:
    if not isinstance(cell, dict):
        return WrittenCell(Cell("", "", _hash_of(cell), ""), "")
    source = _joined(cell["source"] if "source" in cell else cell.get("input", ""))
    shown = list(_shown(cell))
    hashed = Cell(
        id=_name(cell.get("id")),
        type=_name(cell.get("cell_type")),
        source_sha256=_hash_of(source),
        outputs_sha256=_hash_of(shown) if shown else "",
    )
    return WrittenCell(hashed, _name(source))


def _name(name: Any) -> str:
    """Return *name* as a text that can be written anywhere."""
    if not isinstance(name, str):
        return ""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _shown(cell: dict[str, Any]) -> Iterator[Any]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else [outputs] if outputs else ():
        yield _what_shows(output) if isinstance(output, dict) else output
    if attachments := cell.get("attachments"):
        yield {"attachments": attachments}


def _what_shows(output: dict[str, Any]) -> dict[str, Any]:
    shown = {}
    for name, value in output.items():
        if name == "data" and isinstance(value, dict):
            shown[name] = {kind: _said(kind, said) for kind, said in value.items()}
        elif name not in _NOT_SHOWN:
            shown[name] = value if name in _NOT_TEXT else _said(name, value)
    return shown


def _said(kind: str, value: Any) -> Any:
    return value if kind.endswith("json") else _joined(value)


def _joined(value: Any) -> Any:
    """Return a text that the format may have in lines as one; anything else as it is."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def _hash_of(value: Any) -> str:
    if not isinstance(value, str):
        value = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
