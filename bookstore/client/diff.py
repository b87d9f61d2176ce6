"""A comparison of two versions of a notebook, applied and shown.

Knows: the JSON of nbdime's diffs, notebooks.  Must not know: HTTP.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .versions import Version

_GREEN, _RED = "rgba(64, 180, 99, .18)", "rgba(229, 83, 75, .18)"
"""Seen on light and dark pages alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookDiff:
    """What changed from one version of a notebook to another; shown cell by cell in a notebook."""

    path: str
    base: dict[str, Any]
    """The older notebook's JSON."""
    diff: list[dict[str, Any]]
    """Changes in nbdime's format."""
    summary: dict[str, int]
    """``cells_added``, ``cells_removed``, ``cells_changed``, ``outputs_changed``,
    ``metadata_changed``."""
    base_version: Version
    remote_version: Version | None = None
    """None: what was saved when it was compared."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> NotebookDiff:
        """Return the comparison in a server's *answer*."""
        remote = answer["remote_version"]
        return cls(
            path=answer["path"],
            base=answer["base"],
            diff=answer["diff"],
            summary=answer["summary"],
            base_version=Version.from_json(answer["base_version"]),
            remote_version=Version.from_json(remote) if remote else None,
        )

    def __bool__(self) -> bool:
        return bool(self.diff)

    @property
    def remote(self) -> dict[str, Any]:
        """The newer notebook's JSON."""
        patched: dict[str, Any] = patch(self.base, self.diff)
        return patched

    def __repr__(self) -> str:
        lines = [self._title()]
        for mark, cell, changed in self._cells():
            lines.append(f"\n{mark} {cell}")
            lines += [line.rstrip("\n") for line in changed]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(self._title())}</p>"]
        for mark, cell, changed in self._cells():
            lines = "".join(_html_line(line) for line in changed)
            parts.append(f"<p><b>{escape(mark)}</b> {escape(cell)}</p><pre>{lines}</pre>")
        return "".join(parts)

    def _title(self) -> str:
        words = {
            "cells_added": "added",
            "cells_removed": "removed",
            "cells_changed": "changed",
        }
        counts = [f"{self.summary.get(name, 0)} {word}" for name, word in words.items()]
        remote = self.remote_version.version_id if self.remote_version else "what is saved now"
        compared = f"{self.path}: {self.base_version.version_id} → {remote}"
        return f"{compared}: {'cells: ' + ', '.join(counts) if self.diff else 'no difference'}"

    def _cells(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield a mark, a cell's name and its lines, for each cell that changed."""
        cells: Sequence[dict[str, Any]] = self.base.get("cells", [])
        for change in next((op["diff"] for op in self.diff if op["key"] == "cells"), []):
            at = change["key"]
            if change["op"] == "addrange":
                for cell in change["valuelist"]:
                    yield "+", _name(cell, at), _lines("", _source(cell))
            elif change["op"] == "removerange":
                for index in range(at, at + change["length"]):
                    yield "-", _name(cells[index], index), _lines(_source(cells[index]), "")
            else:
                cell, changed = cells[at], patch(cells[at], change["diff"])
                lines = _lines(_source(cell), _source(changed))
                if cell.get("outputs") != changed.get("outputs"):
                    lines.append("  (outputs changed)\n")
                yield "~", _name(cell, at), lines


def patch(base: Any, diff: Sequence[Mapping[str, Any]]) -> Any:
    """Return *base* with *diff*, in nbdime's format, applied; *base* stays as it is."""
    if isinstance(base, Mapping):
        return _patched_object(base, diff)
    if isinstance(base, str):
        by_lines = base.splitlines(keepends=True)
        return "".join(_patched_sequence(by_lines, diff, _patched_line))
    return _patched_sequence(list(base), diff, patch)


def _patched_object(base: Mapping[str, Any], diff: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    patched = dict(base)
    for change in diff:
        key = change["key"]
        if change["op"] == "remove":
            del patched[key]
        elif change["op"] == "patch":
            patched[key] = patch(patched[key], change["diff"])
        else:  # add, replace
            patched[key] = copy.deepcopy(change["value"])
    return patched


def _patched_sequence(base: Sequence[Any], diff: Sequence[Mapping[str, Any]], inner: Any) -> Any:
    patched: list[Any] = []
    taken = 0
    for change in diff:
        key = change["key"]
        patched += base[taken:key]
        taken = max(taken, key)
        if change["op"] == "addrange":
            patched += copy.deepcopy(change["valuelist"])
        elif change["op"] == "removerange":
            taken = key + change["length"]
        else:
            patched.append(inner(base[key], change["diff"]))
            taken = key + 1
    return [*patched, *base[taken:]]


def _patched_line(line: str, diff: Sequence[Mapping[str, Any]]) -> str:
    return "".join(_patched_sequence(line, diff, patch))


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _name(cell: Mapping[str, Any], index: int) -> str:
    return f"{cell.get('cell_type', 'unknown')} cell {index + 1}"


def _lines(before: str, after: str) -> list[str]:
    compared = difflib.ndiff(_ended(before), _ended(after))
    return [line for line in compared if not line.startswith("?")]


def _ended(text: str) -> list[str]:
    return [f"{line}\n" for line in text.splitlines()]


def _html_line(line: str) -> str:
    colour = {"+": _GREEN, "-": _RED}.get(line[:1])
    style = f' style="background:{colour}"' if colour else ""
    return f"<span{style}>{escape(line)}</span>"
