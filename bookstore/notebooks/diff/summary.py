"""A difference in numbers.

Knows: the operations.  Must not know: how a difference is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .operations import DiffOp

_COUNTED = "execution_count"
"""What says how often something was run, which changes with every run of the same."""
_CONTENT_KEYS = {"source", "attachments"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSummary:
    """How much changed; each cell counts once, for the weightiest of its changes."""

    cells_added: int = 0
    cells_removed: int = 0
    """A cell that moved, or became one of another type, was removed and added."""
    cells_changed: int = 0
    """Cells whose source (or an attachment) changed."""
    outputs_changed: int = 0
    """Cells with the same source and other outputs; that it was counted again is no change."""
    metadata_changed: int = 0
    """Cells of which only metadata or the id changed, and 1 more for the notebook's own."""

    def to_json(self) -> dict[str, int]:
        """Return the numbers by name."""
        return asdict(self)


def summarise(diff: Sequence[DiffOp]) -> DiffSummary:
    """Return *diff*, of two notebooks, in numbers."""
    count: Counter[str] = Counter()
    for op in diff:
        if op["key"] == "cells" and op["op"] == "patch":
            for cell_op in op["diff"]:
                count.update(_counted(cell_op))
    count["metadata_changed"] += any(op["key"] != "cells" for op in diff)
    return DiffSummary(**count)


def _counted(op: DiffOp) -> dict[str, int]:
    if op["op"] == "addrange":
        return {"cells_added": len(op["valuelist"])}
    if op["op"] == "removerange":
        return {"cells_removed": op["length"]}
    keys = {inner["key"] for inner in op["diff"] if not _is_only_counted(inner)}
    if keys & _CONTENT_KEYS:
        return {"cells_changed": 1}
    if not keys:
        return {}
    return {"outputs_changed" if "outputs" in keys else "metadata_changed": 1}


def _is_only_counted(op: DiffOp) -> bool:
    """Is *op*, within a cell, of nothing but execution counts?"""
    if op["key"] == _COUNTED:
        return True
    return op["key"] == "outputs" and op["op"] == "patch" and all(map(_is_count, op["diff"]))


def _is_count(op: DiffOp) -> bool:
    """Is *op*, within a list of outputs, of nothing but an output's execution count?"""
    return op["op"] == "patch" and all(inner["key"] == _COUNTED for inner in op["diff"])
