"""What an attacker sends, and a server process to send it to, byte for byte."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from processes import Server

BUCKET = "books"
EXTENSIONS = {"bookstore": True, "jupyterlab": False, "jupyter_lsp": False, "notebook": False}
ONLY_BOOKSTORE = f"--ServerApp.jpserver_extensions={EXTENSIONS}"
LISTED = "https://jupyter.example.org"
"""An origin whose pages may ask the gallery what nbgallery's extensions ask."""
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
"""Ends any attribute and any element it stands in."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body, which must be JSON that a browser reads, too."""
        assert self.headers["Content-Type"].startswith("application/json"), self.text[:200]
        return json.loads(self.body, parse_constant=_refuse)


class Victim(Server):
    """A server process that is sent exactly what a test says: paths are not made normal."""

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        with_token: bool = True,
    ) -> Reply:
        """Send one request on a connection of its own; *body* is JSON unless it is bytes."""
        sent = {"Authorization": f"token {self.token}"} if with_token else {}
        if form is not None:
            body = urlencode(form, errors="surrogatepass").encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.putrequest(method, target)
            for name, value in {**sent, **(headers or {})}.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body or b"")))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Reply(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()

    def get(self, target: str, **query: str) -> Reply:
        """GET *target* with *query*."""
        asked = f"?{urlencode(query, errors='surrogatepass')}" if query else ""
        return self.send("GET", target + asked)

    def write(self, path: str, content: bytes) -> None:
        """Put a file among the user's, as something else than Jupyter does."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def newest(self, path: str) -> str:
        """The version ID of the newest version of *path*."""
        versions = self.get(f"/api/bookstore/versions/{quote(path)}").json["versions"]
        return str(versions[0]["version_id"])

    def put_object(self, path: str, content: bytes) -> str:
        """Have *content* become an object in the store; return its key."""
        self.write(path, content)
        self.newest(path)  # looking at the history records what is on disk
        self.wait_until_delivered()
        return f"workspace/{path}"

    def check_log(self) -> None:
        """Nothing went wrong in a way that nobody thought of."""
        not_meant = ("/api/contents/", "/gallery/oembed?")  # Jupyter's own; 501 is oEmbed's word
        lines = [
            line for line in self.log.splitlines() if not any(each in line for each in not_meant)
        ]
        assert not [line for line in lines if "Uncaught exception" in line]
        assert not [line for line in lines if "in an unexpected way" in line]
        failed = re.compile(r".{,60} (?:500|501) [A-Z]+ [^ ]*/bookstore")
        assert not [line for line in lines if failed.match(line)]


def as_bytes(content: Any) -> bytes:
    """*content* as JSON."""
    return json.dumps(content).encode()


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))
        leading = {"href", "src", "action", "formaction", "data-api-url"}
        self.links += [value or "" for name, value in attrs if name in leading]


def elements_of(page: str) -> list[tuple[str, ...]]:
    """Each element of a page with the names of its attributes, as a browser takes it apart."""
    return _taken_apart(page).found


def links_of(page: str) -> list[str]:
    """Everything in a page that a browser loads, or goes to."""
    return _taken_apart(page).links


def _taken_apart(page: str) -> _Elements:
    parser = _Elements()
    parser.feed(page)
    parser.close()
    return parser


def _refuse(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no JSON")
