"""Compare: what changed between two versions of a notebook, or since one of them."""

from __future__ import annotations

import asyncio
from typing import Any

from ..archive.user_files import ContentsManager, saved_bytes
from ..errors import BadRequest, NotANotebook, NotFound
from ..history import Entry
from ..notebooks.text_notebooks import TextFormat, text_format_of
from ..wiring import Bookstore
from ..words import shown
from .fields import notebook_path
from .versions import MAX_BODY_BYTES, VersionAddress, find, read, version_facts


async def compare(
    bookstore: Bookstore,
    files: ContentsManager,
    path: str,
    base: VersionAddress | None,
    remote: VersionAddress | None,
) -> dict[str, Any]:
    """Compare the version *base* with *remote*, or with what is on disk at *path*.

    Without *base*, *remote* is compared with the version before it.
    """
    path, text = await _comparable_path(files, path)
    older = await read(bookstore, base or await _before(bookstore, remote))
    newer: Entry | None = None
    if remote is not None:
        found = await read(bookstore, remote)
        newer, body = found.entry, found.body
    else:
        body = await saved_bytes(
            files, path, allow_hidden=files.allow_hidden, max_bytes=MAX_BODY_BYTES
        )
    compared = await asyncio.to_thread(_compared, older.body, body, text)
    return _answer(bookstore, path, older.entry, newer) | compared


async def compare_unsaved(
    bookstore: Bookstore, files: ContentsManager, path: str, base: VersionAddress, content: Any
) -> dict[str, Any]:
    """Compare the version *base* with a notebook's *content*, which is saved nowhere."""
    path, text = await _comparable_path(files, path)
    if not isinstance(content, dict):
        raise BadRequest(f"content must be a notebook's JSON, not {shown(content)}.")
    older = await read(bookstore, base)
    compared = await asyncio.to_thread(_compared, older.body, content, text)
    return _answer(bookstore, path, older.entry, None) | compared


async def _before(bookstore: Bookstore, remote: VersionAddress | None) -> VersionAddress:
    """Return the version before *remote*."""
    if remote is None:
        raise BadRequest("base must name a version of the notebook, where remote names none.")
    before = await bookstore.within(bookstore.history.before(await find(bookstore, remote)))
    if before is None:
        raise NotFound(
            "That is the first version: there is none before it to compare it with.",
            hint="All of it is new.",
        )
    return VersionAddress.of_entry(bookstore, before)


async def _comparable_path(files: ContentsManager, path: str) -> tuple[str, TextFormat | None]:
    """Return *path*, and how the notebook there is kept where that is as text."""
    path = notebook_path(path)
    text = await text_format_of(files, path)
    if text is None and not path.endswith(".ipynb"):
        raise NotANotebook(f"Only notebooks are compared: {shown(path)} is none.")
    return path, text


def _answer(bookstore: Bookstore, path: str, base: Entry, remote: Entry | None) -> dict[str, Any]:
    return {
        "path": path,
        "base_version": version_facts(bookstore, base),
        "remote_version": remote and version_facts(bookstore, remote),
    }


def _compared(
    base: bytes, remote: bytes | dict[str, Any], text: TextFormat | None
) -> dict[str, Any]:
    from ..notebooks.comparing import compare  # not at a server's start, for what few ask for

    if text is not None:
        compared = compare(text.comparable(base), text.comparable(remote))
    else:
        compared = compare(base, remote)
    return {
        "base": compared.base,
        "diff": compared.diff,
        "summary": compared.summary.to_json(),
    }
