"""Follow the documents of jupyter-collaboration, to know who edits them.

It saves a shared document for everybody who is in it.  Each change of it happens on the server
while a message of whoever made it is handled, so the server knows their name.

Knows: jupyter_server_ydoc's events and documents.  Must not know: contents managers, stores.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from jupyter_events.logger import EventLogger
from jupyter_server.serverapp import ServerApp

from ..concurrency.background import guarded
from ..editors.shared_documents import SharedDocuments
from .identity import current_author

EXTENSION = "jupyter_server_ydoc"
_STATE = "state"
"""The part of a document that is not in its file: where that is, whether it is saved."""
EVENT_SCHEMA_ID = "https://schema.jupyter.org/jupyter_collaboration/session/v1"


class Collaboration:
    """Notes every edit of every shared document in *shared*; does nothing without the extension."""

    def __init__(self, server: ServerApp, shared: SharedDocuments, log: logging.Logger) -> None:
        self._server = server
        self._shared = shared
        self._log = log
        self._followed: dict[str, _Followed | None] = {}  # by room; None while it is opened

    def start(self) -> None:
        """Listen to what happens to documents; once the server's extensions are there."""
        if EXTENSION in self._server.extension_manager.extension_apps:
            logger = cast("EventLogger", self._server.event_logger)
            logger.add_listener(schema_id=EVENT_SCHEMA_ID, listener=self._heard)

    async def _heard(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        room, action = data["room"], data.get("action")
        if action == "initialize" and room not in self._followed:
            await self._begin(room, data["path"])
        elif action == "clean" and room in self._followed:
            self._end(room)

    async def _begin(self, room: str, path: str) -> None:
        followed: _Followed | None = None
        self._followed[room] = followed
        failure = f"Who edits {path} together is not known"  # its saves are made without that
        with guarded(failure, self._log, level=logging.WARNING):
            followed = await self._follow(room, path)
        is_left = room not in self._followed  # by everybody, meanwhile
        self._followed[room] = followed
        if followed is None or is_left:
            self._end(room)

    def _end(self, room: str) -> None:
        if followed := self._followed.pop(room):
            followed.stop()
            self._shared.close(room)

    async def _follow(self, room: str, path: str) -> _Followed | None:
        [extension] = self._server.extension_manager.extension_apps[EXTENSION]
        file_format, content_type, _ = room.split(":", 2)
        document: Any = await extension.get_document(
            path=path, content_type=content_type, file_format=file_format, copy=False
        )
        if document is None:  # everybody has left it meanwhile
            return None
        self._shared.open(room, lambda: document.path)
        return _Followed(document, room, self._shared)


class _Followed:
    """One document whose edits are noted."""

    def __init__(self, document: Any, room: str, shared: SharedDocuments) -> None:
        self._document = document
        self._room = room
        self._shared = shared
        self._changed: set[str] = set()  # parts
        # A view of its own: a document has one observer, and the server is that.
        self._view = type(document)(document.ydoc)
        self._view.observe(self._part_changed)
        self._commits = document.ydoc.observe(self._committed)

    def stop(self) -> None:
        """Follow it no longer."""
        self._view.unobserve()
        self._document.ydoc.unobserve(self._commits)

    def _part_changed(self, part: str, event: Any) -> None:
        self._changed.add(part)

    def _committed(self, event: Any) -> None:
        """Note who made a change: told after the parts of it, while it is being made."""
        parts, self._changed = self._changed, set()
        content = parts - {_STATE}
        if content and not self._is_servers(event.update, parts):
            of_metadata = content == {"meta"}
            self._shared.note_edit(self._room, current_author(), of_metadata=of_metadata)

    def _is_servers(self, update: bytes, parts: set[str]) -> bool:
        """Is *update* of the server itself, which read the file again?"""
        from pycrdt import Decoder  # comes with the extension

        decoder = Decoder(update)
        makers = decoder.read_var_uint()
        if makers == 0:  # it only removes something; of the state that is the file's old hash
            return _STATE in parts
        decoder.read_var_uint()  # how much is new
        return bool(makers == 1 and decoder.read_var_uint() == self._document.ydoc.client_id)
