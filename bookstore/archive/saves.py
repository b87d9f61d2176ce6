"""Files as saves: what they hold now, that they were deleted, where they went.

Knows: a contents manager's files, keys, what is announced.  Must not know: the outbox.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import NamedTuple

from ..editors.reasons import Reason
from ..files.last_seen import SeenFiles, Signature, changed_at, read_signed, signature_of
from ..keys.workspace import RESERVED_FOLDER, Workspace
from ..notebooks.models import content_type_of, model_bytes
from ..notebooks.text_notebooks import without_header
from ..records import Provenance, Save, utc_now
from ..s3_paths import to_unicode
from ..settings.users import server_username
from ..wiring import Bookstore
from .archived_files import ContentsFiles
from .identity import current_author


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
        reason = await self._reason_of(change, body)
        save = await asyncio.to_thread(save_of, self._bookstore.workspace, path, body, reason)
        provenance = save.provenance
        if reason.kind == "outside" and signature is not None:
            moment = changed_at(signature, self.seen.of(path), provenance.saved_at)
            provenance = replace(provenance, saved_at=moment)
        save = replace(save, provenance=provenance, only_if_changed=change.only_if_changed)
        return Read(path, save, signature)

    async def _reason_of(self, change: Change, body: bytes) -> Reason:
        """Return why *body* was saved: what was announced, where an ordinary save is that."""
        announcements = self._bookstore.announcements
        if announcements.of(change.path) is None:
            return change.reason
        cells = await without_header(self._manager, body, change.path)
        return await announcements.reason_of(change.path, cells, change.reason)


def save_of(workspace: Workspace, path: str, body: bytes, reason: Reason) -> Save:
    """Return the save of *body* at *path*.  Slow for a large one."""
    kind, source, author, is_shared = reason
    return Save(
        path=to_unicode(path),
        key=workspace.key(path),
        operation="put",
        provenance=Provenance.of(body, author=author, kind=kind, source=source),
        content_type=content_type_of(path),
        body=body,
        is_shared=is_shared,
    )


def deletion_of(workspace: Workspace, path: str) -> Save:
    """Return that whoever asks deletes the file at *path*."""
    provenance = Provenance.of(b"", author=current_author(), kind="delete")
    return Save(
        path=to_unicode(path),
        key=workspace.key(path),
        operation="delete",
        provenance=replace(provenance, sha256=""),
    )


def move_of(workspace: Workspace, old: str, new: str) -> Save:
    """Return the document that says where the file or folder *old* went."""
    move = {"moved_to": to_unicode(new), "at": utc_now().isoformat(timespec="microseconds")}
    body = json.dumps(move, ensure_ascii=False).encode()
    return Save(
        path=f"{RESERVED_FOLDER}/moves/{to_unicode(old)}.json",
        key=workspace.reserved_key("moves", old),
        operation="put",
        provenance=Provenance.of(body, author=current_author(), kind="rename"),
        content_type="application/json",
        body=body,
    )
