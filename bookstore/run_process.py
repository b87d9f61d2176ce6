"""The process of one run that a server starts: papermill executes it, and it keeps its result.

What to do comes as one line of JSON on standard input.  A second line says why it is to stop, and
the end of the input that whoever started it is gone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
from io import FileIO
from typing import Any

import papermill
from papermill.exceptions import PapermillExecutionError

from .actions.executing import Results
from .bookstore_config import BookstoreSettings
from .papermill_io import handler
from .scheduling.facts import RUN_ID
from .scheduling.settling import end
from .wiring import build_bookstore

GONE = "The server that started it is gone."


def main() -> None:
    """Execute what standard input asks for; how that ended is in the record of the run."""
    run_id = os.environ[RUN_ID]
    orders = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 - open until the end
    order: dict[str, Any] = json.loads(orders.readline())
    settings = BookstoreSettings(**order["settings"])
    log = logging.getLogger("bookstore")
    bookstore = build_bookstore(settings, root_dir=order["root"], log=log)
    results, loop = Results(bookstore, author=order["author"]), asyncio.new_event_loop()
    handler.use(results, loop)
    threading.Thread(target=_wait_for_stop, args=(orders, results), daemon=True).start()
    try:
        papermill.execute_notebook(
            order["version"],
            order["result"],
            parameters=order["parameters"],
            kernel_name=order["kernel"] or None,
            cwd=order["folder"],
            progress_bar=False,
        )
    except PapermillExecutionError:  # the result says in which cell
        pass
    except BaseException as error:  # whatever it is, the record shall say it
        first, *_ = str(error).strip().splitlines() or [""]
        words = results.stopped_because or f"{type(error).__name__}: {first}"
        ending = end(bookstore, run_id, "interrupted", words)
        asyncio.run_coroutine_threadsafe(ending, loop).result()


def _wait_for_stop(orders: FileIO, results: Results) -> None:
    line = orders.readline()
    results.stopped_because = json.loads(line) if line else GONE
    if hasattr(signal, "pthread_kill"):  # which also wakes an event loop that waits
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
