"""The root folders that servers have had, and which of them are told as one history.

A bucket on S3 does not tell which folder its paths are relative to, and it should not: folders of
this machine are nobody else's business.  So that is noted here, beside Jupyter's data.

Knows: two small files.  Must not know: stores, servers.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import jupyter_data_dir

_MOST = 100


def remembered_roots() -> list[Path]:
    """Return the roots, the one that was used last first."""
    roots = _read("roots.json")
    return [Path(root) for root in roots if isinstance(root, str)]


def remember_root(root: str) -> None:
    """Note that a server has this root folder; where that is impossible nothing happens."""
    known = [str(each) for each in remembered_roots()]
    real = os.path.realpath(root)
    if known[:1] == [real]:
        return
    with suppress(OSError, UnicodeEncodeError):
        _write("roots.json", [real, *(each for each in known if each != real)][:_MOST])


def joined_roots(store: str, root: Path) -> set[Path]:
    """Return the roots whose versions in *store* are told together with those of *root*."""
    pairs = [{*map(Path, pair)} for pair in _pairs(store)]
    return {other for pair in pairs if root in pair for other in pair - {root}}


def join_roots(store: str, root: Path, other: Path, *, joined: bool) -> None:
    """Note that the versions of two roots are to be told together, or no longer are.

    Raises OSError where that cannot be noted.
    """
    pair = sorted((str(root), str(other)))
    pairs = [each for each in _pairs(store) if each != pair]
    kept = [each for each in _read(_JOINED) if not (_is_joint(each) and each[0] == store)]
    wanted = [pair, *pairs][:_MOST] if joined else pairs
    _write(_JOINED, [*kept, *([store, *each] for each in wanted)])


_JOINED = "joined-roots.json"


def _pairs(store: str) -> list[list[str]]:
    return [each[1:] for each in _read(_JOINED) if _is_joint(each) and each[0] == store]


def _is_joint(entry: object) -> bool:
    is_list = isinstance(entry, list) and len(entry) == 3
    return is_list and all(isinstance(text, str) for text in cast("list[object]", entry))


def _read(name: str) -> list[Any]:
    """Return the list in a file; none where it cannot be read."""
    try:
        entries = json.loads((_folder() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return entries if isinstance(entries, list) else []


def _write(name: str, entries: list[Any]) -> None:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / f".{name}-{os.getpid()}"
    new.write_text(json.dumps(entries, indent=1), encoding="utf-8")
    new.replace(folder / name)


def _folder() -> Path:
    return Path(jupyter_data_dir()) / "bookstore"
