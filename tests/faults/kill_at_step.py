"""A Jupyter configuration that kills its own server at a chosen step of a save.

A step is anything that changes a disk: a file opened for writing, renamed, removed or flushed, a
statement of SQLite.  Steps count from the moment that ``victim.ipynb``, or the new file that is to
take its place, is first opened for writing.
``KILL_AT_STEP`` names the one before which the process dies; the count so far is in ``STEPS_FILE``.
"""

import os
import signal
import sqlite3
import sys
import threading

_KILL_AT = int(os.environ["KILL_AT_STEP"])
_STEPS_FILE = os.environ["STEPS_FILE"]
_lock = threading.RLock()
_steps = 0
_armed = False
_fsync = os.fsync
_sqlite_connect = sqlite3.connect


def _step() -> None:
    global _steps
    with _lock:
        if not _armed:
            return
        _steps += 1
        if _steps == _KILL_AT:
            os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait()  # the signal needs a moment; nothing more happens here
        descriptor = os.open(_STEPS_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, str(_steps).encode())
        os.close(descriptor)


def _flush(descriptor: int) -> None:
    _step()
    _fsync(descriptor)


def _connect(*arguments: object, **options: object) -> sqlite3.Connection:
    connection = _sqlite_connect(*arguments, **options)
    connection.set_trace_callback(lambda _: _step())
    return connection


def _audit(event: str, values: tuple) -> None:
    global _armed
    if event == "open":
        path, _, flags = values
        if path == _STEPS_FILE or not flags & (os.O_WRONLY | os.O_RDWR):
            return
        if "victim.ipynb" in str(path):
            _armed = True
        _step()
    elif event in ("os.rename", "os.remove", "os.mkdir"):
        _step()


os.fsync = _flush
sqlite3.connect = _connect
sys.addaudithook(_audit)
