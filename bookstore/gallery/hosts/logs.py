"""What a server's log says of requests: never what stands behind the question mark of a URL.

That is where searches are, invitations, what providers of identity send, and tokens of people who
did not read that they belong into a header.

Knows: logging.  Must not know: what is served.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from tornado import web
from tornado.log import access_log, app_log, gen_log

_QUERY = re.compile(r"\?[^\s'\")]+")


class WithoutQueries(logging.Filter):
    """Takes the queries out of all URLs in a message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the message, and let it through."""
        message = record.getMessage()
        if "?" in message:
            record.msg, record.args = _QUERY.sub("?…", message), ()
        return True


def log_request(handler: web.RequestHandler) -> None:
    """Write a line for a request: who asked what of whom, how it went, and how long it took."""
    status, request = handler.get_status(), handler.request
    level = logging.INFO if status < 400 else logging.WARNING if status < 500 else logging.ERROR
    user: Any = handler.current_user if hasattr(handler, "_current_user") else None
    access_log.log(
        level,
        "%d %s %s (%s%s) %.1f ms",
        status,
        request.method,
        request.path,
        request.remote_ip,
        f" {user.username}" if user is not None else "",
        1000 * request.request_time(),
    )


def log_as(log: logging.Logger) -> None:
    """Let tornado's messages go where those of *log* do."""
    for each in (access_log, app_log, gen_log):
        each.parent = log
        each.propagate = True
    for handler in log.handlers:
        handler.addFilter(WithoutQueries())
