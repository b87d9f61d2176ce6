"""Takes over what release 3.0.0 left, as a server does, and dies before a chosen step of it.

A step is anything that changes a disk: a file opened for writing, renamed, removed or flushed, a
statement of SQLite.  Run with the store's folder and the number of the step; prints how many steps
there were when it comes to its end.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from bookstore.delivery.adoption import Adoption
from bookstore.outbox import Outbox, part
from bookstore.store.local.store import LocalStore

_KILL_AT = int(sys.argv[2])
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
_steps = itertools.count(1)
_fsync = os.fsync
_sqlite_connect = sqlite3.connect


def _step() -> None:
    if next(_steps) == _KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()  # the signal needs a moment; nothing more happens here


def _flush(descriptor: int) -> None:
    _step()
    _fsync(descriptor)


def _connect(*arguments: object, **options: object) -> sqlite3.Connection:
    connection = _sqlite_connect(*arguments, **options)  # type: ignore[call-overload]
    connection.set_trace_callback(lambda _: _step())
    return connection  # type: ignore[no-any-return]


def _audit(event: str, values: tuple[object, ...]) -> None:
    is_writing = event == "open" and isinstance(values[2], int) and values[2] & 3
    if is_writing or event in _CHANGES:
        _step()


async def main(folder: Path) -> None:
    before = folder.with_name("outbox")
    for _ in range(2):  # what was moved goes when the store is opened again
        store = LocalStore(folder, shared_with=(part(folder, before=before),))
        outbox = Outbox(folder, max_bytes=10**8, database=store.database, before=before)
        adoption = Adoption(outbox, store, tell=lambda _: None, log=logging.getLogger())
        await adoption.drain(deadline_s=30)
        await asyncio.to_thread(store._packing.pack)
        await adoption.stop()
        await outbox.close()
        await store.close()


os.fsync = _flush
sqlite3.connect = _connect  # type: ignore[assignment]
sys.addaudithook(_audit)
asyncio.run(main(Path(sys.argv[1])))
sys.stdout.write(str(next(_steps) - 1))
