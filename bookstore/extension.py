"""The server extension: puts everything into a Jupyter server, and stops it in good order.

``jupyter bookstore`` starts a server with it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from jupyter_events.logger import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets import TraitError, Unicode

from ._version import __version__
from .archive.change_notes import ChangeNotes
from .archive.collaboration import Collaboration
from .archive.manager import BookstoreContentsArchiver
from .bookstore_config import BookstoreSettings
from .cli.commands import SUBCOMMANDS
from .concurrency.interrupts import stop_at_interrupt
from .files.noted_roots import remember_root
from .handlers import load_jupyter_server_extension
from .health.features import archiver_state
from .health.start_check import StartCheck
from .health.telemetry import Telemetry
from .http.runs import STARTED_RUNS
from .settings.managers import chosen_manager
from .wiring import Bookstore, bookstore_for

if TYPE_CHECKING:
    from .retention.task import RetentionTask


class BookstoreApp(ExtensionApp):
    """A Jupyter server on which every save of a notebook becomes a version."""

    name = "bookstore"
    version = Unicode(__version__)
    description = "A Jupyter server on which every save of a notebook becomes a version."
    examples = """
        jupyter bookstore                              # start, keep versions on this machine
        jupyter bookstore --BookstoreSettings.s3_bucket=my-bucket
        jupyter bookstore --generate-config            # write a configuration file
    """
    subcommands = SUBCOMMANDS
    extension_url = "/lab"
    load_other_extensions = True
    classes = [ServerApp, BookstoreSettings, BookstoreContentsArchiver]  # noqa: RUF012

    bookstore: Bookstore | None = None
    telemetry: Telemetry | None = None
    change_notes: ChangeNotes | None = None
    retention: RetentionTask | None = None
    start_check: StartCheck | None = None
    collaboration: Collaboration | None = None
    _stopping: asyncio.Task[None] | None = None

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None  # noqa: S101 - linked before anything else happens
        return self.serverapp

    def _link_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        super()._link_jupyter_server_extension(serverapp)
        # The others bring configuration too, such as jupyter_notebook_config.py; linking twice
        # does nothing.
        extensions = serverapp.extension_manager
        for other in [name for name in extensions.extensions if name != self.name]:
            extensions.link_extension(other)
        put_archiver_in_place(serverapp)

    def initialize_settings(self) -> None:
        """Share one :class:`~bookstore.wiring.Bookstore` with the handlers; start delivering."""
        server = self._server
        self.bookstore = bookstore_for(server, root_dir=server.contents_manager.root_dir)
        self.telemetry = Telemetry(
            cast("EventLogger", server.event_logger), self.bookstore.outbox, self.log
        )
        self.bookstore.listeners.append(self.telemetry)
        self.change_notes = ChangeNotes(self.bookstore, log=self.log)
        self.bookstore.listeners.append(self.change_notes)
        server.io_loop.add_callback(self.change_notes.start)
        archiver = archiver_state(server.contents_manager)
        if archiver["active"]:
            display = self.bookstore.store.display
            self.log.info("bookstore %s keeps versions in %s", __version__, display)
        else:
            self.log.warning("%s", archiver["message"])
        remember_root(server.contents_manager.root_dir)
        server.io_loop.add_callback(self.bookstore.uploader.wake)  # what the last run left
        server.io_loop.add_callback(self.telemetry.follow_outbox)
        self.collaboration = Collaboration(server, self.bookstore.shared, self.log)
        server.io_loop.add_callback(self.collaboration.start)
        self.start_check = StartCheck(self.bookstore, log=self.log)
        server.io_loop.add_callback(self.start_check.start)
        if self.bookstore.settings.retention_enabled:
            self.retention = self._retention_of(self.bookstore)
            server.io_loop.add_callback(self.retention.start)

    def initialize_handlers(self) -> None:
        """Add the routes."""
        load_jupyter_server_extension(self._server)

    def _retention_of(self, bookstore: Bookstore) -> RetentionTask:
        from .actions.retain import retainer_of  # only where it is switched on
        from .retention.task import RetentionTask

        return RetentionTask(
            retainer_of(bookstore),
            interval_s=bookstore.settings.retention_interval_h * 3600,
            log=self.log,
        )

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Called once the server's loop runs."""

        def stop() -> None:
            self.log.critical("Interrupted: stopping")
            serverapp.stop(from_signal=True)

        stop_at_interrupt(stop)

    async def stop_extension(self) -> None:
        """Deliver what can be delivered before the deadline; the rest goes at the next start.

        Whoever is told twice to stop a server calls this twice, which is the same as once.
        """
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop())
        await asyncio.shield(self._stopping)

    async def _stop(self) -> None:
        for task in (self.start_check, self.retention, self.change_notes):
            if task is not None:
                await task.stop()
        if started := self._server.web_app.settings.get(STARTED_RUNS):
            await started.close()  # what they have made is to be delivered, too
        if self.bookstore is not None and self.telemetry is not None:
            await self.telemetry.stop()
            await self.bookstore.close(deadline_s=self.bookstore.settings.drain_deadline_s)


def put_archiver_in_place(serverapp: ServerApp) -> None:
    """Make the archiver the server's contents manager, unless the user configured another.

    Called before the server makes its manager.  A manager chosen for the classic server
    (``NotebookApp.contents_manager_class``) counts as the user's choice on every server.
    """
    if (chosen := chosen_manager(serverapp.config)) is not None:
        serverapp.contents_manager_class = chosen.manager  # type: ignore[assignment]  # the trait imports it
    elif serverapp.contents_manager_class is AsyncLargeFileManager and _by_default(serverapp):
        serverapp.contents_manager_class = BookstoreContentsArchiver
        serverapp.log.info(
            "bookstore archives every save: BookstoreContentsArchiver takes the place of the "
            "default contents manager (BookstoreSettings.archive_by_default turns this off)"
        )


def _by_default(serverapp: ServerApp) -> bool:
    try:
        return bool(BookstoreSettings(config=serverapp.config).archive_by_default)
    except TraitError:
        return True  # the manager reads the same settings, and stops the server with this error


main = launch_new_instance = BookstoreApp.launch_instance
