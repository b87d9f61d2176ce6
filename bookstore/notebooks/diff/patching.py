"""Apply a difference: the other half of the format, against which ours is tested.

Knows: the operations.  Must not know: how a difference is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .operations import DiffOp
from .texts import split_lines


def apply_diff(base: Mapping[str, Any], diff: Sequence[DiffOp]) -> dict[str, Any]:
    """Return the notebook that *diff* turns *base* into.

    *base* is not changed; what *diff* leaves alone is shared with it.
    """
    return _patched_object(base, diff)


def patched(base: Any, diff: Sequence[DiffOp]) -> Any:
    """Return the object, list or text that *diff* turns *base* into."""
    if isinstance(base, dict):
        return _patched_object(base, diff)
    if isinstance(base, list):
        return _patched_list(base, diff)
    return "".join(_patched_list(split_lines(base), diff))


def _patched_object(base: Mapping[str, Any], diff: Sequence[DiffOp]) -> dict[str, Any]:
    result = dict(base)
    for op in diff:
        key = op["key"]
        if op["op"] == "remove":
            del result[key]
        elif op["op"] == "patch":
            result[key] = patched(base[key], op["diff"])
        else:
            result[key] = op["value"]
    return result


def _patched_list(base: Sequence[Any], diff: Sequence[DiffOp]) -> list[Any]:
    result: list[Any] = []
    at = 0
    for op in diff:
        key = op["key"]
        result += base[at:key]
        at = max(at, key)
        if op["op"] == "addrange":
            result += op["valuelist"]
        elif op["op"] == "removerange":
            at = key + op["length"]
        else:
            result.append(_patched_item(base[key], op["diff"]))
            at = key + 1
    return [*result, *base[at:]]


def _patched_item(base: Any, diff: Sequence[DiffOp]) -> Any:
    # Within a list of lines a patch goes by characters.
    return "".join(_patched_list(base, diff)) if isinstance(base, str) else patched(base, diff)
