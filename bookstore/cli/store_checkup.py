"""Examine a store by using it: write, read, list, delete, under a key of our own.

Knows: the store's interface.  Must not know: which store it is.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from ..errors import BookstoreError, ObjectNotFound, StoreUnavailable
from ..records import ObjectVersion
from ..store.base import ObjectStore
from .findings import Finding, attempt, failed, fine, note, wrong

_METADATA = {"save-id": "doctor", "author": "döctor ✓", "kind": "save"}
_BODIES = (b'{"probe": 1}\n', b'{"probe": 2}\n')

_PERMISSIONS = {
    "write": "s3:PutObject",
    "read the newest": "s3:GetObject",
    "read a version": "s3:GetObjectVersion",
    "look at a version": "s3:GetObjectVersion",
    "list versions": "s3:ListBucketVersions",
    "list keys": "s3:ListBucket",
    "delete (adds a marker)": "s3:DeleteObject",
}


class StoreCheckup:
    """Uses *store* under ``{folder}/{a new name}``, and cleans up."""

    def __init__(self, store: ObjectStore, folder: str, *, timeout_s: float) -> None:
        self._store = store
        self._timeout_s = timeout_s
        self.key = f"{folder}/{secrets.token_hex(8)}"
        self._written: list[ObjectVersion] = []

    @property
    def is_written(self) -> bool:
        """Is there a probe to ask for?"""
        return len(self._written) == len(_BODIES)

    async def reach(self) -> AsyncIterator[Finding]:
        """Ask the store whether it is there and keeps versions."""
        check = await attempt(self._store.check(), timeout_s=self._timeout_s)
        if isinstance(check, BookstoreError):
            yield failed("reachable", check)
            return
        display = self._store.display
        problem = " ".join(check.problems)
        if not check.reachable:
            yield wrong("reachable", problem, "Check the network and the endpoint's settings.")
            return
        if not check.exists:
            yield wrong("bucket", problem or f"{display} does not exist.")
            return
        yield fine("reachable", display)
        if check.versioned and not problem:
            yield fine("versioning", "It keeps every version.")
        elif check.versioned:
            yield note("versioning", problem)
        else:
            yield wrong("versioning", problem, "Nothing is written to it until it keeps versions.")

    async def use(self) -> AsyncIterator[Finding]:
        """Write, read and list; a store that fails at writing is asked no more."""
        for body in _BODIES:
            written = await self._step("write", self._put(body))
            if isinstance(written, Finding):
                yield written
                return
            self._written.append(written)
        yield fine("write", "Two versions of a probe were written.")
        for what, work in self._reads(*self._written):
            yield await self._judged(what, work)

    async def delete(self) -> Finding:
        """Delete what was written, which must destroy nothing."""
        return await self._judged("delete (adds a marker)", self._delete)

    async def clean_up(self) -> Finding:
        """Remove the probe for good, where that is allowed."""
        version_ids: list[str] = []
        try:
            version_ids = [version.version_id async for version in self._store.versions(self.key)]
            await self._store.remove(self.key, version_ids)
        except BookstoreError as error:
            return note(
                "clean up",
                f"{len(version_ids)} small versions stay under {self.key}: {error.message}",
                "Nothing to do: credentials that may not remove versions are the safer ones. "
                "Only `jupyter bookstore retain --apply` needs s3:DeleteObjectVersion.",
            )
        return fine("clean up", "The probe was removed; retention could remove versions too.")

    # -- one by one ------------------------------------------------------------------------------

    def _reads(
        self, first: ObjectVersion, second: ObjectVersion
    ) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        async def newest() -> str:
            stored = await self._store.get(self.key)
            if stored.body != _BODIES[1]:
                return "The newest is not what was written last."
            return "" if _is_same(stored.version.metadata) else "It lost what was written beside."

        async def older() -> str:
            stored = await self._store.get(self.key, version_id=first.version_id)
            return "" if stored.body == _BODIES[0] else "An older version came back changed."

        async def head() -> str:
            version = await self._store.head(self.key, version_id=second.version_id)
            if version.size_bytes != len(_BODIES[1]):
                return "Its size is not the body's."
            return "" if _is_same(version.metadata) else "It lost what was written beside."

        async def versions() -> str:
            found = [version.version_id async for version in self._store.versions(self.key)]
            wanted = [second.version_id, first.version_id]
            return "" if found == wanted else f"{len(found)} versions are listed instead of 2."

        async def keys() -> str:
            found = [version.key async for version in self._store.list(self.key)]
            return "" if found == [self.key] else "A key that was written is not listed."

        return [
            ("read the newest", newest),
            ("read a version", older),
            ("look at a version", head),
            ("list versions", versions),
            ("list keys", keys),
        ]

    async def _delete(self) -> str:
        await self._store.delete(self.key)
        try:
            await self._store.get(self.key)
        except ObjectNotFound:
            pass
        else:
            return "What was deleted can still be read as the newest."
        stored = await self._store.get(self.key, version_id=self._written[0].version_id)
        return "" if stored.body == _BODIES[0] else "A deletion destroyed older versions."

    async def _put(self, body: bytes) -> ObjectVersion:
        return await self._store.put(
            self.key, body, metadata=_METADATA, content_type="application/json"
        )

    async def _judged(self, what: str, work: Callable[[], Awaitable[str]]) -> Finding:
        problem = await self._step(what, work())
        if isinstance(problem, Finding):
            return problem
        return wrong(what, problem, _OTHER_STORE) if problem else fine(what, "It works.")

    async def _step(self, what: str, work: Awaitable[Any]) -> Any:
        found = await attempt(work, timeout_s=self._timeout_s)
        if not isinstance(found, BookstoreError):
            return found
        do = found.hint
        if self._store.kind == "s3" and not isinstance(found, StoreUnavailable):
            do = f"{do} This needs {_PERMISSIONS[what]}.".strip()
        return failed(what, found, do)


_OTHER_STORE = "Such a store loses history; use another, or ask who runs it."


def _is_same(metadata: Any) -> bool:
    return metadata is not None and all(metadata.get(k) == v for k, v in _METADATA.items())
