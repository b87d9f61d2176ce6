"""What papermill reads and writes ``bookstore://…`` by: its entry point in ``papermill.io``.

    papermill "bookstore://reports/daily.ipynb?label=production" bookstore://runs/daily.ipynb

The store is the one that the configuration of a Jupyter server in the working folder means; no
server need run.  papermill writes its result after each cell; that becomes one version, at the
end of the run.  Importing this costs next to nothing, since papermill does so at every start.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .errors import BookstoreError

if TYPE_CHECKING:
    from .actions.executing import Results

T = TypeVar("T")


class _Opened(NamedTuple):
    results: Results
    loop: asyncio.AbstractEventLoop


class PapermillHandler:
    """Reads versions of notebooks for papermill, and makes versions of what it writes.

    The event loop has a thread of its own, since papermill may be called where another one runs, as
    in a notebook.  The thread ends with the process: what has to last is in the store or the
    outbox when a method returns.  A process that is forked off has neither the thread nor, since
    SQLite takes what is open for its own, a store that it may use.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._process = 0
        """The one that opened it, or began to."""

    def read(self, path: str) -> str:
        """Return the text of the version that an address means.

        Raises :class:`~bookstore.errors.BookstoreError`, which says in words why there is none.
        """
        thread = threading.get_ident()
        return self._run(lambda results: results.read(path, thread=thread)).decode()

    def write(self, buf: str, path: str) -> None:
        """Keep a result, or what there is of it yet; raises as :meth:`read`."""
        # papermill writes in a `finally`, too: then this is what ended the run.
        raised, thread, body = sys.exc_info()[1], threading.get_ident(), buf.encode()
        self._run(lambda results: results.write(path, body, thread=thread, raised=raised))

    def listdir(self, path: str) -> list[str]:
        """Return the addresses of the notebooks in a folder."""
        return self._run(lambda results: results.list(path))

    def pretty_path(self, path: str) -> str:
        """Return the address as it is."""
        return path

    def use(self, results: Results, loop: asyncio.AbstractEventLoop) -> None:
        """Read and write by *results* on *loop*, which runs from now on, and open no store."""
        threading.Thread(target=loop.run_forever, name="bookstore", daemon=True).start()
        self._opened, self._process = _Opened(results, loop), os.getpid()

    def _run(self, work: Callable[[Results], Coroutine[Any, Any, T]]) -> T:
        try:
            opened = self._open()
            done = asyncio.run_coroutine_threadsafe(work(opened.results), opened.loop)
            return done.result()
        except BookstoreError as error:
            # papermill shows what the exception says of itself, and no hint.
            error.args = (" ".join(filter(None, (error.message, error.hint))),)
            raise

    def _open(self) -> _Opened:
        self._process = self._process or os.getpid()
        if self._process != os.getpid():  # nor may the lock be waited for: nobody may hold it now
            raise BookstoreError(
                "This process was forked from one that has the store open, and cannot use it.",
                hint="Run notebooks only in the forked ones, or start them by spawn.",
            )
        with self._lock:
            if self._opened is None:
                self.use(*_open_store())
            return self._opened  # type: ignore[return-value]


def _open_store() -> _Opened:
    from .actions.executing import (
        Results,
    )  # slow to import, and papermill imports this at its start
    from .cli.app import BookstoreCommand

    command = BookstoreCommand()
    command.load_config_file(suppress_errors=False)
    source = command.store_for()
    return _Opened(Results(source.bookstore, author=source.username), source.loop)


handler = PapermillHandler()
"""What the entry point names."""
