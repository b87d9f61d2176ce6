"""A store that a command has opened with the server's configuration, and the files beside it.

What is written goes through a contents manager like the server's, so it is archived as any save:
what was there becomes a version first, and what the store does not take waits in the outbox.

Knows: the wiring, contents managers.  Must not know: HTTP, what is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from ...bookstore_config import BookstoreSettings
from ...errors import BookstoreError
from ...files.contents_managers import archives
from ...settings.managers import Chosen, chosen_manager
from ...settings.users import server_username
from ...store.local.store import has_versions
from ...wiring import Bookstore, bookstore_for
from .places import Place

T = TypeVar("T")

_END = object()


class OpenedStore:
    """The store, outbox and files of the server root *place*.

    *app* is what configuration comes from; *tell* is called with what the user should know.
    """

    base_url = ""

    def __init__(self, app: Configurable, place: Place, *, tell: Callable[[str], None]) -> None:
        self.place = place
        self._app = app
        self.tell = tell
        self.loop = asyncio.new_event_loop()
        self.bookstore: Bookstore = bookstore_for(app, root_dir=str(self.root))
        self.described = f"the store {self.bookstore.store.display}"
        self.username = server_username()
        self.workspace = self.bookstore.workspace

    @property
    def root(self) -> Path:
        """The server's root folder."""
        return Path.cwd() if self.place.root is None else self.place.root

    # -- from here to the event loop -------------------------------------------------------------

    def run(self, work: Awaitable[T]) -> T:
        """Return what *work* returns."""
        try:
            return self.loop.run_until_complete(_awaited(work))
        except KeyboardInterrupt:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            raise

    def each(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Yield *items* one by one, as they are asked for."""
        while (item := self.run(_next(items))) is not _END:
            yield item  # type: ignore[misc]

    def close(self) -> None:
        """Let go of the store and the outbox; what waits goes on waiting."""
        if not self.loop.is_closed():
            if self.is_unused():  # and stays so
                self.run(self.bookstore.store.close())
            else:
                self.run(self.bookstore.close(deadline_s=0))
            self.run(self.loop.shutdown_asyncgens())
            self.loop.close()

    def is_unused(self) -> bool:
        """Is there no save of this root yet, in the embedded store or on its way there?"""
        bookstore = self.bookstore
        is_kept = has_embedded_history(bookstore.settings, bookstore.store.bucket)
        return not (bookstore.settings.remote_bucket or is_kept or bookstore.outbox.is_there())

    # -- the user's files ------------------------------------------------------------------------

    def saved(self, saving: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Return the model that *saving* returns, once its version is delivered or waits."""
        from tornado.web import HTTPError

        try:
            model = self.run(saving)
        except HTTPError as error:
            raise BookstoreError(error.log_message or str(error)) from error
        deadline_s = self.bookstore.settings.drain_deadline_s
        if left := self.run(self.bookstore.uploader.drain(deadline_s=deadline_s)):
            self.tell(
                f"In the outbox: {left}. The store does not have that yet; "
                "`jupyter bookstore drain` or the next server delivers it."
            )
        return model

    @cached_property
    def files(self) -> Any:
        """A contents manager like the server's."""
        from ...archive.manager import BookstoreContentsArchiver

        chosen = chosen_manager(self._app.config)
        configured = BookstoreContentsArchiver if chosen is None else _imported(chosen)
        made = configured if archives(configured) else BookstoreContentsArchiver
        return made(parent=self._app, root_dir=str(self.root))


def has_embedded_history(settings: BookstoreSettings, bucket: str) -> bool:
    """Are there versions in the embedded store's *bucket*?"""
    return has_versions(Path(settings.local_store_dir).expanduser() / bucket)


def _imported(chosen: Chosen) -> Any:
    try:
        return import_item(chosen.manager) if isinstance(chosen.manager, str) else chosen.manager
    except ImportError as error:
        raise BookstoreError(f"{chosen.app}.contents_manager_class: {error}") from error


async def _awaited(work: Awaitable[T]) -> T:
    return await work


async def _next(items: AsyncIterator[T]) -> T | object:
    try:
        return await anext(items)
    except StopAsyncIteration:
        return _END
