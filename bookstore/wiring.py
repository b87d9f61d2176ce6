"""The one place where objects are built, once per server.

Knows: settings, stores, outbox, uploader.  Must not know: HTTP, Jupyter's server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jupyter_core.paths import jupyter_data_dir
from traitlets.config import Configurable

from .bookstore_config import BookstoreSettings
from .concurrency.background import Background, guarded
from .delivery.adoption import Adoption
from .delivery.base import Delivery
from .delivery.hand_over import delivery_timeout
from .delivery.uploader import Uploader
from .editors.announcements import Announcements
from .editors.shared_documents import SharedDocuments
from .errors import Forbidden, StoreUnavailable
from .files.roots import bucket_of_root, short_digest
from .history import History
from .history.counts import Counts
from .history.roots import OtherRoots
from .keys.workspace import Workspace, Workspaces
from .outbox import Outbox
from .outbox import part as outbox_tables
from .outbox.recorder import ANSWER_FIRST_S, Recorder
from .records import ArchiveEvent
from .settings.users import server_username
from .store.base import ObjectStore
from .store.local.rooted import RootedStore
from .store.local.store import LocalStore

if TYPE_CHECKING:
    from .store.s3.options import S3Options
    from .store.swift.options import SwiftOptions

T = TypeVar("T")

MOST_OTHER_STORES = 16
"""Each has connections and threads, and anybody can ask to clone from any name."""
TOO_SLOW = "Nothing was changed in your files; try again later."
_LET_GO_S = 5.0
_FINISH_S = 2.0


@dataclass(kw_only=True)
class Bookstore:
    """Everything that one server's contents manager and handlers share."""

    settings: BookstoreSettings
    store: ObjectStore
    outbox: Outbox
    recorder: Recorder
    uploader: Delivery
    history: History
    roots: OtherRoots
    """The other folders in which servers were started that saved the same files."""
    counts: Counts
    """What those have."""
    listeners: list[Callable[[ArchiveEvent], None]]
    """Called on the event loop with everything that happens to a save."""
    tell: Callable[[ArchiveEvent], None]
    """Calls the listeners; what goes wrong with one is only logged."""
    announcements: Announcements = field(default_factory=Announcements)
    """The saves of which somebody said beforehand that they bring a version back."""
    shared: SharedDocuments = field(default_factory=SharedDocuments)
    """The documents that several people edit, and who of them did."""
    naming: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a copy takes a free name, so that two cannot share one."""
    background: Background = field(default_factory=Background)
    """What goes on beside the requests; it ends before anything else is let go of."""
    guests: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Ends of what others have put on top of this: awaited before the store is let go of."""
    _other_stores: dict[str, ObjectStore] = field(default_factory=dict)

    @property
    def is_embedded(self) -> bool:
        """Whether the store is on this machine, and nothing is paid for looking into it."""
        return isinstance(self.store, LocalStore)

    @property
    def workspace(self) -> Workspace:
        """Where the server's notebooks are archived: one place, whoever of its users saves them."""
        return self.settings.workspace(server_username())

    @property
    def runs(self) -> Workspace:
        """Where the results of runs are kept."""
        return self.settings.runs(server_username())

    def published_key(self, path: str) -> str:
        """Return the key that the notebook at *path* is published under, whoever publishes it."""
        return self.settings.published_key(path, server_username())

    def store_for(self, bucket: str) -> ObjectStore:
        """Return the store of *bucket*, to clone from.

        Raises :class:`~bookstore.errors.Forbidden`, naming the setting, when it is not allowed.
        """
        if bucket == self.store.bucket:
            return self.store
        if not self.settings.may_clone_from(bucket, self.store.bucket):
            raise Forbidden(
                f"Cloning from the bucket {bucket!r} is not allowed.",
                hint="The administrator can add it to BookstoreSettings.clone_buckets.",
            )
        store = self._other_stores.pop(bucket, None) or build_store(self.settings, bucket)
        self._other_stores[bucket] = store  # the last used comes last
        if len(self._other_stores) > MOST_OTHER_STORES:
            oldest = self._other_stores.pop(next(iter(self._other_stores)))
            self.background.start(oldest.close())
        return store

    async def within(self, work: Awaitable[T], *, size_bytes: int = 0) -> T:
        """Return what the store's *work* returns, or raise StoreUnavailable when it is too slow.

        *size_bytes*: how much it may have to move.
        """
        timeout_s = delivery_timeout(size_bytes, self.settings.store_timeout_s)
        try:
            return await asyncio.wait_for(work, timeout_s)
        except asyncio.TimeoutError as error:
            raise StoreUnavailable(
                f"The store did not answer within {timeout_s:.0f} seconds.",
                hint=TOO_SLOW,
            ) from error

    async def close(self, *, deadline_s: float) -> None:
        """Deliver what can be delivered within *deadline_s* seconds, then let go of everything.

        A part that does not let go within a few seconds is left behind.
        """
        await self.background.finish(timeout_s=_FINISH_S)
        await self.uploader.drain(deadline_s=deadline_s)
        stores = (self.store, *self._other_stores.values())
        guests = (end() for end in self.guests)
        parts = (self.uploader.stop(), self.recorder.close(), *(store.close() for store in stores))
        for part in (*guests, *parts, self.outbox.close()):
            try:
                await asyncio.wait_for(part, _LET_GO_S)
            except asyncio.TimeoutError:
                self.settings.log.error("A part of bookstore did not stop in time")


_BUILT = "_bookstore"
"""The server's attribute that keeps what was built for it.  A table would need it to be hashable,
and those who write contents managers need not care."""


def bookstore_for(server: Configurable, *, root_dir: str) -> Bookstore:
    """Return the server's :class:`Bookstore`, built at the first call.

    *server* is whatever configuration comes from: the ``ServerApp``, or a contents manager that
    runs without one.  *root_dir* names the embedded store's bucket when nothing else does.
    """
    built: Bookstore | None = vars(server).get(_BUILT)
    if built is None:
        settings = BookstoreSettings(parent=server)
        built = build_bookstore(settings, root_dir=root_dir, log=settings.log)
        setattr(server, _BUILT, built)
    return built


def build_bookstore(
    settings: BookstoreSettings,
    *,
    root_dir: str,
    log: logging.Logger,
    store: ObjectStore | None = None,
) -> Bookstore:
    """Build everything from *settings*; nothing touches a disk or network before it is used."""
    bucket = settings.remote_bucket or settings.local_bucket or bucket_of_root(root_dir)
    roots = _other_roots(settings, bucket, root_dir)
    store = store or build_store(settings, bucket, roots)
    listeners: list[Callable[[ArchiveEvent], None]] = []

    def tell(event: ArchiveEvent) -> None:
        for listener in listeners:
            with guarded("A listener to archive events", log):
                listener(event)

    outbox = _outbox(settings, bucket, store)
    history = History(
        store=store,
        outbox=outbox,
        workspaces=Workspaces.of_setting(settings.workspace_prefix, settings.runs_prefix),
        same_file=roots.same_file,
    )
    uploader: Delivery
    if embedded := _with_outbox(store):
        uploader = Adoption(outbox, embedded, tell=tell, log=log)
    else:
        uploader = Uploader(
            outbox,
            store,
            concurrency=settings.max_threads,
            timeout_s=settings.store_timeout_s,
            tell=tell,
            log=log,
            look_at=history.cell_index.note,
        )
    recorder = Recorder(outbox, wake=uploader.wake, tell=tell, log=log)
    return Bookstore(
        settings=settings,
        store=store,
        outbox=outbox,
        recorder=recorder,
        uploader=uploader,
        history=history,
        roots=roots,
        counts=Counts(store),
        listeners=listeners,
        tell=tell,
    )


def build_store(
    settings: BookstoreSettings, bucket: str, roots: OtherRoots | None = None
) -> ObjectStore:
    """Return the store of *bucket* on whatever is configured, else the embedded one.

    *roots*: those of a server's files, for which an embedded store of each root answers as well.
    """
    if settings.remote_bucket:
        return bucket_elsewhere(settings, bucket)
    directory = Path(settings.local_store_dir).expanduser() / bucket
    before = outbox_dir(settings, bucket)
    shared_with = (outbox_tables(directory, before=before),)
    if roots is None or settings.local_bucket:
        return LocalStore(directory, shared_with=shared_with)
    return RootedStore(
        directory,
        workspace=settings.workspace(server_username()),
        names_of=roots.names_of,
        open_store=lambda other: build_store(settings, other),
        shared_with=shared_with,
    )


def _other_roots(settings: BookstoreSettings, bucket: str, root_dir: str) -> OtherRoots:
    """Return what finds other roots; those that share a bucket do so in one place only."""
    is_shared = bool(settings.remote_bucket or settings.local_bucket)
    return OtherRoots(
        Path(root_dir).expanduser(),
        workspace=settings.workspace(server_username()),
        store=outbox_dir(settings, bucket).name if is_shared else "local",
        buckets=None if is_shared else Path(settings.local_store_dir).expanduser(),
    )


def bucket_elsewhere(settings: BookstoreSettings, bucket: str) -> ObjectStore:
    """Return the store of *bucket* on Swift, where that is configured, else on S3."""
    # Their libraries are slow to import: only where they are used.
    if settings.swift_container:
        from .store.swift.store import SwiftStore

        return SwiftStore(bucket, swift_options(settings))
    from .store.s3.store import S3Store

    return S3Store(bucket, s3_options(settings))


def s3_options(settings: BookstoreSettings) -> S3Options:
    """Return how *settings* say that S3 is to be reached."""
    from .store.s3.options import S3Options  # only where it is used

    return S3Options(
        endpoint_url=settings.custom_endpoint_url,
        region_name=settings.region_name,
        access_key_id=settings.s3_access_key_id or None,
        secret_access_key=settings.s3_secret_access_key or None,
        session_token=settings.s3_session_token or None,
        profile=settings.s3_profile or None,
        addressing_style=settings.s3_addressing_style,
        ca_bundle=settings.s3_ca_bundle or None,
        sse=settings.s3_sse or None,
        sse_kms_key_id=settings.s3_sse_kms_key_id or None,
        requester_pays=settings.s3_requester_pays,
        connect_timeout_s=settings.s3_connect_timeout_s,
        read_timeout_s=settings.s3_read_timeout_s,
        max_connections=settings.max_threads + 4,  # room beside the uploader for requests
    )


def swift_options(settings: BookstoreSettings) -> SwiftOptions:
    """Return how *settings* say that Swift is to be reached."""
    from .store.swift.options import SwiftOptions  # only where it is used

    return SwiftOptions(
        auth_url=settings.swift_auth_url,
        username=settings.swift_username,
        password=settings.swift_password,
        user_domain=settings.swift_user_domain,
        project_name=settings.swift_project_name,
        project_id=settings.swift_project_id,
        project_domain=settings.swift_project_domain,
        application_credential_id=settings.swift_application_credential_id,
        application_credential_secret=settings.swift_application_credential_secret,
        region_name=settings.swift_region_name,
        interface=settings.swift_interface,
        storage_url=settings.swift_storage_url,
        ca_bundle=settings.swift_ca_bundle or None,
        connect_timeout_s=settings.s3_connect_timeout_s,
        read_timeout_s=settings.s3_read_timeout_s,
        max_connections=settings.max_threads + 4,
    )


def _outbox(settings: BookstoreSettings, bucket: str, store: ObjectStore) -> Outbox:
    """Return where saves wait: in the embedded store's own file, or beside a store elsewhere."""
    embedded = _with_outbox(store)
    return Outbox(
        embedded.directory if embedded else outbox_dir(settings, bucket),
        max_bytes=settings.outbox_max_bytes,
        coalesce_s=settings.coalesce_s,
        grace_s=ANSWER_FIRST_S,
        skip_unchanged=settings.skip_unchanged,
        database=embedded.database if embedded else None,
        before=outbox_dir(settings, bucket) if embedded else None,
    )


def _with_outbox(store: ObjectStore) -> LocalStore | None:
    """Return *store* if it is an embedded one in whose file saves wait as well."""
    return store if isinstance(store, LocalStore) and store.is_shared else None


def outbox_dir(settings: BookstoreSettings, bucket: str) -> Path:
    """Return the folder of the outbox that is in front of a store elsewhere; up to 3.0 the embedded
    store had one as well."""
    # One outbox per destination: a server must never deliver what was meant for another store.
    place = settings.local_store_dir
    if settings.s3_bucket:
        place = settings.custom_endpoint_url or "aws"
    elif settings.swift_container:
        place = swift_options(settings).place
    folder = f"{bucket}-{short_digest(f'{place} {bucket}')}"
    if settings.outbox_dir:
        return Path(settings.outbox_dir).expanduser() / folder
    return Path(jupyter_data_dir()) / "bookstore" / "outbox" / folder
