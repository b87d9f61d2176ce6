"""Read what a contents manager's files hold, as saves, and know them again.

Knows: a contents manager's files, what is announced.  Must not know: the outbox, who asks.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import NamedTuple

from ..editors.reasons import Reason
from ..files.last_seen import SeenFiles, Signature, changed_at, read_signed, signature_of
from ..notebooks.model_bytes import model_bytes
from ..notebooks.resemblance import Content
from ..notebooks.text_notebooks import without_header
from ..records import Save, utc_now
from ..settings.users import server_username
from ..wiring import Bookstore
from .archived_files import ContentsFiles
from .saves import save_of


class Change(NamedTuple):
    """What an operation does to one file."""

    path: str
    """Where the file is now."""
    reason: Reason
    moved_from: str | None = None
    only_if_changed: bool = False


def outside(path: str) -> Change:
    """Return that something else wrote to *path*: whoever it was could write on this server."""
    return Change(path, Reason("outside", author=server_username()), only_if_changed=True)


class Read(NamedTuple):
    """What a file held when it was read."""

    path: str
    save: Save
    signature: Signature | None
    """None for a manager without files."""


class FileReader:
    """Reads files of a contents manager, and knows which are as they were when they were read."""

    def __init__(self, manager: ContentsFiles, bookstore: Bookstore) -> None:
        self._manager = manager
        self._bookstore = bookstore
        self.seen = SeenFiles()

    def signature(self, path: str) -> Signature | None:
        """Return what the file at *path* looks like; None where there is none."""
        # Without a thread: Jupyter looks at the same file's status on the event loop as well.
        os_path = self._manager.os_path_of(path)
        return signature_of(os_path) if os_path else None

    def is_as_seen(self, path: str) -> bool:
        """Is the file at *path* as it was when it was read last?"""
        signature = self.signature(path)
        return signature is not None and self.seen.is_as(path, signature)

    def remember(self, path: str, signature: Signature | None) -> None:
        """Note that what *signature* stands for is recorded."""
        if signature is not None:
            self.seen.remember(path, signature, utc_now())

    async def bytes_at(self, path: str) -> tuple[bytes, Signature | None]:
        """Return what is saved at *path*, and what its file looks like."""
        if os_path := self._manager.os_path_of(path):
            return await asyncio.to_thread(read_signed, os_path)
        model = await self._manager.get(path, content=True)
        return await asyncio.to_thread(model_bytes, model), None

    async def read(self, change: Change) -> Read:
        """Return what a file holds now, after *change*, as a save."""
        path = change.path
        body, signature = await self.bytes_at(path)
        reason = await self._announced(change, body) or change.reason
        save = await asyncio.to_thread(save_of, self._bookstore.workspace, path, body, reason)
        provenance = save.provenance
        if reason.kind == "outside" and signature is not None:
            moment = changed_at(signature, self.seen.of(path), provenance.saved_at)
            provenance = replace(provenance, saved_at=moment)
        save = replace(save, provenance=provenance, only_if_changed=change.only_if_changed)
        return Read(path, save, signature)

    async def _announced(self, change: Change, body: bytes) -> Reason | None:
        """Return why *body* was saved where it was announced: an ordinary save may be."""
        announcements, reason = self._bookstore.announcements, change.reason
        announced = announcements.of(change.path) if reason.kind == "save" else None
        if announced is None:
            return None
        cells = await without_header(self._manager, body, change.path)
        content = await asyncio.to_thread(Content.of, cells)
        if not await asyncio.to_thread(announced.is_kept_by, content, reason.author):
            return None
        announcements.withdraw(change.path, announced)
        return reason.but(announced.reason)
