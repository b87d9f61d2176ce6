"""What people type to find notebooks, read into a tree that engines compile; see :func:`parse`.

Pure: it knows no database and no engine.
"""

from .dates import bounds
from .errors import QueryNotUnderstood
from .parsing import parse
from .printing import show
from .tree import And, Flag, Label, Match, Node, Not, Or, Text, When, leaves

__all__ = [
    "And",
    "Flag",
    "Label",
    "Match",
    "Node",
    "Not",
    "Or",
    "QueryNotUnderstood",
    "Text",
    "When",
    "bounds",
    "leaves",
    "parse",
    "show",
]
