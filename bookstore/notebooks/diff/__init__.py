"""What changed from one notebook to another, in nbdime's JSON diff format.

Here live the alignment of cells, the differences of texts, outputs and metadata, their summary and
their form for a terminal.  All of it works on plain JSON values and returns such: no nbformat, no
files, no HTTP.
"""

from .joining import joined
from .limits import (
    MAX_COMPARE_BYTES,
    MAX_COMPARE_CELLS,
    MAX_COMPARE_DEPTH,
    check_comparable,
    check_depth,
    too_deep,
)
from .notebooks import diff_notebooks
from .operations import DiffOp
from .patching import apply_diff
from .rendering import render_text
from .summary import DiffSummary, summarise

__all__ = [
    "MAX_COMPARE_BYTES",
    "MAX_COMPARE_CELLS",
    "MAX_COMPARE_DEPTH",
    "DiffOp",
    "DiffSummary",
    "apply_diff",
    "check_comparable",
    "check_depth",
    "diff_notebooks",
    "joined",
    "render_text",
    "summarise",
    "too_deep",
]
