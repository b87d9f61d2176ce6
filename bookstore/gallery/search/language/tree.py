"""What a query is once it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Match(Enum):
    """How much of a word is given."""

    WHOLE = "whole"
    """``word``, or several words, one after the other: ``"these words"``."""
    BEGIN = "begin"
    """``wor*``."""
    PART = "part"
    """``*or*``: letters inside of a word."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand in a notebook, next to each other."""

    text: str
    match: Match = Match.WHOLE
    field: str | None = None
    """``title`` or ``description``; None for anywhere."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a notebook is marked with: a language, a tag, a package or somebody's name."""

    field: str
    value: str
    match: Match = Match.WHOLE


@dataclass(frozen=True, slots=True)
class Flag:
    """Whether something is so."""

    field: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class When:
    """A time at which something happened; :func:`~.dates.bounds` says from when to when."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Everything else."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of these; there are at least two, and none is an :class:`And` itself."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these; there are at least two, and none is an :class:`Or` itself."""

    nodes: tuple[Node, ...]


Leaf: TypeAlias = "Text | Label | Flag | When"
Node: TypeAlias = "Leaf | Not | And | Or"

TEXT_FIELDS = ("title", "description")
LABEL_FIELDS = ("lang", "tag", "owner", "creator", "updater", "user", "package")
FLAG_FIELDS = ("active",)
TIME_FIELDS = ("created", "updated")
OTHER_NAMES = {"language": "lang", "tags": "tag"}
FIELDS = (*TEXT_FIELDS, *LABEL_FIELDS, *FLAG_FIELDS, *TIME_FIELDS)


def all_of(nodes: list[Node]) -> Node:
    """Return what all of these are."""
    return _joined(And, nodes)


def any_of(nodes: list[Node]) -> Node:
    """Return what any of these is."""
    return _joined(Or, nodes)


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else [node])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def opposite(node: Node) -> Node:
    """Return what a node is not."""
    return node.node if isinstance(node, Not) else Not(node)


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Yield the leaves of a tree, in their order."""
    if isinstance(node, (And, Or)):
        for each in node.nodes:
            yield from leaves(each)
    elif isinstance(node, Not):
        yield from leaves(node.node)
    elif node is not None:
        yield node
