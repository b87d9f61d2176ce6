"""A tree as a query that is read to the same tree."""

from __future__ import annotations

import re

from .lexing import OPERATORS
from .tree import And, Flag, Label, Match, Node, Not, Or, Text, When

_PLAIN = re.compile(r"[^\W_](?:[\w.#+/-]*[\w#+])?")


def show(node: Node | None) -> str:
    """Return the query of a tree."""
    if node is None:
        return ""
    if isinstance(node, Or):
        return " OR ".join(_inside(each) for each in node.nodes)
    if isinstance(node, And):
        return " ".join(_inside(each) for each in node.nodes)
    if isinstance(node, Not):
        return f"NOT {_inside(node.node)}"
    return _leaf(node)


def _inside(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, (And, Or)) else show(node)


def _leaf(node: Text | Label | Flag | When) -> str:
    if isinstance(node, Flag):
        return f"{node.field}:{'yes' if node.is_set else 'no'}"
    if isinstance(node, When):
        return f"{node.field}:{_quoted(node.text)}"
    text = node.text if isinstance(node, Text) else node.value
    before = f"{node.field}:" if node.field else ""
    if node.match is Match.BEGIN:
        return f"{before}{text}*"
    if node.match is Match.PART:
        return f"{before}*{text}*"
    is_plain = _PLAIN.fullmatch(text) and text not in OPERATORS
    return before + (text if is_plain else _quoted(text))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
