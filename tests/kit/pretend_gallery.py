"""Something that answers as a gallery on another server does, or as none does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from notebooks import notebook


def given(**told: Any) -> bytes:
    """What a gallery says of a notebook that is copied."""
    about = {
        "uuid": "tides",
        "revision": 3,
        "commit_id": "c3",
        "title": "Tides",
        "owner": "ada",
        "name": "Tides.ipynb",
        "updated_at": "2026-03-05T10:00:00",
        "content": notebook("tide()"),
    }
    return json.dumps({**about, **told}).encode()


@dataclass
class PretendGallery:
    """Where it is, what it was asked for, and what it answers."""

    url: str
    asked: list[str] = field(default_factory=list)
    tickets: list[str | None] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[], bytes] = given


@contextmanager
def pretend_gallery() -> Iterator[PretendGallery]:
    """Answer at a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gallery.asked.append(self.path)
            gallery.tickets.append(self.headers.get("X-Bookstore-Ticket"))
            self.send_response(gallery.status)
            for name, value in gallery.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(gallery.body())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gallery = PretendGallery(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield gallery
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
