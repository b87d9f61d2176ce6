"""An HTTP proxy in front of a store, which fails in every way that a store or a network can.

Knows: HTTP/1.1, a few headers of S3.  Must not know: bookstore.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import urlsplit

SHA256_HEADER = "x-amz-meta-bookstore-sha256"
STORE_TIMEOUT_S = 60.0
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}
_KEY = re.compile(r"Credential=([^/,]+)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a store says."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class Exchange:
    """One request on its way; a fault decides what becomes of it."""

    def __init__(self, proxy: FaultProxy, handler: BaseHTTPRequestHandler) -> None:
        self.proxy = proxy
        self.verb = handler.command
        self.path = handler.path
        self.headers: Message = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        self._handler = handler

    @property
    def access_key_id(self) -> str:
        """Who signed the request."""
        found = _KEY.search(self.headers.get("authorization", ""))
        return found[1] if found else ""

    def forward(self) -> Answer:
        """Have the store carry the request out, and return its answer."""
        store = self._store()
        try:
            store.endheaders(self.body)
            came = store.getresponse()
            body = came.read()
        finally:
            store.close()
        if self.verb == "PUT" and came.status == 200:
            self.proxy.note_stored(self.headers.get(SHA256_HEADER, ""))
        headers = [(n, v) for n, v in came.getheaders() if n.lower() not in _HOP_BY_HOP]
        return Answer(status=came.status, headers=headers, body=body)

    def forward_half(self) -> None:
        """Send the store half of the body, and break the connection."""
        store = self._store()
        with contextlib.suppress(OSError):
            store.endheaders()
            store.send(self.body[: len(self.body) // 2])
        store.close()

    def reply(self, answer: Answer) -> None:
        """Answer the client."""
        handler = self._handler
        handler.send_response_only(answer.status)
        for name, value in answer.headers:
            handler.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in answer.headers):
            handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        if self.verb != "HEAD":
            handler.wfile.write(answer.body)

    def drop(self) -> None:
        """Break the connection to the client without a word."""
        self._handler.close_connection = True
        with contextlib.suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)

    def _store(self) -> http.client.HTTPConnection:
        store = http.client.HTTPConnection(*self.proxy.target, timeout=STORE_TIMEOUT_S)
        # As it came, the host's name too: it is signed.
        store.putrequest(self.verb, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                store.putheader(name, value)
        return store


Fault: TypeAlias = Callable[[Exchange], None]


def pass_on(exchange: Exchange) -> None:
    """No fault."""
    exchange.reply(exchange.forward())


def hang(exchange: Exchange) -> None:
    """Say nothing; carry the request out when the fault is over, as late as that may be."""
    exchange.proxy.over.wait()
    pass_on(exchange)


def delay(delay_s: float) -> Fault:
    """Take that much longer."""

    def slow(exchange: Exchange) -> None:
        exchange.proxy.over.wait(delay_s)
        pass_on(exchange)

    return slow


def lose_answer(exchange: Exchange) -> None:
    """Carry the request out, and break the connection instead of answering."""
    exchange.forward()
    exchange.drop()


def cut_in_mid_body(exchange: Exchange) -> None:
    """Break both connections when half of the body has gone through."""
    exchange.forward_half()
    exchange.drop()


def answer_with(status: int, code: str = "") -> Fault:
    """Answer for the store; without a *code* as a gateway does, which knows nothing of S3."""

    def answer(exchange: Exchange) -> None:
        text = "<html>Sorry.</html>"
        if code:
            text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'
        headers = [("Content-Type", "application/xml" if code else "text/html")]
        exchange.reply(Answer(status=status, headers=headers, body=text.encode()))

    return answer


def lie_about_etag(exchange: Exchange) -> None:
    """Carry the request out, and answer 200 with the ETag of something else."""
    answer = exchange.forward()
    headers = [(name, value) for name, value in answer.headers if name.lower() != "etag"]
    exchange.reply(
        Answer(
            status=answer.status,
            headers=[*headers, ("ETag", '"0123456789abcdef0123456789abcdef"')],
            body=answer.body,
        )
    )


def know_only(*access_key_ids: str) -> Fault:
    """Know no other access keys than these."""

    def check(exchange: Exchange) -> None:
        known = exchange.access_key_id in access_key_ids
        (pass_on if known else answer_with(403, "InvalidAccessKeyId"))(exchange)

    return check


def keep_no_versions(exchange: Exchange) -> None:
    """Answer as a bucket with versioning suspended: what is stored has no version ID."""
    if exchange.verb == "GET" and exchange.path.endswith("?versioning"):
        body = b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
        exchange.reply(Answer(status=200, headers=[("Content-Type", "application/xml")], body=body))
        return
    answer = exchange.forward()
    headers = [item for item in answer.headers if item[0].lower() != "x-amz-version-id"]
    exchange.reply(Answer(status=answer.status, headers=headers, body=answer.body))


class FaultProxy:
    """Passes requests on to *target*, a URL on this machine, from a port of its own.

    Faults concern what changes the store (PUT, DELETE), unless they are told to concern all.
    """

    def __init__(self, target: str) -> None:
        url = urlsplit(target)
        self.target = (str(url.hostname), int(url.port or 80))
        self.over = threading.Event()
        """Set when the present fault is over."""
        self.stored_at: dict[str, float] = {}
        """When the store first said that it has a body, on the monotonic clock, by SHA-256."""
        self.under_way = 0
        """Requests that have come and are not done with."""
        self._lock = threading.Lock()
        self._fault: Fault = pass_on
        self._concerns_all = False
        self._open: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        # Bound and not listening: connections are refused, and nobody else takes the port.
        self._reserved = socket.socket()
        self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserved.bind(("127.0.0.1", 0))
        self._address = self._reserved.getsockname()
        self.url = f"http://127.0.0.1:{self._address[1]}"

    def __enter__(self) -> FaultProxy:
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.recover()
        self.refuse()
        self._reserved.close()

    def fail(self, fault: Fault, *, all_requests: bool = False) -> None:
        """Fail like that from now on."""
        self.over.set()
        self.over = threading.Event()
        self._fault, self._concerns_all = fault, all_requests

    def recover(self) -> None:
        """Fail no more."""
        self.fail(pass_on)
        if self._server is None:
            self.listen()

    def listen(self) -> None:
        """Accept connections."""
        proxy = self

        class Handler(_Handler):
            through = proxy

        self._server = ThreadingHTTPServer(self._address, Handler)
        self._server.daemon_threads = True
        serve: Any = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def refuse(self) -> None:
        """Refuse connections from now on, and break those there are."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def treat(self, exchange: Exchange) -> None:
        """Do with a request what is to be done now."""
        concerned = self._concerns_all or exchange.verb in ("PUT", "DELETE")
        with self._lock:
            self.under_way += 1
        try:
            (self._fault if concerned else pass_on)(exchange)
        finally:
            with self._lock:
                self.under_way -= 1

    def note_stored(self, sha256: str) -> None:
        """Note that the store has a body."""
        self.stored_at.setdefault(sha256, time.monotonic())

    def note_open(self, connection: socket.socket, *, is_open: bool) -> None:
        """Keep the connections that :meth:`refuse` has to break."""
        (self._open.add if is_open else self._open.discard)(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    through: FaultProxy

    def do_GET(self) -> None:
        self.through.treat(Exchange(self.through, self))

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - the names http.server looks for

    def handle(self) -> None:
        self.through.note_open(self.connection, is_open=True)
        try:
            with contextlib.suppress(OSError, http.client.HTTPException):  # either end went away
                super().handle()
        finally:
            self.through.note_open(self.connection, is_open=False)

    def log_message(self, format: str, *args: object) -> None:
        pass
