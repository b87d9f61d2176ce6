"""A notebook as text to read in a terminal: its cells, and what of their outputs is text.

Knows: notebooks' JSON.  Must not know: terminals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_RULE = 72


def cells_as_text(body: bytes) -> str:
    """Return the cells of the notebook *body*, one below the other.

    Raises :class:`~bookstore.errors.InvalidNotebook` for what Jupyter would not open.
    """
    from .opening import open_bytes  # imports nbformat, which other commands do not need

    cells = open_bytes(body).notebook.cells
    pieces = [piece for index, cell in enumerate(cells) for piece in _cell(index, cell)]
    return without_controls("\n".join(pieces) + "\n")


def without_controls(text: str) -> str:
    """Return *text* without what a terminal would obey: it may come from anyone."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for char in text.replace("\r\n", "\n")
    )


def _cell(index: int, cell: dict[str, Any]) -> Iterator[str]:
    count, outputs = cell.get("execution_count"), cell.get("outputs")
    heading = f"── {cell['cell_type']} {index + 1}{f' [{count}]' if count is not None else ''} "
    yield heading + "─" * max(0, _RULE - len(heading))
    yield _text(cell.get("source", ""))
    for output in outputs if isinstance(outputs, list) else []:
        if text := _output(output):
            yield "\n".join(f"│ {line}" for line in text.rstrip("\n").split("\n"))
    yield ""


def _output(output: Any) -> str:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        return _text(output.get("text", ""))
    if kind == "error":
        return f"{output.get('ename')}: {output.get('evalue')}"
    data = output.get("data") if isinstance(output, dict) else None
    if not isinstance(data, dict):
        return _text(output)
    others = ", ".join(name for name in data if name != "text/plain")
    shown = _text(data.get("text/plain", ""))
    return f"{shown}\n({others})" if others else shown


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
