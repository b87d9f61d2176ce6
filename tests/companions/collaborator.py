"""Someone who has a notebook open under real-time collaboration, and types into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from jupyter_ydoc import YNotebook
from processes import Server
from pycrdt import YMessageType, YSyncMessageType, create_sync_message, handle_sync_message
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect


class Collaborator:
    """A shared document, kept the same as the server's."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.notebook = YNotebook()
        self._socket = socket
        self._synced = asyncio.Event()
        self._listening = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        await self._socket.write_message(create_sync_message(self.notebook.ydoc), binary=True)
        while (message := await self._socket.read_message()) is not None:
            if not isinstance(message, bytes) or message[0] != YMessageType.SYNC:
                continue
            if reply := handle_sync_message(message[1:], self.notebook.ydoc):
                await self._socket.write_message(reply, binary=True)
            if message[1] == YSyncMessageType.SYNC_STEP2:
                self._synced.set()

    async def synced(self) -> None:
        """Return once the server's document is here."""
        await asyncio.wait_for(self._synced.wait(), 180)

    async def leave(self) -> None:
        """Close the connection."""
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        self._socket.close()


@asynccontextmanager
async def collaborating(server: Server, path: str) -> AsyncIterator[Collaborator]:
    """Open the notebook at *path* as JupyterLab does under real-time collaboration."""
    session: dict[str, Any] = await asyncio.to_thread(
        server.request,
        "PUT",
        f"api/collaboration/session/{path}",
        {"format": "json", "type": "notebook"},
    )
    room = f"json:notebook:{session['fileId']}"
    url = f"{server.url.replace('http', 'ws', 1)}api/collaboration/room/{room}"
    request = HTTPRequest(
        f"{url}?sessionId={session['sessionId']}",
        headers={"Authorization": f"token {server.token}"},
    )
    someone = Collaborator(await websocket_connect(request))
    try:
        await someone.synced()
        yield someone
    finally:
        await someone.leave()
