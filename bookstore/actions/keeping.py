"""Keep: have what somebody's editor holds of a notebook be a version, while its file stays.

An editor asks for it before it loads what something else wrote to the file, or writes over that:
what was typed and not saved would be in no version.

Knows: what is archived, history.  Must not know: editors, who asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from ..archive.capture import capture_of
from ..archive.saves import Change
from ..archive.user_files import ContentsManager, saved_bytes
from ..editors.reasons import Reason
from ..errors import Conflict, InvalidNotebook, NotANotebook, StoreUnavailable, TooLarge
from ..history import Entry
from ..keys.api_paths import normal_path
from ..notebooks.models import notebook_body
from ..notebooks.opening import NO_FORMAT, open_json
from ..settings.users import server_username
from ..wiring import Bookstore
from ..words import shown
from .checkpoint import refuse_what_is_not_archived
from .fields import notebook_path
from .versions import MAX_BODY_BYTES, version_facts, versions

LOOKED_AT = 50
"""What is in one of so many newest versions is kept already."""
_TAKES_PLACE = ("save", "manual", "outside", "restore")
"""Kinds of versions that tell by whom a state came to be in the file."""


async def keep(
    bookstore: Bookstore,
    files: ContentsManager,
    path: str,
    content: Any,
    *,
    author: str,
    label: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Return the version that *content*, a notebook, is of the one at *path*; one is made where
    there is none.

    The file is not touched: what it holds is the newest version afterwards, as before.  Raises
    where *content* is in no version afterwards, or none can be told: whoever asks still has it.
    """
    path = notebook_path(path)
    if not path.endswith(".ipynb"):
        raise NotANotebook(f"Only notebooks are kept: {shown(path)} does not end in .ipynb.")
    body = await asyncio.to_thread(_body, content)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"content has {len(body)} bytes; {MAX_BODY_BYTES} are allowed.")
    await saved_bytes(files, path, allow_hidden=files.allow_hidden, max_bytes=MAX_BODY_BYTES)
    capture = capture_of(files)
    if capture is None:
        raise Conflict(f"{shown(path)} is not archived.", hint="Look at the status.")
    await refuse_what_is_not_archived(capture, path)
    await capture.notice(path)
    digest = await asyncio.to_thread(lambda: sha256(body).hexdigest())
    entries = await _newest(bookstore, path)
    found = _with(entries, digest)
    if found is None:
        back = Change(normal_path(path), _reason_of(entries))
        await capture.keep(body, back, Reason("kept", author=author))
        found = _with(await _newest(bookstore, path), digest)
    if found is None:
        raise StoreUnavailable(f"Which version of {shown(path)} was kept cannot be told now.")
    if (label or note) and not (found.label or found.note):
        with suppress(StoreUnavailable):  # it is kept all the same
            named = bookstore.history.label(
                found.key, found.version_id, label=label or None, note=note or None, author=author
            )
            found = await bookstore.within(named)
    return {"path": path, "version": version_facts(bookstore, found)}


def _body(content: Any) -> bytes:
    opened = open_json(content)
    if opened.format == NO_FORMAT:
        raise InvalidNotebook("The notebook in content does not say its nbformat.")
    return notebook_body(opened.notebook)


async def _newest(bookstore: Bookstore, path: str) -> Sequence[Entry]:
    """Return the newest versions; of a store that is away, those that wait for it."""
    with suppress(StoreUnavailable):
        return (await versions(bookstore, path, limit=LOOKED_AT)).page.entries
    return ()


def _with(entries: Sequence[Entry], digest: str) -> Entry | None:
    return next((entry for entry in entries if entry.sha256 == digest), None)


def _reason_of(entries: Sequence[Entry]) -> Reason:
    """Return how what is in the file came there, as its version says.

    Nobody asked for it to be a version once more, so retention keeps it no longer than an autosave.
    """
    newest = next((entry for entry in entries if entry.kind in _TAKES_PLACE), None)
    if newest is None or newest.kind == "outside":
        return Reason("outside", author=newest.author if newest else server_username())
    return Reason("save", author=newest.author)
