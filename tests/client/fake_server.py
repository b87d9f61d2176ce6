"""An HTTP server that gives the answers a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as it came over the wire."""

    verb: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(kw_only=True)
class Answer:
    """What to say: JSON, unless *raw* is given."""

    status: int = 200
    json: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


class FakeServer:
    """Answers requests by verb and path without query; 404 to what it was not told about."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.silent = threading.Event()
        """Set: no request is answered before :meth:`close`."""
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def will_answer(self, verb: str, path: str, *answers: Answer) -> None:
        """Give *answers* one after the other, the last one from then on."""
        self._answers[verb, path] = list(answers)

    def close(self) -> None:
        """Stop; the port is closed afterwards."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.silent.is_set():
            self._closing.wait()
        answers = self._answers.get((asked.verb, asked.path.partition("?")[0]))
        if not answers:
            return Answer(status=404, json={"message": "Not Found"})
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def _respond(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                headers = dict(self.headers.items())
                answer = server._answer(
                    Asked(verb=self.command, path=self.path, headers=headers, body=body)
                )
                content = json.dumps(answer.json).encode() if answer.raw is None else answer.raw
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = _respond  # noqa: N815 - the names are given

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
