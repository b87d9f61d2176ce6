"""The root folders that servers have had, and which of them are told as one history.

A bucket on S3 does not tell which folder its paths are relative to, and it should not: folders of
this machine are nobody else's business.  So that is noted here, beside Jupyter's data.

Knows: two small files.  Must not know: stores, servers.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import jupyter_data_dir

from .os_lock import NoFileLocksError, OsLock

_MOST = 100
_PATIENCE_S = 5.0
_POLL_S = 0.01
_changing = threading.Lock()


def remembered_roots() -> list[Path]:
    """Return the roots, the one that was used last first."""
    roots = _read(_ROOTS)
    return [Path(root) for root in roots if isinstance(root, str)]


def remember_root(root: str) -> None:
    """Note that a server has this root folder; where that is impossible nothing happens."""
    real = os.path.realpath(root)
    if _read(_ROOTS)[:1] == [real]:
        return
    with suppress(OSError, UnicodeEncodeError), _to_change(_ROOTS) as roots:
        roots[:] = [real, *(each for each in roots if isinstance(each, str) and each != real)]
        del roots[_MOST:]


def joined_roots(store: str, root: Path) -> set[Path]:
    """Return the roots whose versions in *store* are told together with those of *root*."""
    pairs = [{*map(Path, pair)} for pair in _pairs(store, _read(_JOINED))]
    return {other for pair in pairs if root in pair for other in pair - {root}}


def join_roots(store: str, root: Path, other: Path, *, joined: bool) -> None:
    """Note that the versions of two roots are to be told together, or no longer are.

    Raises OSError where that cannot be noted.
    """
    pair = sorted((str(root), str(other)))
    with _to_change(_JOINED) as joints:
        pairs = [each for each in _pairs(store, joints) if each != pair]
        kept = [each for each in joints if not (_is_joint(each) and each[0] == store)]
        wanted = [pair, *pairs][:_MOST] if joined else pairs
        joints[:] = [*kept, *([store, *each] for each in wanted)]


_ROOTS = "roots.json"
_JOINED = "joined-roots.json"


def _pairs(store: str, joints: list[Any]) -> list[list[str]]:
    return [each[1:] for each in joints if _is_joint(each) and each[0] == store]


def _is_joint(entry: object) -> bool:
    is_list = isinstance(entry, list) and len(entry) == 3
    return is_list and all(isinstance(text, str) for text in cast("list[object]", entry))


def _read(name: str) -> list[Any]:
    """Return the list in a file; none where it cannot be read."""
    try:
        return _entries(_folder() / name)
    except (OSError, ValueError):
        return []


def _entries(file: Path) -> list[Any]:
    """Return the list in *file*; raises OSError, and ValueError where there is something else."""
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except RecursionError as error:
        raise ValueError(f"{file.name} is nested too deeply") from error
    if not isinstance(entries, list):
        raise ValueError(f"{file.name} holds no list")
    return entries


@contextmanager
def _to_change(name: str) -> Iterator[list[Any]]:
    """Give the list in a file, which is written when the block ends; nobody else changes it then.

    Raises OSError where that is impossible, and the file stays as it was.  One with something else
    in it is kept beside the new one.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    with _alone(folder):
        try:
            entries = _entries(file)
        except ValueError:
            file.replace(folder / f"{name}.unreadable")
            entries = []
        yield entries
        new = folder / f".{name}-{secrets.token_hex(8)}"
        try:
            new.write_text(json.dumps(entries, indent=1), encoding="utf-8")
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others, threads and processes, from changing the files; TimeoutError where they do."""
    with _changing:
        lock = OsLock(folder / "roots.lock")
        ends_at = time.monotonic() + _PATIENCE_S
        try:
            with suppress(NoFileLocksError):  # then one process at a time has to do
                while not lock.try_acquire():
                    if time.monotonic() > ends_at:
                        raise TimeoutError(f"{folder} is locked by another process")
                    time.sleep(_POLL_S)
            yield
        finally:
            lock.release()


def _folder() -> Path:
    return Path(jupyter_data_dir()) / "bookstore"
