"""Links that give a notebook to whoever has them, with no sign-in, as far as the settings allow.

The store answers them, and nobody here is asked then.  So what the log tells is who made one to
what, and never the link itself.

Knows: settings, a store's links.  Must not know: how stores sign, HTTP.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..errors import BadRequest, Forbidden, NoAddresses, ObjectNotFound, StoreUnavailable
from ..records import ObjectVersion, utc_now
from ..settings.links import LEAST_HOURS
from ..wiring import Bookstore
from ..words import count, shown
from .fields import flag_in, notebook_path
from .publish import may_publish
from .versions import MOST_A_PAGE

USUAL_HOURS = 24.0
PATIENCE_S = 5.0
"""So long a save is waited for that is on its way to the store."""
_POLL_S = 0.05
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWish:
    """What link somebody wants."""

    hours: float | None = None
    """None: a day, or what is allowed where that is less."""
    public: bool = False
    """Let everybody read, for good, the version that is now the newest."""
    published: bool = False
    """Of the notebook as it is published, not as it is saved."""

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> LinkWish:
        """Return what *fields* say, or raise BadRequest naming the field."""
        hours, public = fields.get("hours"), flag_in(fields, "public")
        if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int | float)):
            raise BadRequest(f"hours must be a number, not {shown(hours)}.")
        if hours is not None and public:
            raise BadRequest("hours and public exclude each other: what is public does not end.")
        return cls(hours=hours, public=public, published=flag_in(fields, "published"))


def offered(bookstore: Bookstore) -> dict[str, Any]:
    """Return which links there can be: 0 hours where none end, false where none are public."""
    settings, is_possible = bookstore.settings, bookstore.store.has_addresses
    return {
        "most_hours": settings.links_most_hours if is_possible else 0.0,
        "public": settings.links_public and is_possible,
    }


async def link(bookstore: Bookstore, path: str, wish: LinkWish, *, author: str) -> dict[str, Any]:
    """Return an address that gives the notebook at *path* to whoever has it, and until when."""
    key, store = _key(bookstore, path, published=wish.published), bookstore.store
    lasts = None if wish.public else _lasts(bookstore, wish.hours)
    if wish.public and not bookstore.settings.links_public:
        raise Forbidden(
            "Making notebooks public is switched off.",
            hint="The administrator can set BookstoreSettings.links_public.",
        )
    version = await _newest(bookstore, key, is_exact=wish.public)
    ends_at = lasts and utc_now() + lasts
    if lasts is None:
        work = store.make_public(key, version.version_id)
    else:
        work = store.link(key, lasts_s=int(lasts.total_seconds()))
    url = await bookstore.within(work)
    until = f"until {ends_at:%Y-%m-%d %H:%M} UTC" if ends_at else "for everybody"
    bookstore.settings.log.info(
        "bookstore: %s made a link to %s, %s", *map(shown, (author, key)), until
    )
    return {"path": path, "url": url, "ends_at": ends_at, "version_id": version.version_id}


async def _newest(bookstore: Bookstore, key: str, *, is_exact: bool) -> ObjectVersion:
    """Return the newest version there is; a link to nothing is refused.

    *is_exact*: it must be of the last save, which may be on its way still.
    """
    waits = await _is_on_its_way(bookstore, key)
    on_its_way = StoreUnavailable(
        f"The last save of {shown(key)} is not in the store yet.",
        hint="Try again once it is; bookstore's status says why it waits.",
    )
    if waits and is_exact:
        raise on_its_way
    try:
        return await bookstore.within(bookstore.store.head(key))
    except ObjectNotFound as error:
        if waits:
            raise on_its_way from error
        raise


async def _is_on_its_way(bookstore: Bookstore, key: str) -> bool:
    """Return whether a save of *key* waits for the store even after a while."""
    ends_at = time.monotonic() + PATIENCE_S
    if not bookstore.outbox.is_there():
        return False
    while await bookstore.outbox.pending(key):
        if time.monotonic() > ends_at:
            return True
        bookstore.uploader.wake()
        await asyncio.sleep(_POLL_S)
    return False


async def take_back(
    bookstore: Bookstore, path: str, *, published: bool = False, author: str
) -> dict[str, Any]:
    """Make every version of the notebook at *path* private again, those of the names that it had
    too; return how many there are.

    Links that end cannot be taken back.
    """
    key, store = _key(bookstore, path, published=published), bookstore.store
    free = asyncio.Semaphore(_AT_ONCE)

    async def close(key: str, version_id: str) -> None:
        async with free:
            await bookstore.within(store.make_private(key, version_id))

    versions = [each async for each in _listed(bookstore, key)]
    for name in await _earlier_names(bookstore, path):
        versions += [each async for each in _saved_as(bookstore, name, published=published)]
    if not versions:
        raise ObjectNotFound(f"{store.display}/{key} has no versions.")
    await asyncio.gather(*(close(version.key, version.version_id) for version in versions))
    told = count(len(versions), "version")
    bookstore.settings.log.info(
        "bookstore: %s made %s private, %s", *map(shown, (author, key)), told
    )
    return {"path": path, "versions": len(versions)}


class _Name(NamedTuple):
    """A name that a notebook had."""

    key: str
    until: datetime
    """When it was renamed."""
    newest: str
    """The last version that it had under this name."""


async def _earlier_names(bookstore: Bookstore, path: str) -> list[_Name]:
    """Return the names that the notebook at *path* had; what it is a copy of has its own."""
    key, before = bookstore.workspace.key(notebook_path(path)), ""
    until: dict[str, datetime] = {}
    newest: dict[str, str] = {}
    while True:
        asked = bookstore.history.page(key, limit=MOST_A_PAGE, before=before)
        page = await bookstore.within(asked)
        for entry in page.entries:
            if entry.key not in (key, *until):
                continue
            if not entry.is_pending and entry.kind != "delete":
                newest.setdefault(entry.key, entry.version_id)
            if entry.kind == "rename" and entry.followed_key not in ("", key):
                until.setdefault(entry.followed_key, entry.saved_at)
        if not (before := page.next):
            return [_Name(each, until[each], newest[each]) for each in until if each in newest]


async def _saved_as(
    bookstore: Bookstore, name: _Name, *, published: bool
) -> AsyncIterator[ObjectVersion]:
    """Yield the versions that a notebook has under a *name* it had; another has had it since."""
    if published:
        key = bookstore.published_key(bookstore.workspace.path(name.key))
        async for version in _listed(bookstore, key):
            if version.modified_at < name.until:
                yield version
        return
    yield await bookstore.within(bookstore.store.head(name.key, version_id=name.newest))
    async for version in _listed(bookstore, name.key, after=name.newest):
        yield version


async def _listed(
    bookstore: Bookstore, key: str, *, after: str = ""
) -> AsyncIterator[ObjectVersion]:
    listing = bookstore.store.versions(key, after=after)
    while version := await bookstore.within(anext(listing, None)):
        if not version.is_delete_marker:
            yield version


def _key(bookstore: Bookstore, path: str, *, published: bool) -> str:
    path = notebook_path(path)
    if not bookstore.store.has_addresses:
        raise NoAddresses(bookstore.store.display)
    if published:
        may_publish(bookstore)
        return bookstore.published_key(path)
    return bookstore.workspace.key(path)


def _lasts(bookstore: Bookstore, hours: float | None) -> timedelta:
    most = bookstore.settings.links_most_hours
    if not most:
        raise Forbidden(
            "Making links is switched off.",
            hint="The administrator can set BookstoreSettings.links_most_hours.",
        )
    wanted = min(USUAL_HOURS, most) if hours is None else hours
    if not LEAST_HOURS <= wanted <= most:
        raise BadRequest(
            f"hours must be a number from {LEAST_HOURS} to {most:g}, not {shown(wanted)}.",
            hint="The administrator says what is the most, in BookstoreSettings.links_most_hours.",
        )
    return timedelta(hours=wanted)
