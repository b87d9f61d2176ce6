"""History: the versions of a notebook over any store, those that still wait included.

Knows: the store, the outbox, labels.  Must not know: HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ..errors import BadRequest, ObjectNotFound, SaveLost, VersionNotFound
from ..keys.elsewhere import Elsewhere
from ..keys.workspace import Workspace, Workspaces
from ..manifests import Cell
from ..outbox import Outbox
from ..records import Kind, ObjectVersion, OutboxEntry
from ..store.base import ObjectStore, check_size
from .cell_index import Body, CellIndex, Changed
from .changes import MOST_BYTES, Changes
from .deleted import DeletedNotebooks
from .entries import PENDING, DeletedPage, Entry, Page, Read
from .labels import Label, Labels
from .lineage import Cursor, Lineage, SameFile, only_itself, repeats_a_save
from .metadata_cache import Facts
from .past import Past, Place, repeats
from .searching import Searching

MAX_LABEL_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 2000
MOST_AT_HAND_BYTES = 4 * 2**20
"""So much of several versions is in memory at once."""
MOST_LOOKED_THROUGH = 1000
"""So many of the newest versions are looked through for a save that was delivered."""


class History:
    """Tells and names the versions of notebooks; never changes or removes one.

    A page costs the same however long the history is: one listing of the store, the metadata of
    the versions on the page that is not known yet, and the notebook's labels.  Everything raises
    :class:`~bookstore.errors.StoreUnavailable` when the store cannot be asked.
    """

    def __init__(
        self,
        *,
        store: ObjectStore,
        outbox: Outbox,
        workspaces: Workspaces,
        same_file: SameFile | None = None,
    ) -> None:
        """*same_file* tells all keys of the notebook that has a key, where it may have several."""
        self.same_file = same_file or only_itself
        """Tells the keys of a notebook that has one."""
        self._store = store
        self._outbox = outbox
        self._workspaces = workspaces
        self._facts = Facts(store)
        self.labels = Labels(store, document_key=self._document_key)
        self.cell_index = CellIndex(outbox.directory)
        """What is known of the cells of versions."""
        self._changes = Changes(self.cell_index, read=self._body, before=self.before)
        self.searching = Searching(
            outbox.directory,
            store=store,
            facts=self._facts,
            cells=self.cell_index,
            read=self._body,
        )
        """Looks for what versions say."""

    # -- telling -------------------------------------------------------------------------------

    async def page(self, key: str, *, limit: int = 50, before: str = "") -> Page:
        """Return up to *limit* versions of *key*, the newest first.

        Where the notebook was renamed or copied to *key*, its past follows, and where it has other
        keys, their versions stand among these.  *before*: the ``next`` of the page before.  Raises
        :class:`~bookstore.errors.BadRequest` for another.
        """
        workspace = self._workspaces.of_key(key)
        if before:
            start = Cursor.from_text(before, workspace=workspace)
        else:
            start = Cursor(places=tuple(Place(key=each) for each in await self.same_file(key)))
        lineage = self._lineage(start, workspace)
        entries, labels = await asyncio.gather(lineage.take(limit), self.labels.of(key))
        rest = await lineage.rest()
        if entries and not before:
            entries[0] = replace(entries[0], is_latest=True)
        return Page(
            entries=tuple(await self._labelled(entries, {key: labels})),
            next=rest.to_text() if rest else "",
        )

    async def waiting(self, key: str) -> list[Entry]:
        """Return those versions of *key* that the store does not have yet, newest first.

        The store is not asked: this is what there is to tell while it cannot be reached.
        """
        entries: list[Entry] = []
        for entry in map(Entry.of_pending, await self._outbox.pending(key)):
            if not (entry.is_tentative and entries and repeats(entry, entries[-1])):
                entries.append(entry)
        return [replace(entry, is_latest=entry is entries[-1]) for entry in reversed(entries)]

    async def find(self, key: str, version_id: str) -> Entry:
        """Return one version.

        *version_id* may be ``save:`` and a save ID, wherever that save is by now.  Raises
        :class:`~bookstore.errors.VersionNotFound`, and
        :class:`~bookstore.errors.ObjectNotFound` for a delete marker.
        """
        found = await self._find(key, version_id)
        entry = Entry.of_pending(found) if isinstance(found, OutboxEntry) else found
        latest = await self._latest(key)
        [labelled] = await self._labelled([entry])
        return replace(labelled, is_latest=entry.version_id == latest)

    async def read(self, key: str, version_id: str, *, max_bytes: int | None = None) -> Read:
        """Return one version with its body; raises as :meth:`find`, and
        :class:`~bookstore.errors.TooLarge` before reading more than *max_bytes*.
        """
        if not version_id.startswith(PENDING):
            return await self._read(key, version_id, max_bytes)
        found = await self._saved(key, version_id)
        if isinstance(found, OutboxEntry):
            check_size(key, found.size_bytes, max_bytes)
            try:
                return Read(entry=Entry.of_pending(found), body=await self._outbox.body(found))
            except SaveLost:  # delivered between the two questions
                found = await self._delivered(key, found.save_id)
        return await self._read(key, found.version_id, max_bytes)

    async def cells(
        self, key: str, version_id: str, *, max_bytes: int | None = None
    ) -> tuple[Cell, ...]:
        """Return the cells of one version, none for what is no notebook; raises as :meth:`read`.

        The version is read only when its cells are not known.
        """
        found = await self._find(key, version_id)
        entry = Entry.of_pending(found) if isinstance(found, OutboxEntry) else found

        async def read() -> bytes:
            return (await self.read(key, version_id, max_bytes=max_bytes)).body

        return await self.cell_index.cells(entry.sha256, read)

    def changes(self, entries: Sequence[Entry]) -> AsyncIterator[tuple[Entry, Changed]]:
        """Yield *entries*, versions of one notebook in their order, with what each changed.

        What is known comes at once; the rest as it is found, for which versions are read.  Of what
        is no notebook, is very large, or was not hashed when it was put, nothing is told.
        """
        return self._changes.of(entries)

    def changes_from(
        self, pairs: Sequence[tuple[Entry, Entry]]
    ) -> AsyncIterator[tuple[Entry, Changed]]:
        """Do the same for versions of one notebook that are not all of it, each with the one before
        it."""
        return self._changes.of_pairs(pairs)

    async def note(self, versions: Sequence[ObjectVersion], *, may_read: bool) -> None:
        """Have it known what *versions*, new ones of one notebook in their order, changed and say.

        The store is asked for nothing; with *may_read*, bodies are read whose cells are not known.
        What is not known then is found when somebody asks.
        """
        self._facts.keep(versions)
        entries = [Entry.of_version(version) for version in versions]
        if may_read:
            await self._take_apart(entries)
        await self.searching.append(entries)

    async def _take_apart(self, entries: Sequence[Entry]) -> None:
        wanted = {each.sha256: each for each in entries if each.kind != "delete"}
        known = await asyncio.to_thread(self.cell_index.known_cells, list(wanted))
        bodies: dict[str, bytes] = {}
        for sha256, entry in wanted.items():
            if sha256 in known or entry.size_bytes > MOST_BYTES:
                continue
            bodies[sha256] = await self._body(entry)
            if sum(map(len, bodies.values())) > MOST_AT_HAND_BYTES:
                await asyncio.to_thread(self.cell_index.note_all, bodies)
                bodies = {}
        if bodies:
            await asyncio.to_thread(self.cell_index.note_all, bodies)

    async def before(self, entry: Entry) -> Entry | None:
        """Return the version before *entry* that has content, None for the first one."""
        same = await self.same_file(entry.key)
        others = [Place(key=key, until=entry.saved_at) for key in same if key != entry.key]
        below = Cursor(places=(Place(key=entry.key, after=entry.version_id), *others))
        lineage = self._lineage(below, self._workspaces.of_key(entry.key))
        await lineage.follow(entry)
        while older := await lineage.take(1):
            if older[0].kind != "delete" and not repeats_a_save(older[0], entry):
                return older[0]
        return None

    async def _body(self, entry: Entry) -> bytes:
        return (await self.read(entry.key, entry.version_id, max_bytes=entry.size_bytes)).body

    async def cells_at(self, entry: Entry) -> tuple[Cell, ...]:
        """Return the cells of the version *entry*, none where it is very large; raises as
        :meth:`read`."""
        if entry.size_bytes > MOST_BYTES:
            return ()
        return await self.cell_index.cells(entry.sha256, partial(self._body, entry))

    async def texts_at(self, entry: Entry, sources: Iterable[str]) -> dict[str, str]:
        """Return the beginnings of *sources*, hashes of what is written in the version *entry*."""
        body = Body(entry.sha256, partial(self._body, entry))
        return await self.cell_index.texts(sources, body)

    async def _read(self, key: str, version_id: str, max_bytes: int | None) -> Read:
        stored = await self._store.get(key, version_id=version_id, max_bytes=max_bytes)
        return Read(entry=Entry.of_version(stored.version), body=stored.body)

    async def deleted(
        self, workspace: Workspace, *, limit: int = 50, after: str = ""
    ) -> DeletedPage:
        """Return notebooks that were deleted or moved away, in the order of their paths.

        *after*: the ``next`` of the page before.
        """
        return await self._deleted(workspace).page(limit=limit, after=after)

    async def deleted_last(
        self, workspace: Workspace, *, limit: int = 50, text: str = "", after: str = ""
    ) -> DeletedPage:
        """Return what :meth:`deleted` does, of paths that have *text* in them, the last deleted
        first."""
        return await self._deleted(workspace).newest(limit=limit, text=text, before=after)

    def _deleted(self, workspace: Workspace) -> DeletedNotebooks:
        return DeletedNotebooks(
            workspace,
            store=self._store,
            outbox=self._outbox,
            facts=self._facts,
            versions=lambda key: self.page(key, limit=5),
        )

    # -- naming --------------------------------------------------------------------------------

    async def label(
        self,
        key: str,
        version_id: str,
        *,
        label: str | None = None,
        note: str | None = None,
        author: str = "",
    ) -> Entry:
        """Name a version or take its name away with ``""``; None leaves it as it is.

        Raises :class:`~bookstore.errors.BadRequest` for a label that is too long or has several
        lines, and as :meth:`find`.
        """
        _check("label", label, MAX_LABEL_CHARACTERS, lines=False)
        _check("note", note, MAX_NOTE_CHARACTERS, lines=True)
        entry = await self.find(key, version_id)
        kept = await self.labels.change(key, entry.ref, author=author, label=label, note=note)
        return replace(entry, label=kept.label, note=kept.note)

    async def mark(
        self, key: str, *, save_id: str, version_id: str = "", kind: Kind = "manual"
    ) -> None:
        """Note that the user asked for a version that was made already."""
        await self.labels.change(key, save_id or version_id, author="", kind=kind)

    # -- finding -------------------------------------------------------------------------------

    async def _find(self, key: str, version_id: str) -> Entry | OutboxEntry:
        if not version_id.startswith(PENDING):
            return Entry.of_version(await self._store.head(key, version_id=version_id))
        return await self._saved(key, version_id)

    async def _saved(self, key: str, version_id: str) -> Entry | OutboxEntry:
        save_id = version_id.removeprefix(PENDING)
        for entry in await self._outbox.pending(key):
            if entry.save_id == save_id:
                if entry.operation == "delete":
                    raise ObjectNotFound(f"{key!r} was deleted there.")
                return entry
        return await self._delivered(key, save_id)

    async def _delivered(self, key: str, save_id: str) -> Entry:
        past = self._past(Place(key=key))
        for _ in range(MOST_LOOKED_THROUGH):
            entry = await past.first(wanted=50)
            if entry is None:
                break
            if entry.save_id == save_id and not entry.is_pending:
                return entry
            past.take()
        raise VersionNotFound(f"{key!r} has no version {PENDING}{save_id}.")

    async def _latest(self, key: str) -> str:
        pasts = [self._past(Place(key=each)) for each in await self.same_file(key)]
        heads = [head for past in pasts if (head := await past.first(wanted=1))]
        return max(heads, key=lambda head: head.saved_at).version_id if heads else ""

    def _lineage(self, start: Cursor, workspace: Workspace) -> Lineage:
        return Lineage(start, workspace=workspace, open_past=self._past, same_file=self.same_file)

    def _past(self, place: Place) -> Past:
        return Past(place, store=self._store, outbox=self._outbox, facts=self._facts)

    # -- labels --------------------------------------------------------------------------------

    def _document_key(self, key: str) -> str:
        workspace = self._workspaces.of_key(key)
        if there := Elsewhere.of_key(key, workspace):
            return replace(there, what="labels").key
        return workspace.reserved_key("labels", workspace.path(key))

    async def labelled(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return *entries* with the names and notes that they have now."""
        return await self._labelled(entries)

    async def _labelled(
        self, entries: Iterable[Entry], known: Mapping[str, Mapping[str, Label]] | None = None
    ) -> list[Entry]:
        entries, labels = list(entries), dict(known or {})
        for key in {entry.key for entry in entries} - labels.keys():
            labels[key] = await self.labels.of(key)
        return [_with_label(entry, labels[entry.key]) for entry in entries]


def _with_label(entry: Entry, labels: Mapping[str, Label]) -> Entry:
    label = labels.get(entry.ref)
    if label is None:
        return entry
    is_manual = label.kind == "manual" and entry.kind in ("save", "outside")
    return replace(
        entry,
        label=label.label,
        note=label.note,
        kind="manual" if is_manual else entry.kind,
    )


def _check(field: str, text: str | None, most: int, *, lines: bool) -> None:
    if text is None:
        return
    if len(text) > most:
        raise BadRequest(f"{field} has {len(text)} characters; {most} are allowed.")
    if not lines and not text.isprintable():
        raise BadRequest(f"{field} must be one line of text, not {text[:40]!r}.")
