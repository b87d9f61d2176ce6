"""The operations of nbdime's diff format, and what is expressed by them for plain JSON.

A diff of an object has one of ``add``, ``remove``, ``replace`` and ``patch`` for a key; a diff of
a list or text has ``addrange``, ``removerange`` and ``patch``, ordered by index, with an
``addrange`` before what else has its index.  Indices are those of the base.

Knows: JSON values.  Must not know: notebooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .limits import Work
from .sequences import changes

DiffOp: TypeAlias = "dict[str, Any]"
Differ: TypeAlias = "Callable[[Any, Any, Work], list[DiffOp]]"


class CannotPatch(Exception):
    """What changed has no patch that every reader takes; replace what is around it."""


def add(key: str, value: Any) -> DiffOp:
    """The object gets *key*, which it lacks."""
    return {"op": "add", "key": key, "value": value}


def remove(key: str) -> DiffOp:
    """The object loses *key*."""
    return {"op": "remove", "key": key}


def replace(key: str, value: Any) -> DiffOp:
    """The object's *key* gets another value."""
    return {"op": "replace", "key": key, "value": value}


def patch(key: str | int, diff: list[DiffOp]) -> DiffOp:
    """What is at *key* changes within."""
    return {"op": "patch", "key": key, "diff": diff}


def range_ops(key: int, length: int, values: list[Any] | str) -> list[DiffOp]:
    """*length* elements from *key* on become *values*."""
    ops: list[DiffOp] = []
    if values:
        ops.append({"op": "addrange", "key": key, "valuelist": values})
    if length:
        ops.append({"op": "removerange", "key": key, "length": length})
    return ops


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same JSON: 1, 1.0 and true differ, NaN equals NaN."""
    todo = [(a, b)]
    while todo:
        x, y = todo.pop()
        if x is y:
            continue
        if isinstance(x, dict):
            if not isinstance(y, dict) or x.keys() != y.keys():
                return False
            todo.extend((value, y[key]) for key, value in x.items())
        elif isinstance(x, list):
            if not isinstance(y, list) or len(x) != len(y):
                return False
            todo.extend(zip(x, y, strict=True))
        elif type(x) is not type(y) or (repr(x) != repr(y) if isinstance(x, float) else x != y):
            return False
    return True


def object_diff(
    base: Mapping[str, Any],
    remote: Mapping[str, Any],
    work: Work,
    *,
    differs: Mapping[str, Differ] | None = None,
) -> list[DiffOp]:
    """Return what turns one JSON object into another, by key.

    *differs* says how a key's value is patched where both sides have it; the others' values are
    replaced, or patched where both are objects or lists of strings.
    """
    ops: list[DiffOp] = []
    for key in sorted(base.keys() | remote.keys()):
        if key not in remote:
            ops.append(remove(key))
        elif key not in base:
            ops.append(add(key, remote[key]))
        elif differ := (differs or {}).get(key) or _differ(base[key], remote[key]):
            if inner := differ(base[key], remote[key], work):
                ops.append(patch(key, inner))
        elif not same(base[key], remote[key]):
            ops.append(replace(key, remote[key]))
    return ops


def strings_diff(base: list[str], remote: list[str], work: Work) -> list[DiffOp]:
    """Return what turns one list of strings into another; all of it, where there are too many."""
    if base == remote:
        return []
    if not work.admit(len(base) + len(remote)):
        return range_ops(0, len(base), remote)
    return [
        op
        for change in changes(base, remote, work)
        for op in range_ops(
            change.a_start,
            change.a_end - change.a_start,
            remote[change.b_start : change.b_end],
        )
    ]


def are_strings(*values: Any) -> bool:
    """Whether every one of *values* is a list of strings."""
    return all(
        isinstance(value, list) and all(isinstance(item, str) for item in value) for value in values
    )


def _differ(base: Any, remote: Any) -> Differ | None:
    if isinstance(base, dict) and isinstance(remote, dict):
        return object_diff
    return strings_diff if are_strings(base, remote) else None
