"""Multi-line texts in one piece, as they are compared; on disk they are lists of lines.

Knows: notebooks, as JSON.  Must not know: differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .operations import are_strings


def joined(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return *notebook* with every text that is written as a list of lines in one piece.

    Those are sources, the text of streams, and data and attachments of MIME types other than
    JSON's.  *notebook* is not changed; what needs no joining is shared with it.
    """
    return _with(dict(notebook), {"cells": _each(_cell)})


def _cell(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    parts = {"source": _text, "attachments": _attachments, "outputs": _each(_output)}
    return _with(cell, parts)


def _output(output: Any) -> Any:
    return _with(output, {"text": _text, "data": _bundle}) if isinstance(output, dict) else output


def _attachments(attachments: Any) -> Any:
    if not isinstance(attachments, dict):
        return attachments
    return {name: _bundle(bundle) for name, bundle in attachments.items()}


def _bundle(bundle: Any) -> Any:
    if not isinstance(bundle, dict):
        return bundle
    return {mime: value if _is_json(mime) else _text(value) for mime, value in bundle.items()}


def _is_json(mime: str) -> bool:
    return mime == "application/json" or mime.endswith("+json")


def _text(value: Any) -> Any:
    return "".join(value) if are_strings(value) else value


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: [*map(change, values)] if isinstance(values, list) else values


def _with(value: dict[str, Any], parts: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    changed = {key: change(value[key]) for key, change in parts.items() if key in value}
    return {**value, **changed}
