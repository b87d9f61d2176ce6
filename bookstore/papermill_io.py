"""What papermill reads and writes ``bookstore://…`` by: its entry point in ``papermill.io``.

    papermill "bookstore://reports/daily.ipynb?label=production" bookstore://runs/daily.ipynb

The store is the one that the configuration of a Jupyter server in the working folder means; no
server need run.  papermill writes its result after each cell; that becomes one version, at the
end of the run.  Importing this costs next to nothing, since papermill does so at every start.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from .actions.executing import Results

T = TypeVar("T")


class _Opened(NamedTuple):
    results: Results
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


class PapermillHandler:
    """Reads versions of notebooks for papermill, and makes versions of what it writes.

    The event loop has a thread of its own, since papermill may be called where another one runs, as
    in a notebook.  The thread ends with the process: what has to last is in the store or the
    outbox when a method returns.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def read(self, path: str) -> str:
        """Return the text of the version that an address means.

        Raises :class:`~bookstore.errors.BookstoreError`, which says in words why there is none.
        """
        opened = self._open()
        return opened.run(opened.results.read(path)).decode()

    def write(self, buf: str, path: str) -> None:
        """Keep a result, or what there is of it yet; raises as :meth:`read`."""
        opened = self._open()
        opened.run(opened.results.write(path, buf.encode()))

    def listdir(self, path: str) -> list[str]:
        """Return the addresses of the notebooks in a folder."""
        opened = self._open()
        return opened.run(opened.results.list(path))

    def pretty_path(self, path: str) -> str:
        """Return the address as it is."""
        return path

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                self._opened = _open_store()
            return self._opened


def _open_store() -> _Opened:
    from .actions.executing import (
        Results,
    )  # slow to import, and papermill imports this at its start
    from .cli.app import BookstoreCommand

    command = BookstoreCommand()
    command.load_config_file(suppress_errors=False)
    source = command.store_for()
    threading.Thread(target=source.loop.run_forever, name="bookstore", daemon=True).start()
    return _Opened(Results(source.bookstore, author=source.username), source.loop)


handler = PapermillHandler()
"""What the entry point names."""
