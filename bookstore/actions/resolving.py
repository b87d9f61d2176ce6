"""Which version an address means, and its bytes.

Knows: addresses, history.  Must not know: who asks, contents managers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from ..errors import BadRequest, NotFound
from ..history import Entry, Read
from ..wiring import Bookstore
from ..words import moment_in, shown
from .addresses import HOW, Address
from .places import key_of
from .versions import MAX_BODY_BYTES

_PAGE = 200
_NO_VERSION = "A notebook has versions once it was saved in Jupyter with bookstore."


async def resolve(bookstore: Bookstore, address: Address) -> Entry:
    """Return the version that *address* means now.

    Raises :class:`~bookstore.errors.NotFound` where there is none, and
    :class:`~bookstore.errors.BadRequest` for a time that is none.
    """
    key = key_of(bookstore, address)
    if address.which == "version":
        return await bookstore.within(bookstore.history.find(key, address.value))
    is_meant = _condition(address)
    async for entry in _versions(bookstore, key):
        if is_meant(entry):
            return _there(entry, address)
    raise NotFound(
        f"There is no version {_wanted(address)}of {shown(address.place)}.",
        hint="" if address.which == "label" else _NO_VERSION,
    )


async def read(bookstore: Bookstore, address: Address) -> Read:
    """Return the version that *address* means now, with its body; raises as :func:`resolve`, and
    :class:`~bookstore.errors.TooLarge`.
    """
    found = await resolve(bookstore, address)
    reading = bookstore.history.read(found.key, found.version_id, max_bytes=MAX_BODY_BYTES)
    body = (await bookstore.within(reading, size_bytes=MAX_BODY_BYTES)).body
    return Read(entry=found, body=body)


def _condition(address: Address) -> Callable[[Entry], bool]:
    """Return what the newest version that is meant is the first to fulfil."""
    if address.which == "label":
        return lambda entry: entry.label == address.value
    if address.which == "latest":
        return lambda _entry: True
    moment = moment_in(address.value, datetime.now().astimezone())
    if moment is None:
        raise BadRequest(f"at is no time in the address: {shown(address.value)}.", hint=HOW)
    return lambda entry: entry.saved_at <= moment


async def _versions(bookstore: Bookstore, key: str) -> AsyncIterator[Entry]:
    before = ""
    while True:
        page = await bookstore.within(bookstore.history.page(key, limit=_PAGE, before=before))
        for entry in page.entries:
            yield entry
        if not (before := page.next):
            return


def _there(entry: Entry, address: Address) -> Entry:
    if entry.kind == "delete":
        raise NotFound(
            f"{shown(address.place)} was deleted at {entry.saved_at.isoformat(' ', 'seconds')}.",
            hint="?version=ID or ?at=TIME names a version from before.",
        )
    return entry


def _wanted(address: Address) -> str:
    return {
        "label": f"named {shown(address.value)} ",
        "at": f"from before {shown(address.value)} ",
    }.get(address.which, "")
