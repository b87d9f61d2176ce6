"""What changed in the outputs of one cell, paired one by one.

Outputs that show the same are paired first, whatever their numbers; what is left between them is
paired in order where kind, stream name and MIME types agree.  nbdime's widget shows text and data
only where they are patched, never where they are replaced, so an output that cannot be patched is
removed and added whole.

Knows: outputs.  Must not know: cells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

from .limits import LINES_PER_OUTPUT, Work
from .operations import (
    CannotPatch,
    DiffOp,
    are_strings,
    object_diff,
    patch,
    range_ops,
    same,
    strings_diff,
)
from .sequences import Change, Pair, changes, equal_pairs
from .texts import text_diff

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
_Key: TypeAlias = "Callable[[Any], Hashable]"


def outputs_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    """Return what turns one list of outputs into another.

    Raises :class:`CannotPatch` when either is no list.
    """
    if not isinstance(base, list) or not isinstance(remote, list):
        return _nothing(base, remote)
    start, ending = _alike(base, remote)
    base_end, remote_end = len(base) - ending, len(remote) - ending
    a, b = base[start:base_end], remote[start:remote_end]
    if not work.admit((len(a) + len(b)) * LINES_PER_OUTPUT):
        return range_ops(start, len(a), b)
    return _moved(start, paired_diff(a, b, _pairs(a, b, work), output_diff, work))


def output_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    """Return what turns one output into another of its kind, or raise :class:`CannotPatch`."""
    if not isinstance(base, dict) or not isinstance(remote, dict):
        return _nothing(base, remote)
    differs = {"text": text_diff, "data": _bundle_diff, "traceback": _traceback_diff}
    return object_diff(base, remote, work, differs=differs)


def paired_diff(
    base: list[Any],
    remote: list[Any],
    pairs: list[Pair],
    differ: Callable[[Any, Any, Work], list[DiffOp]],
    work: Work,
) -> list[DiffOp]:
    """Return what turns *base* into *remote* when *pairs* of their elements belong together."""
    ops: list[DiffOp] = []
    base_at, remote_at = 0, 0
    for i, j in pairs:
        try:
            inner = differ(base[i], remote[j], work)
        except CannotPatch:
            continue  # removed and added, with what else is between its neighbours
        ops += range_ops(base_at, i - base_at, remote[remote_at:j])
        if inner:
            ops.append(patch(i, inner))
        base_at, remote_at = i + 1, j + 1
    return ops + range_ops(base_at, len(base) - base_at, remote[remote_at:])


def _alike(base: list[Any], remote: list[Any]) -> tuple[int, int]:
    """Return how many outputs both begin with, and how many of the others both end with."""
    most = min(len(base), len(remote))
    start = ending = 0
    while start < most and same(base[start], remote[start]):
        start += 1
    while ending < most - start and same(base[-1 - ending], remote[-1 - ending]):
        ending += 1
    return start, ending


def _moved(by: int, ops: list[DiffOp]) -> list[DiffOp]:
    return [{**op, "key": op["key"] + by} for op in ops] if by else ops


def _pairs(base: list[Any], remote: list[Any], work: Work) -> list[Pair]:
    found = _changes_by(_content, base, remote, work)
    pairs = [*equal_pairs(found, len(base))]
    for change in found:
        a_start, a_end, b_start, b_end = change
        a, b = base[a_start:a_end], remote[b_start:b_end]
        pairs += [
            (a_start + i, b_start + j)
            for i, j in equal_pairs(_changes_by(_kind, a, b, work), len(a))
        ]
    return sorted(pairs)


def _changes_by(key: _Key, base: list[Any], remote: list[Any], work: Work) -> list[Change]:
    return changes([*map(key, base)], [*map(key, remote)], work)


def _content(output: Any) -> Hashable:
    """What an output shows: its execution count and metadata left out."""
    if not isinstance(output, dict):
        return _as_json(output)
    data = output.get("data")
    shown = data.items() if isinstance(data, dict) else ()
    parts = ("text", "ename", "evalue", "traceback")
    return (
        _kind(output),
        tuple(_as_json(output.get(part)) for part in parts),
        tuple(sorted((mime, _as_json(value)) for mime, value in shown)),
    )


def _kind(output: Any) -> Hashable:
    """What two outputs must have in common to be the same one, changed."""
    if not isinstance(output, dict):
        return ""
    data = output.get("data")
    mimes = tuple(sorted(data)) if isinstance(data, dict) else ()
    return (str(output.get("output_type")), str(output.get("name")), mimes)


def _as_json(value: Any) -> tuple[str, str]:
    # Text, which may be megabytes, as it is; a tag keeps it apart from JSON that reads the same.
    if isinstance(value, str):
        return "text", value
    return "json", "null" if value is None else _ENCODER.encode(value)


def _bundle_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    if not isinstance(base, dict) or not isinstance(remote, dict):
        return _nothing(base, remote)
    return object_diff(base, remote, work, differs=dict.fromkeys(base, _data_diff))


def _data_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    if isinstance(base, dict) and isinstance(remote, dict):
        return object_diff(base, remote, work)
    if are_strings(base, remote):
        return strings_diff(base, remote, work)
    return text_diff(base, remote, work)


def _traceback_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    if not are_strings(base, remote):
        return _nothing(base, remote)
    return strings_diff(base, remote, work)


def _nothing(base: Any, remote: Any) -> list[DiffOp]:
    """The only patch there is for what is malformed: none, where nothing changed."""
    if same(base, remote):
        return []
    raise CannotPatch
