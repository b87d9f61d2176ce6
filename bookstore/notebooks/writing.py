"""Write a notebook as the bytes that nbformat writes, in a fraction of its time.

nbformat's indented JSON comes from Python's own generator-based encoder, one string at a time.
Here each text becomes JSON in one go, and what is at all unusual is left to nbformat: a number that
is not finite, a lone surrogate, a key that is not a string, a cell without what cells have.

Knows: nbformat's rules for files.  Must not know: contents managers, where the bytes go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NamedTuple

import nbformat
import orjson
from nbformat.notebooknode import NotebookNode
from nbformat.reader import get_version
from traitlets.log import get_logger

from .validity import MALFORMED


def written(notebook: NotebookNode, capture_validation_error: dict[str, Any] | None) -> bytes:
    """Validate *notebook* and return what ``nbformat.write`` puts into a file for it.

    An invalid notebook is logged, and the error put under "ValidationError" into
    *capture_validation_error*, as nbformat does.  Raises whatever nbformat would.
    """
    version, _ = get_version(notebook)
    if version != nbformat.current_nbformat:
        text = nbformat.writes(
            notebook,
            version=nbformat.NO_CONVERT,
            capture_validation_error=capture_validation_error,
        )
        return _with_last_newline(text.encode())
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        get_logger().error("Notebook JSON is invalid: %s", error)
        if isinstance(capture_validation_error, dict):
            capture_validation_error["ValidationError"] = error
    return notebook_json(notebook)


def notebook_json(notebook: NotebookNode) -> bytes:
    """Return the file that nbformat makes of a notebook of its current format, unvalidated."""
    try:
        pieces: list[bytes] = []
        _write(pieces, _for_file(notebook), b"\n")
        pieces.append(b"\n")
        return b"".join(pieces)
    except (
        *MALFORMED,
        OverflowError,
        RecursionError,
    ):  # whatever is unusual is nbformat's to write, or to refuse
        return _with_last_newline(nbformat.v4.writes_json(notebook).encode())


def _with_last_newline(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


# -- what is in the file ---------------------------------------------------------------------------


class _Lines(NamedTuple):
    """A text that the file has as a list of lines."""

    text: str


_TEXTS_BESIDE_TEXT = ("application/javascript", "image/svg+xml")
"""MIME types other than ``text/...`` whose data is split into lines."""


def _for_file(notebook: NotebookNode) -> dict[str, Any]:
    """Return *notebook* without what belongs to a session only, its texts marked as lines."""
    if type(notebook["cells"]) is not list:
        raise _UnusualError
    session_only = ("orig_nbformat", "orig_nbformat_minor", "signature")
    return {
        **notebook,
        "metadata": _without(notebook["metadata"], *session_only),
        "cells": [_cell(cell) for cell in notebook["cells"]],
    }


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    in_file = {**cell, "metadata": _without(cell["metadata"], "trusted")}
    if type(cell.get("source")) is str:
        in_file["source"] = _Lines(cell["source"])
    if "attachments" in cell:
        attachments = cell["attachments"]
        in_file["attachments"] = {name: _bundle(attachments[name]) for name in attachments}
    if cell["cell_type"] == "code":
        if type(cell["outputs"]) is not list:
            raise _UnusualError
        in_file["outputs"] = [_output(output) for output in cell["outputs"]]
    return in_file


def _output(output: Mapping[str, Any]) -> Mapping[str, Any]:
    output_type = output["output_type"]
    if output_type in ("execute_result", "display_data"):
        return {**output, "data": _bundle(output["data"])} if "data" in output else output
    if output_type == "stream" and type(output["text"]) is str:
        return {**output, "text": _Lines(output["text"])}
    return output


def _bundle(bundle: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: _Lines(data) if type(data) is str and _is_text(mime) else data
        for mime, data in bundle.items()
    }


def _is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime in _TEXTS_BESIDE_TEXT


def _without(metadata: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if name not in names}


# -- JSON, as json.dumps(indent=1, sort_keys=True, ensure_ascii=False) lays it out -----------------

_quoted = orjson.dumps
"""A string as JSON: escaped as by Python's json module, and refused where that is no UTF-8."""

_MARK = "\x7f"
"""Stands for the border between two lines.  No JSON encoder has to escape it, and hardly a text
holds it."""
_OTHER_LINE_ENDS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` splits at, beside the newline."""


class _UnusualError(ValueError):
    """This is left to nbformat."""


def _write(pieces: list[bytes], value: Any, newline: bytes) -> None:
    """Add *value* as JSON; *newline* is a line end and the indentation of the line it is on."""
    write = _WRITERS.get(type(value))
    if write is None:
        raise _UnusualError(type(value))
    write(pieces, value, newline)


def _write_lines(pieces: list[bytes], lines: _Lines, newline: bytes) -> None:
    text, inner = lines.text, newline + b" "
    if not text or _MARK in text or any(end in text for end in _OTHER_LINE_ENDS):
        _write_list(pieces, text.splitlines(keepends=True), newline)
        return
    marked = text[:-1].replace("\n", f"\n{_MARK}") + text[-1]
    between = b'",' + inner + b'"'
    pieces += (b"[", inner, _quoted(marked).replace(_MARK.encode(), between), newline, b"]")


def _write_list(pieces: list[bytes], items: list[Any], newline: bytes) -> None:
    if not items:
        pieces.append(b"[]")
        return
    inner = newline + b" "
    before = b"[" + inner
    for item in items:
        pieces.append(before)
        _write(pieces, item, inner)
        before = b"," + inner
    pieces += (newline, b"]")


def _write_dict(pieces: list[bytes], members: Mapping[str, Any], newline: bytes) -> None:
    if not members:
        pieces.append(b"{}")
        return
    if any(type(name) is not str for name in members):
        raise _UnusualError("a key that is not a string")
    inner = newline + b" "
    before = b"{" + inner
    for name in sorted(members):
        pieces += (before, _quoted(name), b": ")
        _write(pieces, members[name], inner)
        before = b"," + inner
    pieces += (newline, b"}")


def _write_string(pieces: list[bytes], text: str, _newline: bytes) -> None:
    pieces.append(_quoted(text))


def _write_number(pieces: list[bytes], number: float, _newline: bytes) -> None:
    if not isfinite(number):
        raise _UnusualError("a number that is not finite")
    pieces.append(repr(number).encode())


def _write_flag(pieces: list[bytes], flag: bool, _newline: bytes) -> None:
    pieces.append(b"true" if flag else b"false")


def _write_nothing(pieces: list[bytes], _nothing: None, _newline: bytes) -> None:
    pieces.append(b"null")


_WRITERS: dict[type, Callable[[list[bytes], Any, bytes], None]] = {
    str: _write_string,
    _Lines: _write_lines,
    list: _write_list,
    dict: _write_dict,
    NotebookNode: _write_dict,
    int: _write_number,
    float: _write_number,
    bool: _write_flag,
    type(None): _write_nothing,
}
"""By exact type: a subclass may be written in a way of its own."""
