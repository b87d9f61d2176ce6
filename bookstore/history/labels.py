"""Names and notes of versions, kept in the store beside them, so that every server sees them.

The labels of a notebook are one JSON document under a reserved key, so they need no object
tagging, and a page of history costs one request more.  Two servers may write it at the same
moment, and stores cannot be relied on to refuse the second.  So nothing is decided by who writes
last: documents are merged version by version, the latest change of each wins, and whoever changes
one goes on until the newest document holds everything that the ones before it hold.

Knows: the store, reserved keys.  Must not know: history, HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from ..concurrency.path_locks import PathLocks
from ..errors import Conflict, NotFound, ObjectNotFound, StoreRefused
from ..records import utc_now
from ..store.base import ObjectStore

CONTENT_TYPE = "application/json"
_FEW = 3
"""So many documents are merged at first, in case who wrote one died before it was whole."""
_MOST = 100
_ROUNDS = 8
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)

_log = logging.getLogger("bookstore.history.labels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people said about one version."""

    label: str = ""
    note: str = ""
    kind: str = ""
    """``manual`` when the user asked for that version after it was made; else ""."""
    author: str = ""
    """Who changed it last."""
    at: str = ""
    """When, ISO 8601 in UTC; the latest wins."""


Document: TypeAlias = "dict[str, Label]"
"""Labels by what they hold on to: a save ID, or a version ID where there is none."""


class Labels:
    """Reads and changes the labels of versions.

    *document_key* gives the reserved key for the key of a notebook.
    """

    def __init__(self, store: ObjectStore, *, document_key: Callable[[str], str]) -> None:
        self._store = store
        self._document_key = document_key
        self._locks = PathLocks()

    async def of(self, key: str) -> Mapping[str, Label]:
        """Return the labels of the versions under *key*, by save ID or else version ID."""
        try:
            stored = await self._store.get(self._document_key(key))
        except ObjectNotFound:
            return {}
        return _parsed(stored.body, stored.version.key)

    async def named(self, key: str) -> frozenset[str]:
        """Return what the labels, notes and kinds that people gave hold on to.

        Unlike :meth:`of` it raises :class:`~bookstore.errors.StoreRefused` where they are there
        and cannot be read: whoever removes what has no name must not take them for none.
        """
        document_key = self._document_key(key)
        try:
            stored = await self._store.get(document_key)
        except ObjectNotFound:
            return frozenset()
        try:
            document = _document(stored.body)
        except _UNREADABLE as error:
            raise StoreRefused(f"The labels in {document_key} cannot be read.") from error
        return frozenset(
            ref for ref, said in document.items() if said.label or said.note or said.kind
        )

    async def change(
        self,
        key: str,
        ref: str,
        *,
        author: str,
        label: str | None = None,
        note: str | None = None,
        kind: str | None = None,
    ) -> Label:
        """Change what is given of the label of *ref*, and return it when the store has it."""
        changes = {"label": label, "note": note, "kind": kind}
        given = {name: value for name, value in changes.items() if value is not None}
        document_key = self._document_key(key)
        async with self._locks.hold(document_key):
            documents, newest = await self._newest(document_key)
            read_first = newest
            before = _merged(documents).get(ref, Label())
            changed = replace(before, **given, author=author, at=_later(before.at))
            for _ in range(_ROUNDS):
                wanted = _merged([{ref: changed}, *documents])
                if documents and documents[0] == wanted:
                    return wanted[ref]
                await self._put(document_key, wanted)
                documents, newest = await self._newest(document_key, down_to=read_first)
        raise Conflict("The label was not changed: others go on changing labels of this notebook.")

    async def _newest(
        self, document_key: str, *, down_to: str | None = None
    ) -> tuple[list[Document], str]:
        """Return the newest documents, the newest first, and the version ID of that one, or "".

        A few of them; with *down_to*, all that were written since that one, and it: all there are
        where it is "", since then there was none.
        """
        version_ids: list[str] = []
        async for version in self._store.versions(document_key):
            enough = len(version_ids) == _FEW if down_to is None else down_to in version_ids
            if enough or version.is_delete_marker or len(version_ids) == _MOST:
                break
            version_ids.append(version.version_id)
        read = [self._read(document_key, version_id) for version_id in version_ids]
        documents = [document for document in await asyncio.gather(*read) if document is not None]
        return documents, version_ids[0] if version_ids else ""

    async def _read(self, document_key: str, version_id: str) -> Document | None:
        try:
            stored = await self._store.get(document_key, version_id=version_id)
        except NotFound:
            return None
        return _parsed(stored.body, document_key)

    async def _put(self, document_key: str, document: Document) -> None:
        labels = {ref: asdict(label) for ref, label in document.items()}
        body = json.dumps({"format": 1, "labels": labels}, ensure_ascii=False, indent=1)
        await self._store.put(document_key, body.encode(), metadata={}, content_type=CONTENT_TYPE)


def _merged(documents: list[Document]) -> Document:
    merged: Document = {}
    for document in documents:
        for ref, label in document.items():
            if ref not in merged or merged[ref].at < label.at:
                merged[ref] = label
    return dict(sorted(merged.items()))


def _later(before: str) -> str:
    """Return the present moment, or one after *before* where that server's clock is ahead."""
    now = utc_now()
    with contextlib.suppress(ValueError):
        now = max(now, datetime.fromisoformat(before) + timedelta(microseconds=1))
    return now.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _parsed(body: bytes, document_key: str) -> Document:
    try:
        return _document(body)
    except _UNREADABLE:
        _log.warning("%s: passed over, its labels cannot be read", document_key)
        return {}


def _document(body: bytes) -> Document:
    labels = json.loads(body)["labels"]
    return {str(ref): _label(fields) for ref, fields in labels.items()}


def _label(fields: dict[str, Any]) -> Label:
    label = Label(**{name: str(fields.get(name, "")) for name in Label.__slots__})
    return replace(label, at=_time_in(label.at))


def _time_in(at: str) -> str:
    """Return *at*, or "" where it is no time that another change could come after."""
    try:
        moment = datetime.fromisoformat(at)
        _ = moment.astimezone(timezone.utc) + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return ""
    return at if moment.utcoffset() == timedelta() else ""
