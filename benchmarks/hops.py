"""Through how many rooms and files a save, a history page and a restore go, and how often.

A real server runs in this process, and each flow is done once before it is counted.  A save ends
when its version is in the embedded store.  A room is what the layering test calls so: a folder, or
a module beside the folders.  What is counted does not depend on the machine.

    python benchmarks/hops.py
    python benchmarks/hops.py --files    # which they are
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient

import bookstore
from bookstore.extension import BookstoreApp
from bookstore.records import ArchiveEvent
from bookstore.wiring import bookstore_for

PACKAGE = f"{Path(bookstore.__file__).parent}/"
Flow = Callable[[], Awaitable[None]]


class Hops:
    """Counts calls from one file of the package to another, on all threads."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.files: set[str] = set()
        self._entered: dict[int, FrameType] | None = None  # a coroutine is entered again and again
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    async def of(self, flow: Flow) -> None:
        """Do *flow* and count."""
        self.calls.clear()
        self.files.clear()
        self._entered = {}
        await flow()
        self._entered = None

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        entered = self._entered
        name = _own(frame)
        if event != "call" or entered is None or name is None or id(frame) in entered:
            return
        entered[id(frame)] = frame
        self.files.add(name)
        caller = frame.f_back
        while caller is not None and _own(caller) is None:
            caller = caller.f_back
        if caller is not None and (before := _own(caller)) != name:
            self.calls[(str(before), name)] += 1


def _own(frame: FrameType) -> str | None:
    file, code = frame.f_code.co_filename, frame.f_code.co_name
    is_own = file.startswith(PACKAGE) and code != "<module>"
    return file.removeprefix(PACKAGE) if is_own else None


class Browser:
    """Does what a front end does, and waits until the store has it."""

    def __init__(self, server: ServerApp) -> None:
        self._server, self._saves, self._oldest = server, 0, ""
        self._archived = asyncio.Event()
        bookstore_for(server, root_dir=server.root_dir).listeners.append(self._heard)

    async def save(self) -> None:
        self._saves += 1
        cells = [nbformat.v4.new_code_cell(f"{self._saves}", id="a")]
        content = nbformat.v4.new_notebook(cells=cells)
        self._archived.clear()
        await self._ask("PUT", "contents/a.ipynb", {"type": "notebook", "content": content})
        await self._archived.wait()

    async def history(self) -> None:
        told = await self._ask("GET", "bookstore/versions/a.ipynb")
        self._oldest = told["versions"][-1]["version_id"]

    async def restore(self) -> None:
        self._archived.clear()
        await self._ask("POST", "bookstore/restore/a.ipynb", {"version_id": self._oldest})
        await self._archived.wait()

    async def _ask(self, verb: str, route: str, body: object = None) -> Any:
        answer = await AsyncHTTPClient().fetch(
            f"{self._server.connection_url}api/{route}",
            method=verb,
            headers={"Authorization": f"token {self._server.token}"},
            body=None if body is None else json.dumps(body),
        )
        return json.loads(answer.body)

    def _heard(self, event: ArchiveEvent) -> None:
        if event.action == "archived":
            self._archived.set()


async def measure(server: ServerApp, hops: Hops, *, tells_files: bool) -> None:
    browser = Browser(server)
    print(f"{'flow':<20}{'rooms':>7}{'files':>7}{'calls between files':>22}")
    flows = {
        "save + delivery": browser.save,
        "history page": browser.history,
        "restore + delivery": browser.restore,
    }
    for name, flow in flows.items():
        await flow()
        await browser.save()
        await hops.of(flow)
        rooms = {file.split("/")[0].removesuffix(".py") for file in hops.files}
        print(f"{name:<20}{len(rooms):>7}{len(hops.files):>7}{hops.calls.total():>22}")
        for file in sorted(hops.files) if tells_files else ():
            print(f"    {file}")
    server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", action="store_true", help="name the files")
    arguments = parser.parse_args()
    hops = Hops()
    with tempfile.TemporaryDirectory() as folder:
        server = BookstoreApp.initialize_server(
            [
                *("--no-browser", "--port=0", "--allow-root", "--log-level=ERROR"),
                f"--ServerApp.root_dir={folder}",
                f"--BookstoreSettings.local_store_dir={folder}/.store",
                f"--BookstoreSettings.outbox_dir={folder}/.outbox",
            ],
            load_other_extensions=False,
        )
        work = functools.partial(measure, server, hops, tells_files=arguments.files)
        server.io_loop.add_callback(work)
        server.start()


if __name__ == "__main__":
    main()
