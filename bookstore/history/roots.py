"""The other root folders under which the files of a server were saved.

A key has the path below the root in it, so a file that servers of several roots saved has several
keys.  Where each root has an embedded store of its own, the roots above a file are known by their
stores, and what they have is part of the file's history.  Where roots share a bucket, a key does
not tell whose it is: what another root may have there is offered, and told once somebody joined the
two; so is what a root has that is gone, as one that was moved.

Knows: folders, keys, the roots that servers had.  Must not know: stores, HTTP.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..files.noted_roots import join_roots, joined_roots, remembered_roots
from ..files.roots import Named, bucket_of, names_of, real_folder
from ..keys.api_paths import has_hidden_name
from ..keys.elsewhere import Elsewhere, path_at
from ..keys.workspace import Workspace
from ..s3_paths import MAX_KEY_BYTES
from .gone_roots import GoneRoots


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRoot:
    """Where another root may have versions of a notebook."""

    folder: str
    """The root as it is seen from this one: ``work``, ``..``."""
    path: str
    """What the notebook is called there."""
    key: str
    offer: str
    """The key under which what it has is counted, joined or not."""
    root: Path
    is_joined: bool
    """Is what it has told as a part of the history?"""
    is_certain: bool = False
    """Is it the same file beyond doubt, so that nobody need join anything?"""
    is_gone: bool = False
    """Is the root there no longer?"""


class OtherRoots:
    """Finds the other roots of the files below one server's root.

    A hidden file has none: whoever may not see it here must not be told of it by its history,
    though it may be hidden no longer in a folder further down.
    """

    def __init__(
        self,
        root: Path,
        *,
        workspace: Workspace,
        store: str,
        buckets: Path | None = None,
        gone: GoneRoots | None = None,
    ) -> None:
        """*store* names what the root keeps versions in, and *buckets* is the folder in which each
        root has a store of its own, None where all share one; *gone* tells which roots are."""
        self._root = root
        self._workspace = workspace
        self._store = store
        self._buckets = buckets
        self._gone = gone or GoneRoots()
        self._folders: dict[str, str] = {}

    async def same_file(self, key: str) -> Sequence[str]:
        """Return *key* and the keys of what other roots have of the same notebook."""
        path = path_at(key, self._workspace)
        if path is None:
            return [key]
        others = [other.key for other in await self.of(path) if other.is_joined]
        return [*dict.fromkeys((self._workspace.key(path), *others))]

    async def of(self, path: str) -> list[OtherRoot]:
        """Return the other roots of the notebook at *path*, the nearest first."""
        return await asyncio.to_thread(self._of, path, await self._gone_now())

    async def offered(self, path: str) -> list[OtherRoot]:
        """Return those that are not told as a part of the history of the file at *path*."""
        others = [other for other in await self.of(path) if not other.is_joined]
        # Notebooks that live in a store alone have no folders above them.
        is_file = bool(others) and await asyncio.to_thread(_is_file, self._root / path)
        return others if is_file else []

    def folder_of(self, key: str) -> str:
        """Return from which root what is under *key* was saved, seen from this one; "" from this
        one, or where the key does not tell."""
        there = Elsewhere.of_key(key, self._workspace)
        return self._folders.get(there.bucket, "") if there else ""

    async def join(self, other: OtherRoot, *, joined: bool) -> None:
        """Have what *other* has told in the histories of all notebooks here, or no longer.

        Raises OSError where that cannot be noted.
        """
        here = real_folder(self._root)
        await asyncio.to_thread(join_roots, self._store, here, other.root, joined=joined)

    async def names_of(self, there: Elsewhere) -> Mapping[str, Named]:
        """Return what other roots call the file that *there* is of, by the buckets they have.

        What is gone may have had another file of that name: before it is joined it is offered only.
        """
        return await asyncio.to_thread(self._names_of, there, await self._gone_now())

    async def _gone_now(self) -> Sequence[Path]:
        return () if self._buckets is None else await self._gone.now()

    # -- looking at the disk -------------------------------------------------------------------

    def _names_of(self, there: Elsewhere, gone: Sequence[Path]) -> Mapping[str, Named]:
        if gone and there.what != "offers":
            joined = joined_roots(self._store, real_folder(self._root))
            gone = [root for root in gone if root in joined]
        return self._by_bucket(there.path, names_of(self._root / there.path), gone)

    def _by_bucket(
        self, path: str, above: Sequence[Named], gone: Sequence[Path]
    ) -> Mapping[str, Named]:
        kept = self._kept()
        if not kept or has_hidden_name(path):
            return {}
        was = [Named(root, path) for root in gone if root not in {name.root for name in above}]
        named = {bucket_of(name.root): name for name in (*above, *was)}
        others = {bucket: name for bucket, name in named.items() if bucket in kept}
        self._folders |= {bucket: self._seen(name.root) for bucket, name in others.items()}
        return others

    def _of(self, path: str, gone: Sequence[Path]) -> list[OtherRoot]:
        here = real_folder(self._root)
        above = names_of(self._root / path)
        if self._buckets is None:
            known = set() if has_hidden_name(path) else {*remembered_roots()} - {here}
            named = [name for name in above if name.root in known]
            keys = offers = [self._workspace.key(name.path) for name in named]
        else:
            by_bucket = self._by_bucket(path, above, gone)
            named = [*by_bucket.values()]
            there = [
                Elsewhere(workspace=self._workspace, bucket=bucket, path=path)
                for bucket in by_bucket
            ]
            keys = [each.key for each in there]
            offers = [replace(each, what="offers").key for each in there]
        joined = joined_roots(self._store, here) if named else set()
        certain = set[Path]() if self._buckets is None else {name.root for name in above}
        return [
            OtherRoot(
                folder=self._seen(name.root),
                path=name.path,
                key=key,
                offer=offer,
                root=name.root,
                is_joined=name.root in joined | certain,
                is_certain=name.root in certain,
                is_gone=name not in above,
            )
            for name, key, offer in zip(named, keys, offers, strict=True)
            if len(key.encode()) <= MAX_KEY_BYTES
        ]

    def _kept(self) -> set[str]:
        """Return the buckets of other roots."""
        with suppress(OSError):
            if self._buckets is not None:
                names = {folder.name for folder in self._buckets.iterdir()}
                return names - {bucket_of(real_folder(self._root))}
        return set()

    def _seen(self, root: Path) -> str:
        return Path(os.path.relpath(root, real_folder(self._root))).as_posix()


def _is_file(file: Path) -> bool:
    return os.path.isfile(file)  # noqa: PTH113 - whatever error there is, it answers
