"""A difference as people read it in a terminal, in the manner of ``git diff``.

Knows: notebooks and their differences.  Must not know: how a difference is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...words import size
from .operations import DiffOp
from .patching import patched
from .terminal import Painter, Sign

_MOST_LINES = 30
"""Of an output or source that was added or removed whole."""
_TEXT_MIMES = ("text/plain", "text/markdown", "text/latex")


def render_text(
    base: Mapping[str, Any], diff: Sequence[DiffOp], *, colour: bool, width: int
) -> str:
    """Return *diff*, of which *base* is the older notebook, for a terminal *width* columns wide.

    Changed cells come one by one under a headline with number and type.  Sources and text outputs
    are shown by lines, what changed within a line in reverse video; images and the like by size.
    Escape sequences that a notebook holds do not reach the terminal.
    """
    lines = painted_lines(base, diff, Painter(colour=colour, width=width))
    return "".join(f"{line}\n" for line in lines)


def painted_lines(base: Mapping[str, Any], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    """Yield the lines of *diff*, of which *base* is the older notebook, as *paint* writes them."""
    about = [op for op in diff if op["key"] != "cells"]
    if about:
        yield paint.head("notebook")
        for op in about:
            yield from _value(base, op, paint, op["key"])
    for op in diff:
        if op["key"] != "cells":
            continue
        if op["op"] == "patch":
            yield from _cells(base["cells"], op["diff"], paint)
        else:
            yield from _value(base, op, paint, "cells")


def _cells(cells: Sequence[Any], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    shift = 0  # by how much a cell's number in the remote is above that in the base
    renamed = sum(map(_changes_only_id, diff))
    for op in diff:
        at = op["key"]
        if op["op"] == "addrange":
            for number, cell in enumerate(op["valuelist"], at + shift + 1):
                yield paint.head(f"cell {number} ({_type(cell)})", "added")
                yield from _whole_cell("+", cell, paint)
            shift += len(op["valuelist"])
        elif op["op"] == "removerange":
            for number, cell in enumerate(cells[at : at + op["length"]], at + 1):
                yield paint.head(f"cell {number} ({_type(cell)})", "removed")
                yield from _whole_cell("-", cell, paint)
            shift -= op["length"]
        elif not _changes_only_id(op):
            moved = f" → {at + 1 + shift}" if shift else ""
            yield paint.head(f"cell {at + 1}{moved} ({_type(cells[at])})", "changed")
            yield from _cell(cells[at], op["diff"], paint)
    if renamed:
        which = "1 cell" if renamed == 1 else f"{renamed:,} cells"
        yield paint.note(f"only the id of {which} changed")


def _changes_only_id(op: DiffOp) -> bool:
    return op["op"] == "patch" and [inner["key"] for inner in op["diff"]] == ["id"]


def _cell(cell: Mapping[str, Any], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    by_key = {op["key"]: op for op in diff}
    first = ("source", "outputs")
    for key in (*first, *(key for key in by_key if key not in first)):
        op = by_key.get(key)
        if op is None:
            continue
        if op["op"] == "patch" and key == "source":
            yield from paint.hunks(cell[key], op["diff"])
        elif op["op"] == "patch" and key == "outputs":
            yield paint.note("outputs")
            yield from _outputs(cell[key], op["diff"], paint)
        elif key == "execution_count":
            counts = [cell.get(key), op.get("value")]
            yield paint.note("execution count " + " → ".join(map(_count, counts)))
        else:
            yield from _value(cell, op, paint, key)


def _whole_cell(sign: Sign, cell: Mapping[str, Any], paint: Painter) -> Iterator[str]:
    yield from _text(sign, cell.get("source"), paint)
    outputs = cell.get("outputs")
    if outputs and isinstance(outputs, list):
        yield paint.note("outputs")
        for output in outputs:
            yield from _whole_output(sign, output, paint)


# -- outputs -------------------------------------------------------------------------------


def _outputs(outputs: Sequence[Any], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    for op in diff:
        at = op["key"]
        if op["op"] == "addrange":
            for output in op["valuelist"]:
                yield from _whole_output("+", output, paint)
        elif op["op"] == "removerange":
            for output in outputs[at : at + op["length"]]:
                yield from _whole_output("-", output, paint)
        else:
            yield from _output(outputs[at], op["diff"], paint)


def _output(output: Mapping[str, Any], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    for op in diff:
        key = op["key"]
        if op["op"] != "patch":
            yield from _value(output, op, paint, key)
        elif key == "text":
            yield from paint.hunks(output[key], op["diff"])
        elif key == "traceback":
            yield from _traceback(output[key], op["diff"], paint)
        elif key == "data":
            for inner in op["diff"]:
                yield from _data(inner["key"], output[key][inner["key"]], inner["diff"], paint)
        else:
            yield from _value(output, op, paint, key)


def _data(mime: str, base: Any, diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    if isinstance(base, str) and mime in _TEXT_MIMES:
        yield from paint.hunks(base, diff)
    else:
        remote = patched(base, diff)
        yield paint.note(f"{mime} changed, {_size(mime, base)} → {_size(mime, remote)}")


def _traceback(base: Sequence[str], diff: Sequence[DiffOp], paint: Painter) -> Iterator[str]:
    for op in diff:
        at = op["key"]
        if op["op"] == "removerange":
            yield from _text("-", "\n".join(base[at : at + op["length"]]), paint)
        else:
            yield from _text("+", "\n".join(op["valuelist"]), paint)


def _whole_output(sign: Sign, output: Any, paint: Painter) -> Iterator[str]:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        yield from _text(sign, output.get("text"), paint)
    elif kind == "error":
        yield paint.line(sign, f"{output.get('ename')}: {output.get('evalue')}")
    elif isinstance(output, dict) and isinstance(output.get("data"), dict):
        for mime, value in output["data"].items():
            if isinstance(value, str) and mime in _TEXT_MIMES:
                yield from _text(sign, value, paint)
            else:
                yield paint.line(sign, f"{mime}, {_size(mime, value)}")
    else:
        yield paint.line(sign, _json(output))


# -- values --------------------------------------------------------------------------------


def _value(base: Mapping[str, Any], op: DiffOp, paint: Painter, name: str) -> Iterator[str]:
    """Yield a change of plain JSON, each value on one line behind its place."""
    key = op["key"]
    before = base.get(key) if isinstance(base, dict) else None
    if op["op"] == "patch" and isinstance(before, dict):
        for inner in op["diff"]:
            yield from _value(before, inner, paint, f"{name}.{inner['key']}")
        return
    if op["op"] != "add":
        yield paint.line("-", f"{name}: {_json(before)}")
    if op["op"] == "patch":
        yield paint.line("+", f"{name}: {_json(patched(before, op['diff']))}")
    elif op["op"] != "remove":
        yield paint.line("+", f"{name}: {_json(op['value'])}")


def _text(sign: Sign, text: Any, paint: Painter) -> Iterator[str]:
    lines = text.split("\n") if isinstance(text, str) else [_json(text)]
    if lines[-1] == "":
        lines.pop()
    # One line more is shown rather than said to be left out.
    shown = len(lines) if len(lines) <= _MOST_LINES + 1 else _MOST_LINES
    yield from (paint.line(sign, line.rstrip("\r")) for line in lines[:shown])
    if shown < len(lines):
        yield paint.note(f"… {len(lines) - shown:,} more lines")


def _count(value: Any) -> str:
    return "none" if value is None else str(value)


def _type(cell: Any) -> str:
    return str(cell.get("cell_type")) if isinstance(cell, dict) else "malformed"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _size(mime: str, value: Any) -> str:
    text = value if isinstance(value, str) else _json(value)
    is_base64 = isinstance(value, str) and not mime.startswith("text/") and not _is_xml(mime)
    return size(len(text.replace("\n", "")) * 3 // 4 if is_base64 else len(text))


def _is_xml(mime: str) -> bool:
    return mime.endswith(("+xml", "/xml", "javascript"))
