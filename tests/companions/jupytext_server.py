"""Jupytext and bookstore on one server, in every order in which their managers can stand."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from memory_fixtures import BUCKET
from notebooks import KERNEL, notebook
from traitlets.config import Config

from bookstore import ArchivingMixin, BookstoreContentsArchiver
from bookstore.wiring import Bookstore

TextOverArchiver = jupytext.build_async_jupytext_contents_manager_class(BookstoreContentsArchiver)
"""What a configuration file makes of both."""


class ArchiverOverText(ArchivingMixin, jupytext.AsyncTextFileContentsManager):  # type: ignore[misc]
    """What the advice for any other manager makes of both."""


ARRANGEMENTS: dict[str, dict[str, Any]] = {
    "installed": {"jpserver_extensions": {"bookstore": True, "jupyterlab_jupytext": True}},
    "installed in the other order": {
        "jpserver_extensions": {"jupyterlab_jupytext": True, "bookstore": True}
    },
    "text over archiver": {
        "jpserver_extensions": {"bookstore": True, "jupyterlab_jupytext": True},
        "contents_manager_class": TextOverArchiver,
    },
    "archiver over text": {
        "jpserver_extensions": {"bookstore": True, "jupyterlab_jupytext": True},
        "contents_manager_class": ArchiverOverText,
    },
}
"""The options of ``ServerApp`` for each."""


def server_config(arrangement: str, home: Path) -> Config:
    """The configuration of a server with both, which keeps everything in *home*."""
    return Config(ServerApp=ARRANGEMENTS[arrangement], BookstoreSettings=on_disk(home))


def on_disk(home: Path) -> dict[str, str]:
    """Settings that keep everything in *home*."""
    return {
        "local_bucket": BUCKET,
        "outbox_dir": str(home / "outbox"),
        "local_store_dir": str(home / "store"),
    }


def text_notebook(*sources: str, formats: str = "") -> dict[str, Any]:
    """A notebook of code cells; *formats* says which files it is kept in, as Jupytext writes it."""
    kept = {"jupytext": {"formats": formats}} if formats else {}
    return notebook(*sources, kernelspec=KERNEL, **kept)


class TextEditor:
    """Asks a server with Jupytext as JupyterLab does."""

    def __init__(
        self, fetch: Callable[..., Awaitable[Any]], bookstore: Bookstore, root: Path
    ) -> None:
        self._fetch = fetch
        self.bookstore = bookstore
        self.root = root

    async def ask(self, verb: str, *route: str, body: object = None, **query: str) -> Any:
        """Return the JSON of the answer, None where there is none."""
        answer = await self._fetch(
            "api", *route,
            method=verb, params=query, allow_nonstandard_methods=True,
            body=None if body is None else json.dumps(body),
        )  # fmt: skip
        return json.loads(answer.body) if answer.body else None

    async def save(self, path: str, *sources: str, formats: str = "") -> dict[str, Any]:
        """Save a notebook, whatever the file is; return the model that is answered."""
        content = text_notebook(*sources, formats=formats)
        model = {"type": "notebook", "format": "json", "content": content}
        saved: dict[str, Any] = await self.ask("PUT", "contents", path, body=model)
        return saved

    async def press_save(self, path: str, *sources: str, formats: str = "") -> dict[str, Any]:
        """Save as somebody does who presses Save; return the checkpoint."""
        await self.save(path, *sources, formats=formats)
        made: dict[str, Any] = await self.ask("POST", "contents", path, "checkpoints")
        return made

    async def open(self, path: str) -> dict[str, Any]:
        """Open a file as a notebook, and let what the server does about it end."""
        model: dict[str, Any] = await self.ask(
            "GET", "contents", path, type="notebook", content="1"
        )
        await self.settled()
        return model

    async def settled(self) -> None:
        """Return when nothing goes on beside the requests any more."""
        await self.bookstore.background.finish(timeout_s=60)

    async def history(self, path: str) -> list[dict[str, Any]]:
        """The versions of the history of *path*, newest first, all of them delivered."""
        await self.settled()
        assert await self.bookstore.uploader.drain(deadline_s=30) == 0
        told = await self.ask("GET", "bookstore", "versions", path)
        versions: list[dict[str, Any]] = told["versions"]
        return versions

    async def kinds(self, path: str) -> list[str]:
        """The kinds of the versions, oldest first."""
        return [version["kind"] for version in await self.history(path)][::-1]

    async def body(self, path: str, version: dict[str, Any]) -> bytes:
        """The bytes of a version."""
        read = await self.bookstore.history.read(f"workspace/{path}", version["version_id"])
        return read.body

    def on_disk(self, path: str) -> bytes:
        """What the file holds."""
        return (self.root / path).read_bytes()

    def sources(self, path: str) -> list[str]:
        """The sources of the cells of the notebook on disk."""
        return sources_in(nbformat.read(self.root / path, as_version=4))

    def write_outside(self, path: str, text: str) -> None:
        """Write a file as an editor outside of Jupyter does."""
        (self.root / path).write_text(text)


def sources_in(content: dict[str, Any]) -> list[str]:
    """The sources of a notebook's cells."""
    return [cell["source"] for cell in content["cells"]]
