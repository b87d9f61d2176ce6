"""Which server's notebooks a path on the command line is about, and what their API paths are.

A notebook is named as any file is, relative to the working folder; its history is kept by its path
below a server's root.  So the root must be found: a running server's, the one that is configured,
or the nearest folder above the file that has a history.

Knows: paths, servers' records.  Must not know: HTTP, stores.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..command_line import UsageError


@dataclass(frozen=True, slots=True)
class Place:
    """A server's root folder, and how its paths are written on the command line."""

    root: Path | None
    """None: a server elsewhere, whose paths are API paths."""

    def api_path(self, path: str) -> str:
        """Return the API path of the file named *path* on the command line."""
        if self.root is None:
            return path.strip("/")
        below = path_below(self.root, path)
        if below is None:
            raise UsageError(f"{path} is not below {self.root}, the root folder of the server.")
        return below

    def shown(self, api_path: str) -> str:
        """Return how one names the file at *api_path* here, relative to the working folder."""
        if self.root is None:
            return api_path
        file = self.root / api_path
        try:
            return str(file.relative_to(Path.cwd()))
        except ValueError:
            return os.path.relpath(file) if _shares_more_than_the_root(file) else str(file)

    def os_path(self, api_path: str) -> Path | None:
        """Return the file at *api_path*, None where it is not on this machine."""
        return None if self.root is None else self.root / api_path


def path_below(root: Path, path: str) -> str | None:
    """Return the API path of the file *path* for a server whose root folder is *root*.

    None when it is not below.  Links count as they are written first, and then as what they
    lead to.
    """
    plain = Path(os.path.abspath(path))  # noqa: PTH100 - resolves no links
    resolved = plain.parent.resolve() / plain.name if plain.name else plain
    for file in (plain, resolved):
        for folder in (root, root.resolve()):
            if file == folder:
                return ""
            if folder in file.parents:
                return file.relative_to(folder).as_posix()
    return None


def root_of(
    path: str,
    *,
    configured: str,
    has_history: Callable[[Path], bool],
) -> Path:
    """Return the root folder for the file *path* where no server runs for it.

    *configured*: ``ServerApp.root_dir``, or "".  *has_history*: is there an embedded store of
    that root?
    """
    if configured and path_below(Path(configured).expanduser(), path) is not None:
        return Path(configured).expanduser()
    for folder in _folders_above(path):
        if has_history(folder):
            return folder
    here = Path.cwd()
    if path_below(here, path) is not None:
        return here
    return Path(os.path.abspath(path)).parent  # noqa: PTH100


def nearest(roots: Iterable[Path], path: str) -> list[Path]:
    """Return those of *roots* that *path* is below, the deepest first."""
    above = [root for root in roots if path_below(root, path) is not None]
    return sorted(above, key=lambda root: len(root.resolve().parts), reverse=True)


def _folders_above(path: str) -> Iterator[Path]:
    """Yield the folders that *path* is in, the nearest first; itself too when it is a folder."""
    plain = Path(os.path.abspath(path))  # noqa: PTH100
    folders = [plain, *plain.parents] if plain.is_dir() else list(plain.parents)
    resolved = plain.resolve()
    yield from folders
    yield from (folder for folder in resolved.parents if folder not in folders)


def _shares_more_than_the_root(file: Path) -> bool:
    return len(os.path.commonpath([file, Path.cwd()])) > 1
