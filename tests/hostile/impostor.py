"""A store that answers with what must never be passed on: roles, accounts, keys and host names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

ACCOUNT = "123456789012"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/hub-servers/session"
INNER_HOST = "rgw-7.storage.internal"
ITS_WORDS = (ACCOUNT, "hub-servers", INNER_HOST, "HostIdOfTheStore", "stack-frame")
"""None of these may come out of a server of ours."""


class Manner(NamedTuple):
    """How the store answers everything."""

    status: int
    code: str
    content_type: str = "application/xml"


MANNERS = {
    "denied": Manner(403, "AccessDenied"),
    "unknown code": Manner(403, f"Denied{ROLE}"),
    "bad signature": Manner(403, "SignatureDoesNotMatch"),
    "elsewhere": Manner(301, "PermanentRedirect"),
    "broken": Manner(500, "InternalError"),
    "busy": Manner(503, "SlowDown"),
    "missing": Manner(404, "NoSuchBucket"),
    "conflict": Manner(409, "OperationAborted"),
    "a page": Manner(200, "page", "text/html"),
    "a page that says no": Manner(502, "page", "text/html"),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        manner = self.server.manner
        words = f"User: {ROLE} is not authorized, says {INNER_HOST} at stack-frame"
        if manner.code == "page":
            body = f"<html><title>{INNER_HOST}</title><pre>{words}</pre></html>"
        else:
            body = (
                f"<Error><Code>{manner.code}</Code><Message>{words}</Message>"
                f"<Endpoint>{INNER_HOST}</Endpoint>"
                "<HostId>HostIdOfTheStore</HostId></Error>"
            )
        self.send_response(manner.status)
        self.send_header("Content-Type", manner.content_type)
        self.send_header("Server", INNER_HOST)
        self.send_header("x-amz-id-2", "HostIdOfTheStore")
        if manner.status == 301:
            self.send_header("Location", f"http://{INNER_HOST}:1/{ACCOUNT}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    manner = MANNERS["denied"]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever is refused may hang up."""


class Impostor:
    """The store: :attr:`url`, and :meth:`behave` to say how."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    def behave(self, manner: str) -> None:
        """Answer like that from now on."""
        self._server.manner = MANNERS[manner]


@contextmanager
def impostor() -> Iterator[Impostor]:
    """Have such a store listen."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Impostor(server)
        finally:
            server.shutdown()
            thread.join()
