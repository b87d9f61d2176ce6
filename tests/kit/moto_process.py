"""Run moto's server so that it takes every key that real stores take, also one with line ends."""

from __future__ import annotations

import sys
from typing import Any

from moto.moto_server import werkzeug_app
from moto.moto_server.utilities import RegexConverter
from moto.server import main


class AcrossLines(RegexConverter):
    """Matches keys in which "." of a route's pattern would stop at a line end."""

    def __init__(self, url_map: Any, pattern: str) -> None:
        super().__init__(url_map, f"(?s:{pattern})")


if __name__ == "__main__":
    werkzeug_app.RegexConverter = AcrossLines  # type: ignore[misc]
    main(sys.argv[1:])
