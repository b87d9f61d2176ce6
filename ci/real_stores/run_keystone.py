"""Serve Keystone on a port of 127.0.0.1: ``run_keystone.py PORT LOG``.

*LOG* is where its output goes already; by its path the process is known again.
"""

from __future__ import annotations

import sys
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    """Keeps connections open, as Swift's proxy wants them, and no log of its own."""

    protocol_version = "HTTP/1.1"

    def log(self, *said: Any, **more: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until somebody ends this process."""
    port = int(sys.argv[1])
    del sys.argv[1:]  # Keystone reads them while it is imported
    from keystone.wsgi.api import application

    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=Handler)
    server.serve_forever()


if __name__ == "__main__":
    main()
