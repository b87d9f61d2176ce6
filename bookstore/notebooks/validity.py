"""What is not valid about a notebook?  Answered in bounded time and memory, whatever is in it.

nbformat finds out quickly whether a notebook is valid.  What is wrong it finds with a second
library, which keeps a dozen errors for each part of a bad cell: a few megabytes made for that
take hours and all memory.  So only what is small is explained with it.

Knows: nbformat's schemas.  Must not know: bytes, contents models.
"""

from __future__ import annotations

import re
from typing import Any

import nbformat
from nbformat.corpus.words import generate_corpus_id
from nbformat.validator import get_validator, iter_validate

from .parsing import shortened

EXPLAINED_PARTS = 2_000
"""Objects, lists and values of a notebook, or a cell, that is small."""
OPENED_PARTS = 20_000
"""Of a cell in a notebook that is not valid.  Jupyter explains each notebook that is not, whenever
it opens or saves one: with more parts in a bad cell it takes minutes and gigabytes."""
_PART_CHARACTERS = 1_000
"""So much text counts as one more part."""
_FIRST_WITH_IDS = (4, 5)
_MAJOR = nbformat.current_nbformat
_JSON_MIME = re.compile(r"application/(.*\+)?json$")
_BAD_CELL = re.compile(r"data\.cells\[(\d+)\]")
MALFORMED = (AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError)
"""What nbformat raises on JSON that is not shaped like a notebook, beside its ValidationError."""


def problem_of(notebook: dict[str, Any]) -> str:
    """Return, in words, what is not valid about *notebook*, of the current format; "" if nothing.

    What is not even shaped like one may raise one of :data:`MALFORMED`.
    """
    minor = _minor_of(notebook)
    try:
        get_validator(_MAJOR, minor).validate(notebook)
    except nbformat.ValidationError as error:
        words = _words(notebook, minor, error)
        return f"The notebook is not valid: {words}{'' if words.endswith('…') else '.'}"
    return ""


def give_ids(notebook: dict[str, Any]) -> None:
    """Give an id to each cell that needs one and has none, or has that of another."""
    if (notebook["nbformat"], _minor_of(notebook)) < _FIRST_WITH_IDS:
        return
    seen: set[str] = set()
    for cell in notebook["cells"]:
        while "id" not in cell or cell["id"] in seen:
            cell["id"] = generate_corpus_id()
        seen.add(cell["id"])


def can_be_opened(notebook: dict[str, Any]) -> bool:
    """Can Jupyter open and save *notebook*, which is not valid, in a time that people wait?"""
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        # That none occurs twice is found out by comparing each with each.
        pairs = len(tags) ** 2 // 100 if isinstance(tags, list) else 0
        judged = {**_judged(cell), "metadata": None}
        if not is_small(judged, most=OPENED_PARTS - pairs):
            return False
    return True


def is_small(value: Any, *, most: int = EXPLAINED_PARTS) -> bool:
    """Has the JSON *value* at most so many parts?"""
    left, parts = [value], most
    while left:
        part = left.pop()
        parts -= 1
        if isinstance(part, str):
            parts -= len(part) // _PART_CHARACTERS
        elif isinstance(part, dict | list):
            parts -= len(part)  # before they are looked at: there may be millions
            if parts >= 0:
                left += part.values() if isinstance(part, dict) else part
        if parts < 0:
            return False
    return True


def _words(notebook: dict[str, Any], minor: int, error: nbformat.ValidationError) -> str:
    """Return what is wrong and where; of a large notebook, only its bad cell is looked at."""
    if is_small(notebook):
        return _words_of(_explained(notebook, minor) or error)
    if found := _BAD_CELL.match(error.message):
        number = int(found[1])
        alone = {**notebook, "cells": [_judged(notebook["cells"][number])]}
        if is_small(alone) and (explained := _explained(alone, minor)):
            return _words_of(explained, cell=number)
    return _words_of(error)


def _explained(notebook: dict[str, Any], minor: int) -> nbformat.ValidationError | None:
    try:
        return next(iter_validate(notebook, version=_MAJOR, version_minor=minor), None)
    except (*MALFORMED, RecursionError):
        return None


def _words_of(error: nbformat.ValidationError, *, cell: int | None = None) -> str:
    steps = [*error.absolute_path]
    if cell is not None and steps[:1] == ["cells"] and len(steps) > 1:
        steps[1] = cell
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    message = shortened(
        re.sub(r"^data( |\.)", lambda m: "it " if m[1] == " " else "", error.message)
    )
    return shortened(f"{place.lstrip('.')}: {message}") if place else message


def _judged(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what the schema looks at in *cell*: of texts their beginning, of data that are free,
    none.
    """
    cell = {name: _cut(value) for name, value in cell.items()}
    if isinstance(outputs := cell.get("outputs"), list):
        cell["outputs"] = [
            _judged_output(output) if isinstance(output, dict) else output for output in outputs
        ]
    if isinstance(attachments := cell.get("attachments"), dict):
        cell["attachments"] = {name: _judged_bundle(each) for name, each in attachments.items()}
    return cell


def _judged_output(output: dict[str, Any]) -> dict[str, Any]:
    output = {name: _cut(value) for name, value in output.items()}
    if isinstance(output.get("metadata"), dict):
        output["metadata"] = {}
    return {**output, "data": _judged_bundle(output["data"])} if "data" in output else output


def _judged_bundle(bundle: Any) -> Any:
    if not isinstance(bundle, dict):
        return bundle
    return {mime: None if _JSON_MIME.match(mime) else _cut(data) for mime, data in bundle.items()}


def _cut(value: Any) -> Any:
    return value[:_PART_CHARACTERS] if isinstance(value, str) else value


def _minor_of(notebook: dict[str, Any]) -> int:
    """Return the minor format to judge *notebook* by; what is none of ours is judged all the same.

    All formats of the future are one: nbformat keeps a validator for each that it ever met.
    """
    minor = notebook.get("nbformat_minor", 0)
    if type(minor) is not int:
        return 0
    return max(0, min(minor, nbformat.v4.nbformat_minor + 1))
