"""Serve the gallery until somebody says stop, and then finish what is under way.

Knows: sockets, signals.  Must not know: who may do what.
"""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from ...bookstore_config import BookstoreSettings
from ...errors import BookstoreError
from ...files.roots import bucket_of_root
from ...settings.users import server_username
from ...store.base import ObjectStore
from ...wiring import build_store
from ..service import GalleryService
from ..settings import GallerySettings
from .application import MOST_BODY, GalleryApplication
from .settings import GalleryServer

_IDLE_S, _SENDING_S = 75.0, 300.0
"""How long a connection may be silent, and how long a request may be on its way."""
STOPPING = (signal.SIGTERM, signal.SIGINT)
MakeApplication = Callable[[GalleryServer, GalleryService], GalleryApplication]


def store_of(settings: BookstoreSettings, root: str) -> ObjectStore:
    """Return where the notebooks are: the bucket of *settings*, or that of the folder *root*."""
    return build_store(
        settings, settings.s3_bucket or settings.local_bucket or bucket_of_root(root)
    )


@asynccontextmanager
async def serving(
    server: GalleryServer,
    settings: GallerySettings,
    bookstore: BookstoreSettings,
    store: ObjectStore,
    make: MakeApplication,
) -> AsyncIterator[int]:
    """Serve the gallery, and give the port; what is under way at the end is finished.

    Raises :class:`~bookstore.errors.BookstoreError` where it cannot begin.
    """
    prefix = f"{bookstore.published_key('', server_username())}/"
    service = GalleryService(settings, store, prefix)
    try:
        await service.opened()  # what is wrong is told here, and not to who comes first
        application = make(server, service)
        http = HTTPServer(
            application,
            ssl_options=_tls(server),
            max_body_size=MOST_BODY * settings.most_bytes,
            idle_connection_timeout=_IDLE_S,
            body_timeout=_SENDING_S,
        )
        port = _listen(http, server)
        try:
            yield port
        finally:
            http.stop()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(application.idle(), server.stop_within_s)
            await http.close_all_connections()
    finally:
        await service.close()
        await store.close()


async def told_to_stop() -> None:
    """Return when this process is told to stop."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for each in STOPPING:
        loop.add_signal_handler(each, told.set)
    try:
        await told.wait()
    finally:
        for each in STOPPING:
            loop.remove_signal_handler(each)


def _listen(http: HTTPServer, server: GalleryServer) -> int:
    try:
        sockets = bind_sockets(server.port, server.address)
    except OSError as error:
        where = f"{server.address}, port {server.port}"
        raise BookstoreError(f"The gallery cannot listen at {where}: {error.strerror}.") from error
    http.add_sockets(sockets)
    return int(sockets[0].getsockname()[1])


def _tls(server: GalleryServer) -> ssl.SSLContext | None:
    if not server.certificate_file:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    key = Path(server.key_file).expanduser() if server.key_file else None
    try:
        context.load_cert_chain(Path(server.certificate_file).expanduser(), key)
    except (ssl.SSLError, OSError) as error:
        raise BookstoreError(f"The certificate cannot be used: {error}.") from error
    return context
