"""A TCP proxy in front of a store, which can be told to refuse or to swallow everything."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

_REQUEST = re.compile(rb"(?:GET|HEAD|PUT|POST|DELETE) \S+")


class Proxy:
    """Passes connections on to *target*, a URL on this machine, from a port of its own."""

    def __init__(self, target: str) -> None:
        url = urlsplit(target)
        self._target = (str(url.hostname), int(url.port or 80))
        self._passing = threading.Event()
        self._passing.set()
        self._open: set[socket.socket] = set()
        self._ended = threading.Event()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._address = free.getsockname()
        self.requests: list[str] = []
        """The first line of each HTTP request that was passed on: ``GET /bucket/key …``."""
        self.url = f"http://127.0.0.1:{self._address[1]}"
        self._listener: socket.socket | None = None

    def __enter__(self) -> Proxy:
        self.listen()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.refuse()

    def listen(self) -> None:
        """Accept connections, and pass them on unless told to swallow."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self._address)
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def refuse(self) -> None:
        """Refuse connections from now on, and break those there are."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def swallow(self) -> None:
        """Take whatever is sent and never answer."""
        self._passing.clear()

    def answer(self) -> None:
        """Pass everything on again, also what was swallowed."""
        self._passing.set()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(self._target) as store:
            self._open |= {client, store}
            for end in (client, store):  # what comes in pieces goes on in pieces, at once
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self._ended.is_set():
                ready, _, _ = select.select([client, store], [], [], 0.2)
                self._passing.wait()
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and (request := _REQUEST.match(data)):
                        self.requests.append(request[0].decode())
                    (store if source is client else client).sendall(data)
        self._open.discard(client)
