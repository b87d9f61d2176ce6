"""Keeps what a run makes, while it runs, and at its end as one version.

While it runs, what there is of the result is one object below a reserved key, written anew every
few seconds; so a run that is killed, with its machine or without it, leaves what it had made.  At
its end the result goes the way of every save, through the outbox: it becomes a version however long
the store is away.

Knows: the store, the recorder.  Must not know: who runs what.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime

from ..concurrency.background import start_in_background
from ..delivery.hand_over import delivery_timeout
from ..errors import BookstoreError, StoreRefused
from ..records import NOTEBOOK_CONTENT_TYPE, Provenance, Save
from ..wiring import Bookstore
from .facts import RunFacts, Status

BEAT_S = 30.0
"""How often a run says that it goes on."""
PROGRESS_S = 2.0
"""How often what it has made is kept."""
PATIENCE_S = 5.0
"""How long a run waits for a silent store only to say that it goes on; large bodies get more."""
RESULT = "result"
"""The name in the metadata of a run that goes on: the key of its result."""
SOURCE = "source"


class RunKeeper:
    """One run; it begins with :meth:`begin` and ends with :meth:`finish`."""

    def __init__(
        self,
        bookstore: Bookstore,
        *,
        key: str,
        source: str,
        author: str,
        facts: RunFacts | None = None,
    ) -> None:
        """*key* is where the result goes; *source* the version it is of, as KEY?versionId=ID;
        *facts* what is known of the run already."""
        self.facts = facts or RunFacts()
        self.key = key
        self._bookstore = bookstore
        self._source = source
        self._author = author
        self._body = b""
        self._changed = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        self._keeping = asyncio.Lock()

    async def announce(self, body: bytes) -> None:
        """Say that it runs, for another process that goes on to say so by the same ID."""
        self._body = body
        await patiently(self._keep(), size_bytes=len(body))

    async def begin(self, body: bytes) -> None:
        """Say that it runs, and go on to say so."""
        await self.announce(body)
        self._beating = start_in_background(self._beat())

    def progress(self, body: bytes) -> None:
        """Keep what it has made so far, within seconds."""
        self._body = body
        self._changed.set()

    async def interrupted(self, body: bytes, error: str = "") -> None:
        """Keep what it has made at once: unless :meth:`finish` says more, it was interrupted."""
        self._body = body
        self.facts = replace(self.facts, status="interrupted", error=error)
        await patiently(self._keep(), size_bytes=len(body))

    async def finish(self, body: bytes, status: Status, error: str = "") -> RunFacts:
        """Make the result a version, which is delivered or waits in the outbox.

        Raises :class:`~bookstore.errors.BookstoreError` where it could be neither; what the run
        made is kept then as that of a run that goes on.
        """
        await self._stop_beating()
        self._body = body
        self.facts = replace(self.facts, status=status, error=error)
        await record_result(
            self._bookstore,
            self.facts,
            body,
            key=self.key,
            source=self._source,
            author=self._author,
        )
        # Where that fails, whoever finds it sees that it has a result.
        await patiently(forget(self._bookstore, self._running_key))
        return self.facts

    @property
    def _running_key(self) -> str:
        return self._bookstore.runs.reserved_key("running", self.facts.run_id)

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), BEAT_S)
            self._changed.clear()
            await self._keep()
            await asyncio.sleep(PROGRESS_S)

    async def _keep(self) -> None:
        """Write what there is; a store that is away must not stop the run."""
        provenance = Provenance.of(
            self._body,
            author=self._author,
            kind="run",
            source=self._source,
            run=self.facts.to_text(),
        )
        async with self._keeping:
            with contextlib.suppress(BookstoreError):
                version = await self._bookstore.store.put(
                    self._running_key,
                    self._body,
                    # What does not fit is left out from the end: a long key must not be.
                    metadata={RESULT: self.key, **provenance.to_metadata()},
                    content_type=NOTEBOOK_CONTENT_TYPE,
                )
                await forget(self._bookstore, self._running_key, but=version.version_id)

    async def _stop_beating(self) -> None:
        # What is on its way to the store has to arrive first.
        await patiently(self._keeping.acquire(), size_bytes=len(self._body))
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._keeping.locked():
            self._keeping.release()


async def patiently(work: Awaitable[object], *, size_bytes: int = 0) -> None:
    """Do what a run can do without, as long as the store takes part in it."""
    with contextlib.suppress(BookstoreError, asyncio.TimeoutError):
        await asyncio.wait_for(work, delivery_timeout(size_bytes, PATIENCE_S))


async def forget(bookstore: Bookstore, key: str, *, but: str = "") -> None:
    """Remove what was kept of a run while it went on: all of it, or what came before a version."""
    store = bookstore.store
    versions = [version.version_id async for version in store.versions(key)]
    try:
        await store.remove(key, [version_id for version_id in versions if version_id != but])
    except StoreRefused:  # credentials that may not remove versions: a marker hides them
        if not but:
            await store.delete(key)


async def record_result(
    bookstore: Bookstore,
    facts: RunFacts,
    body: bytes,
    *,
    key: str,
    source: str,
    author: str,
    ended_at: datetime | None = None,
) -> None:
    """Make *body* the newest version of *key*: what came of a run, which ended now or then.

    Raises :class:`~bookstore.errors.BookstoreError` where it is neither delivered nor in the
    outbox.
    """
    made = Provenance.of(body, author=author, kind="run", source=source, run=facts.to_text())
    provenance = replace(made, save_id=facts.save_id, saved_at=ended_at or made.saved_at)
    path = bookstore.workspace.path(key)
    save = Save(path=path, key=key, operation="put", provenance=provenance, body=body)
    recorded = await bookstore.recorder.record([save])
    if not (recorded.queued or recorded.unchanged):  # which it was by somebody else just now
        raise BookstoreError(
            f"The result of the run {facts.run_id} could not be kept.",
            hint=bookstore.recorder.problem,
        )
    await bookstore.uploader.drain(deadline_s=bookstore.settings.drain_deadline_s)
