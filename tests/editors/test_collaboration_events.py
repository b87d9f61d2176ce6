"""What jupyter-collaboration tells of its documents is followed, whatever becomes of them."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_events.logger import EventLogger

from bookstore.archive.collaboration import EVENT_SCHEMA_ID, Collaboration
from bookstore.editors.shared_documents import SharedDocuments

ROOM = "json:notebook:1"
SCHEMA = f"""
$id: {EVENT_SCHEMA_ID}
$schema: http://json-schema.org/draft-07/schema
version: "1"
title: Documents
type: object
properties: {{}}
"""


class Document:
    """A document as jupyter_ydoc's: a view of a shared one, which tells whoever observes it."""

    path = "plan.ipynb"

    def __init__(self, ydoc: Any = None) -> None:
        self.ydoc = ydoc or SimpleNamespace(observe=lambda _: "it", unobserve=lambda _: None)

    def observe(self, callback: Any) -> None:
        """Tell nobody anything."""

    def unobserve(self) -> None:
        """Tell nobody anything."""


class Extension:
    """What the other extension offers: its documents."""

    def __init__(self) -> None:
        self.answer: Any = Document()
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def get_document(self, **which: Any) -> Any:
        """Return the document, or fail."""
        assert which["copy"] is False
        self.asked.set()
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Server:
    """A server with the other extension, whose documents it tells about."""

    def __init__(self, *extensions: Extension, folder: Path) -> None:
        (folder / "schema.yaml").write_text(SCHEMA)
        self.event_logger = EventLogger()
        self.event_logger.register_event_schema(folder / "schema.yaml")
        apps = {"jupyter_server_ydoc": set(extensions)} if extensions else {}
        self.extension_manager = SimpleNamespace(extension_apps=apps)
        self.shared = SharedDocuments()
        Collaboration(self, self.shared, logging.getLogger("tests")).start()  # type: ignore[arg-type]

    def emit(self, action: str) -> None:
        """Tell of *action*, to whoever listens soon."""
        data = {"room": ROOM, "path": "plan.ipynb", "action": action}
        self.event_logger.emit(schema_id=EVENT_SCHEMA_ID, data=data)

    async def tell(self, *actions: str) -> None:
        """Tell of *actions*, one by one, and let everybody hear."""
        for action in actions:
            self.emit(action)
            await self.event_logger.gather_listeners()


async def test_a_document_is_followed_from_its_opening_to_its_end(tmp_path: Path) -> None:
    server = Server(Extension(), folder=tmp_path)
    await server.tell("initialize", "save", "initialize")
    assert len(server.shared) == 1
    await server.tell("clean", "clean")
    assert len(server.shared) == 0


@pytest.mark.parametrize("answer", [None, RuntimeError("no such room")])
async def test_one_that_could_not_be_had_is_followed_the_next_time(
    tmp_path: Path, answer: Any
) -> None:
    extension = Extension()
    server = Server(extension, folder=tmp_path)
    document, extension.answer = extension.answer, answer
    await server.tell("initialize")
    assert len(server.shared) == 0
    extension.answer = document
    await server.tell("initialize")
    assert len(server.shared) == 1


async def test_one_that_everybody_left_while_it_was_looked_for_is_not_followed(
    tmp_path: Path,
) -> None:
    extension = Extension()
    server = Server(extension, folder=tmp_path)
    extension.may_answer.clear()
    server.emit("initialize")
    await extension.asked.wait()
    server.emit("clean")
    await asyncio.sleep(0)  # it is heard
    extension.may_answer.set()
    await server.event_logger.gather_listeners()
    assert len(server.shared) == 0
    await server.tell("initialize")
    assert len(server.shared) == 1


async def test_without_the_other_extension_nobody_listens(tmp_path: Path) -> None:
    server = Server(folder=tmp_path)
    await server.tell("initialize")
    assert len(server.shared) == 0
