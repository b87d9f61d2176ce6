"""Make a valid notebook of one that Jupyter opens all the same.

What is shown stays: texts, outputs, counts.  What the format has no place for goes into metadata,
and what metadata may not hold is dropped; the version that it is made of keeps it.

Knows: nbformat's schemas.  Must not know: bytes, stores, HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat.corpus.words import generate_corpus_id
from nbformat.validator import iter_validate

from . import strict_json

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
_JSON_MIME = re.compile(r"application/(.*\+)?json$")
_NEVER_MOVED = ("trusted", "signature", "orig_nbformat", "orig_nbformat_minor")
"""Into metadata, where they would mean something."""


def mended(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a valid notebook of the current format, with as much of *notebook* as there can be."""
    old = json.loads(strict_json.dumps(notebook))
    cells = old.pop("cells")
    new = {
        "metadata": old.pop("metadata"),
        "nbformat": nbformat.current_nbformat,
        "nbformat_minor": nbformat.current_nbformat_minor,
        "cells": [],
    }
    _move_into(new["metadata"], {name: old[name] for name in old.keys() - new.keys()})
    spec = new["metadata"].get("kernelspec")
    if isinstance(spec, dict) and "name" in spec:
        spec.setdefault("display_name", spec["name"])
    _drop_invalid(new["metadata"], new, None)
    taken: set[str] = set()
    new["cells"] = [_cell(cell, taken) for cell in cells] if isinstance(cells, list) else []
    result: nbformat.NotebookNode = nbformat.from_dict(new)
    return result


def _cell(old: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    kind = old["cell_type"]
    if kind == "heading":  # as the formats before this one had them
        kind, source = "markdown", f"{'#' * _level(old)} {_text(old.get('source'))}"
    elif kind in ("code", "markdown", "raw"):
        source = _text(old.get("source"))
    else:
        kind, source = "raw", _text(old.get("source", old))
    cell_id = old.get("id")
    if not isinstance(cell_id, str) or not _ID.match(cell_id) or cell_id in taken:
        cell_id = generate_corpus_id()
    taken.add(cell_id)
    new = {"cell_type": kind, "id": cell_id, "metadata": old["metadata"], "source": source}
    if kind == "code":
        new["execution_count"] = _count(old.get("execution_count"))
        outputs = old.get("outputs")
        new["outputs"] = [_output(each) for each in outputs] if isinstance(outputs, list) else []
    elif isinstance(attachments := old.get("attachments"), dict):
        new["attachments"] = {name: _bundle(bundle) for name, bundle in attachments.items()}
    _move_into(new["metadata"], {name: old[name] for name in old.keys() - new.keys()})
    if isinstance(tags := new["metadata"].get("tags"), str):
        new["metadata"]["tags"] = [tags]
    elif isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        new["metadata"]["tags"] = [*dict.fromkeys(tags)]
    else:  # not valid: to find that out, each would be compared with each
        new["metadata"].pop("tags", None)
    bare = {**new, "outputs": []} if kind == "code" else new
    _drop_invalid(new["metadata"], bare, f"{kind}_cell")
    return new


def _output(old: Any) -> dict[str, Any]:
    kind = old.get("output_type") if isinstance(old, dict) else None
    mend = _OUTPUTS.get(kind) if isinstance(kind, str) else None
    if mend is None:
        kind, old = "display_data", {"data": {"text/plain": _text(old)}}
        mend = _data
    return {"output_type": kind, **mend(old)}


def _stream(old: dict[str, Any]) -> dict[str, Any]:
    return {"name": _text(old.get("name")) or "stdout", "text": _text(old.get("text"))}


def _error(old: dict[str, Any]) -> dict[str, Any]:
    lines = old.get("traceback")
    return {
        "ename": _text(old.get("ename")),
        "evalue": _text(old.get("evalue")),
        "traceback": [*map(_text, lines)] if isinstance(lines, list) else [],
    }


def _data(old: dict[str, Any]) -> dict[str, Any]:
    metadata = old.get("metadata")
    return {
        "data": _bundle(old.get("data", {})),
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def _result(old: dict[str, Any]) -> dict[str, Any]:
    return {**_data(old), "execution_count": _count(old.get("execution_count"))}


_OUTPUTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "stream": _stream,
    "error": _error,
    "display_data": _data,
    "execute_result": _result,
}


def _bundle(old: Any) -> dict[str, Any]:
    if not isinstance(old, dict):
        return {"text/plain": _text(old)}
    return {mime: value if _JSON_MIME.match(mime) else _text(value) for mime, value in old.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _count(value: Any) -> int | None:
    is_count = type(value) in (int, float) and value >= 0 and value == int(value)
    return int(value) if is_count else None


def _level(cell: dict[str, Any]) -> int:
    return min(6, max(1, _count(cell.get("level")) or 1))


def _move_into(metadata: dict[str, Any], extra: dict[str, Any]) -> None:
    for name, value in extra.items():
        if value and name not in _NEVER_MOVED:
            metadata.setdefault(name, value)


def _drop_invalid(metadata: dict[str, Any], owner: dict[str, Any], ref: str | None) -> None:
    """Take out of the *metadata* of *owner* what the schema says is not valid."""
    major, minor = nbformat.current_nbformat, nbformat.current_nbformat_minor
    while error := next(iter_validate(owner, ref, major, minor), None):
        place = [*error.absolute_path]
        if place[:1] != ["metadata"] or len(place) < 2:
            return
        del metadata[place[1]]
