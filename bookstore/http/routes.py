"""One route: how the OpenAPI document writes it, and what answers it.

Knows: paths.  Must not know: which routes there are.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from jupyter_server.utils import url_path_join
from tornado import web


class Route(NamedTuple):
    """One route as the OpenAPI document names it, and what answers it."""

    path: str
    handler: type[web.RequestHandler]
    arguments: dict[str, Any] | None = None
    """What the handler is made with."""

    def pattern(self, base_url: str) -> str:
        """Return the regular expression of the route below *base_url*.

        A ``{path}`` at its end may have slashes in it, or be missing; any other name is one part.
        """
        begin, is_path = re.subn(r"/\{path\}$", "", self.path)
        pattern = re.sub(r"\{\w+\}", "([^/]+)", url_path_join(base_url, begin))
        return pattern + ("((?:/.*)?)" if is_path else "/?")
