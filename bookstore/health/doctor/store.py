"""Examine a store by using it: write, read, list, delete, bring back, under keys of our own.

Knows: the store's interface.  Must not know: which store it is.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

from ...errors import BookstoreError, ObjectNotFound, StoreUnavailable
from ...records import ObjectVersion, utc_now
from ...store.base import ObjectStore
from ...words import count
from .findings import Finding, attempt, failed, fine, note, problem

_METADATA = {"save-id": "doctor", "author": "döctor ✓", "kind": "save"}
_BODIES = (b'{"probe": 1}\n', b'{"probe": 2}\n')
_QUICK = 12
"""So many versions tell how fast they come and go."""
_SLOW_S = 0.01
_LEFT_BEHIND = timedelta(hours=1)
"""A doctor that began so long ago has ended, and could not clean up."""

_PERMISSIONS = {
    "write": "s3:PutObject",
    "read the newest": "s3:GetObject",
    "read a version": "s3:GetObjectVersion",
    "look at a version": "s3:GetObjectVersion",
    "list versions": "s3:ListBucketVersions",
    "list keys": "s3:ListBucket",
    "delete (adds a marker)": "s3:DeleteObject",
    "bring back": "s3:PutObject",
    "speed": "s3:PutObject",
}
_OTHER_STORE = "Such a store loses history; use another, or ask who runs it."


class StoreCheckup:
    """Uses *store* under new keys below *area*, and cleans up."""

    def __init__(self, store: ObjectStore, area: str, *, timeout_s: float) -> None:
        self._store = store
        self._timeout_s = timeout_s
        self._area = area
        self.folder = f"{area}/{secrets.token_hex(8)}"
        self._key = f"{self.folder}/probe"
        self._written: list[ObjectVersion] = []
        self.needs_cleaning = False

    async def reach(self) -> AsyncIterator[Finding]:
        """Ask the store whether it is there and keeps versions."""
        check = await attempt(self._store.check(), timeout_s=self._timeout_s)
        if isinstance(check, BookstoreError):
            yield failed("reachable", check)
            return
        display = self._store.display
        said = " ".join(check.problems)
        if not check.reachable:
            yield problem("reachable", said)
            return
        if not check.exists:
            yield problem("bucket", said or f"{display} does not exist.")
            return
        yield fine("reachable", display)
        if check.versioned and not said:
            yield fine("versioning", "It keeps every version.")
        elif check.versioned:
            yield note("versioning", said)
        else:
            yield problem("versioning", said)

    async def use(self) -> AsyncIterator[Finding]:
        """Write, read, list, delete and bring back; a store that fails at writing is asked no
        more."""
        self.needs_cleaning = True
        for body in _BODIES:
            written = await self._step("write", self._put(body))
            if isinstance(written, Finding):
                yield written
                return
            self._written.append(written)
        yield fine("write", "Two versions of a probe were written.")
        for what, work in self._reads(*self._written):
            yield await self._judged(what, work)
        yield await self._judged("delete (adds a marker)", self._delete)
        yield await self._judged("bring back", self._bring_back)

    @property
    def is_written(self) -> bool:
        """Could the store be written to?"""
        return len(self._written) == len(_BODIES)

    async def clean_up(self) -> Finding:
        """Remove what was written for good, where that is allowed, and what an earlier doctor
        that was killed left behind."""
        self.needs_cleaning = False
        left = 0
        try:
            for key in await self._keys():
                # Swift goes on listing a key that has a "%" when its newest version is removed,
                # unless that is a delete marker.
                await self._store.delete(key)
                version_ids = [version.version_id async for version in self._store.versions(key)]
                left = len(version_ids)
                await self._store.remove(key, version_ids)
        except BookstoreError as error:
            what = "Small versions stay" if left else "What was written may be left"
            return note(
                "clean up",
                f"{what} below {self.folder}: {error.message}",
                "Nothing to do: credentials that may not remove versions are the safer ones. "
                "Only `jupyter bookstore retain --apply` needs s3:DeleteObjectVersion.",
                answer="not allowed",
            )
        return fine("clean up", "The probe was removed; retention could remove versions too.")

    async def speed(self) -> Finding:
        """Tell how long a version takes to come and to go."""
        key = f"{self.folder}/speed"

        async def work() -> tuple[float, float | None]:
            started = time.monotonic()
            made = [await self._put(_BODIES[0], key) for _ in range(_QUICK)]
            written = time.monotonic()
            try:
                await self._store.remove(key, [version.version_id for version in made])
            except BookstoreError:  # cleaning up tells why
                return (written - started) / _QUICK, None
            return (written - started) / _QUICK, (time.monotonic() - written) / _QUICK

        found = await self._step("speed", work())
        if isinstance(found, Finding):
            return note("speed", found.said)
        put_s, remove_s = found
        said = f"A version is written in {1000 * put_s:.0f} ms"
        if remove_s is None:
            return fine("speed", f"{said}.", answer=f"{1000 * put_s:.0f} ms")
        answer = f"{1000 * put_s:.0f} ms, {1000 * remove_s:.0f} ms to remove"
        said = f"{said} and removed in {1000 * remove_s:.0f} ms"
        if remove_s < _SLOW_S:
            return fine("speed", f"{said}.", answer=answer)
        long = f"removing 1,000 takes about {1000 * remove_s:.0f} s"
        do = "Nothing waits for it: retention works in the background."
        return note("speed", f"{said}: {long}.", do, answer=answer)

    # -- one by one ------------------------------------------------------------------------------

    def _reads(
        self, first: ObjectVersion, second: ObjectVersion
    ) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        async def newest() -> str:
            stored = await self._store.get(self._key)
            if stored.body != _BODIES[1]:
                return "The newest is not what was written last."
            return "" if _is_same(stored.version.metadata) else "It lost what was written beside."

        async def older() -> str:
            stored = await self._store.get(self._key, version_id=first.version_id)
            return "" if stored.body == _BODIES[0] else "An older version came back changed."

        async def head() -> str:
            version = await self._store.head(self._key, version_id=second.version_id)
            if version.size_bytes != len(_BODIES[1]):
                return "Its size is not the body's."
            return "" if _is_same(version.metadata) else "It lost what was written beside."

        async def versions() -> str:
            found = [version.version_id async for version in self._store.versions(self._key)]
            if found == [second.version_id, first.version_id]:
                return ""
            if len(found) == len(self._written):
                return "The older version is listed as the newer one."
            return f"{count(len(found), 'version is', 'versions are')} listed instead of 2."

        async def keys() -> str:
            found = [version.key async for version in self._store.list(self._key)]
            return "" if found == [self._key] else "A key that was written is not listed."

        return [
            ("read the newest", newest),
            ("read a version", older),
            ("look at a version", head),
            ("list versions", versions),
            ("list keys", keys),
        ]

    async def _delete(self) -> str:
        await self._store.delete(self._key)
        try:
            await self._store.get(self._key)
        except ObjectNotFound:
            pass
        else:
            return "What was deleted can still be read as the newest."
        stored = await self._store.get(self._key, version_id=self._written[0].version_id)
        return "" if stored.body == _BODIES[0] else "A deletion destroyed older versions."

    async def _bring_back(self) -> str:
        await self._put(_BODIES[1])
        stored = await self._store.get(self._key)
        return "" if stored.body == _BODIES[1] else "What was deleted cannot be brought back."

    async def _keys(self) -> list[str]:
        """Return the keys of this doctor, then those of doctors that have ended."""
        area = f"{self._area}/"
        newest = [version async for version in self._store.list(area)]
        newest += [deleted.last async for deleted in self._store.deleted(area)]
        ours = [version.key for version in newest if version.key.startswith(f"{self.folder}/")]
        since = utc_now() - _LEFT_BEHIND
        return ours + [version.key for version in newest if version.modified_at < since]

    async def _put(self, body: bytes, key: str = "") -> ObjectVersion:
        return await self._store.put(
            key or self._key, body, metadata=_METADATA, content_type="application/json"
        )

    async def _judged(self, what: str, work: Callable[[], Awaitable[str]]) -> Finding:
        said = await self._step(what, work())
        if isinstance(said, Finding):
            return said
        return problem(what, said, _OTHER_STORE) if said else fine(what, "It works.")

    async def _step(self, what: str, work: Awaitable[Any]) -> Any:
        found = await attempt(work, timeout_s=self._timeout_s)
        if not isinstance(found, BookstoreError):
            return found
        do = found.hint
        if self._store.kind == "s3" and not isinstance(found, StoreUnavailable):
            do = f"{do} This needs {_PERMISSIONS[what]}.".strip()
        return failed(what, found, do)


def _is_same(metadata: Any) -> bool:
    return metadata is not None and all(metadata.get(k) == v for k, v in _METADATA.items())
