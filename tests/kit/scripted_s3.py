"""An HTTP server that answers as a test says: the failures that no real S3 server can be told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

VERSIONING_ENABLED = (
    b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Status>Enabled</Status></VersioningConfiguration>"
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the client sent; header names in lower case."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server says; ``cut_at`` closes the connection after so many bytes of the body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_at: int | None = None


HANG = Answer(status=0)
"""Say nothing until the server is closed."""


def error(code: str, status: int, message: str = "a message") -> Answer:
    """Return S3's form of an error."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<Error><Code>{code}</Code><Message>{message}</Message>"
        "<RequestId>4442587FB7D0A2F9</RequestId></Error>"
    )
    return Answer(status=status, headers={"Content-Type": "application/xml"}, body=body.encode())


class ScriptedS3:
    """Answers each request with what ``answer`` returns for it, and keeps the requests."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.arrived = threading.Event()
        """Set when the first request has arrived whole."""
        self.over = threading.Event()
        self.endpoint_url = ""

    def of(self, verb: str) -> list[Request]:
        """Return the requests with this verb, except those that ask about versioning."""
        return [r for r in self.requests if r.verb == verb and r.query != "versioning"]


@contextmanager
def scripted_s3(
    answer: Callable[[Request], Answer],
    *,
    asks_about_versioning: bool = False,
    reads_bodies: bool = True,
    tls: ssl.SSLContext | None = None,
) -> Iterator[ScriptedS3]:
    """Run a server on loopback.

    It says by itself that the bucket keeps versions, unless *answer* is to be asked that too.
    """
    script = ScriptedS3(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else a body waits 40 ms for the headers to be acknowledged

        def do_GET(self) -> None:
            request = self._read()
            script.requests.append(request)
            if request.query == "versioning" and not asks_about_versioning:
                self._say(Answer(body=VERSIONING_ENABLED))
                return
            script.arrived.set()
            said = script.answer(request)
            if said is HANG:
                script.over.wait(30)
                self.close_connection = True
            else:
                self._say(said)

        do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815  # the names http.server looks for

        def _read(self) -> Request:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            length = int(headers.get("content-length", 0))
            body = self.rfile.read(length) if reads_bodies else b""
            return Request(
                verb=self.command, path=unquote(path), query=query, headers=headers, body=body
            )

        def _say(self, said: Answer) -> None:
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body[: said.cut_at])
            if said.cut_at is not None:
                self.close_connection = True

        def handle(self) -> None:
            with suppress(OSError):  # the client went away, or will not shake hands
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    script.endpoint_url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
