"""Restore: make an earlier version the current one.  Nothing is destroyed by it."""

from __future__ import annotations

import asyncio
from typing import Any

from ..archive.user_files import (
    ContentsManager,
    as_opened,
    own_model,
    save_copy,
    save_over,
    saved_bytes,
)
from ..editors.announcements import Announcement
from ..editors.reasons import Reason
from ..errors import NotFound, TooLarge
from ..notebooks import strict_json
from ..notebooks.resemblance import Content
from ..notebooks.text_notebooks import without_header
from ..wiring import Bookstore
from . import fields
from .fields import notebook_path
from .versions import MAX_BODY_BYTES, VersionAddress, read, version_facts


async def restore(
    bookstore: Bookstore,
    files: ContentsManager,
    path: str,
    address: VersionAddress,
    *,
    target_path: str = "",
    mend: bool = False,
) -> dict[str, Any]:
    """Save a version over what is at *path*, or as a copy at *target_path*.

    Returns the contents model, without content, and the version.
    """
    path = fields.api_path(
        notebook_path(path), field="path", allow_hidden=files.allow_hidden or bool(target_path)
    )
    if target_path:
        target_path = fields.target_path(target_path, path, allow_hidden=files.allow_hidden)
    found = await read(bookstore, address)
    entry, body = found.entry, found.body
    if target_path:
        saving = save_copy(
            files,
            body,
            target_path=target_path,
            source=entry.address,
            naming=bookstore.naming,
            kind="restore",
            mend=mend,
        )
    else:
        saving = save_over(files, body, path=path, source=entry.address, mend=mend)
    return {**await saving, "version": version_facts(bookstore, entry)}


async def restore_in_editor(
    bookstore: Bookstore, files: ContentsManager, path: str, address: VersionAddress, *, author: str
) -> dict[str, Any]:
    """Return a version's content, for the editor that has *path* open to put in place and save.

    That save is announced as a restore by *author*.
    """
    path = notebook_path(path)
    found = await read(bookstore, address)
    entry, body = found.entry, found.body
    model = await own_model(files, body, path)
    if model["type"] == "notebook":
        content = model["content"] = strict_json.finite(model["content"])
    else:
        content = await without_header(files, body, path)
    before = await without_header(files, await _present_bytes(files, path), path)
    announcement = Announcement(
        reason=Reason("restore", entry.address, author),
        version=await asyncio.to_thread(Content.of, content),
        before=await asyncio.to_thread(Content.of, before),
    )
    bookstore.announcements.announce(path, announcement)
    model = await as_opened(files, model, body)
    return {**model, "version": version_facts(bookstore, entry)}


async def _present_bytes(files: ContentsManager, path: str) -> bytes:
    """Return what is on disk now; nothing where there is no file, or one beyond bounds."""
    try:
        return await saved_bytes(
            files, path, allow_hidden=files.allow_hidden, max_bytes=MAX_BODY_BYTES
        )
    except (NotFound, TooLarge):
        return b""
