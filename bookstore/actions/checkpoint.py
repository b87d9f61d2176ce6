"""Checkpoint: have what a notebook is now be a version, at a moment that somebody names.

Programs that edit in turns ask for one where a turn begins: what they do after it can be compared
with it, and taken back down to it.

Knows: what is archived, history.  Must not know: Jupyter's checkpoints, who asks.
"""

from __future__ import annotations

from typing import Any

from ..archive.capture import Capture, capture_of
from ..archive.saves import Change
from ..archive.user_files import ContentsManager, saved_bytes
from ..editors.reasons import Reason
from ..errors import Conflict, NotFound
from ..keys.api_paths import normal_path
from ..wiring import Bookstore
from ..words import shown
from .fields import notebook_path
from .versions import MAX_BODY_BYTES, version_facts


async def refuse_what_is_not_archived(capture: Capture, path: str) -> None:
    """Raise Conflict unless the file at *path* is one of those that are archived."""
    if not await capture.files.is_archived(path):
        raise Conflict(
            f"{shown(path)} is not archived.",
            hint="BookstoreSettings.archive_globs says which files are.",
        )


async def checkpoint(
    bookstore: Bookstore,
    files: ContentsManager,
    path: str,
    *,
    author: str,
    label: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Return the version that the notebook at *path* is now; one is made where there is none.

    Raises :class:`~bookstore.errors.Conflict` for a file that is not archived when it is saved.

    What was written to the file past the server is a version by *author* then.
    """
    path = notebook_path(path)
    await saved_bytes(files, path, allow_hidden=files.allow_hidden, max_bytes=MAX_BODY_BYTES)
    capture = capture_of(files)
    if capture:
        name = normal_path(path)
        await refuse_what_is_not_archived(capture, path)
        change = Change(name, Reason("outside", author=author), only_if_changed=True)
        async with capture.paths.hold(name):
            recorded = await capture.record_changes([change])
        if recorded.lost:
            raise Conflict(f"{shown(path)} cannot be archived now.", hint="Look at the status.")
    key, history = bookstore.workspace.key(path), bookstore.history
    page = await bookstore.within(history.page(key, limit=1))
    if not page.entries or page.entries[0].kind == "delete":
        raise NotFound(f"There is no version of {shown(path)}: it is not archived.")
    entry = page.entries[0]
    if label or note:
        named = history.label(
            entry.key,
            entry.version_id,
            label=label or None,
            note=note or None,
            author=author,
        )
        entry = await bookstore.within(named)
    return {"path": path, "version": version_facts(bookstore, entry)}
