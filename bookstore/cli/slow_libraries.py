"""Put off what libraries do when they are imported, and no command needs.

``nbformat`` imports ``jsonschema``, and that, for checks of formats that no schema of a notebook
has, compiles a grammar of internationalised addresses, which takes two seconds of processor time,
and loads a library of calendars and their languages for durations.

Knows: two libraries.  Must not know: commands.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_ADDRESSES, _DURATIONS = "rfc3987_syntax", "isoduration"


def put_off_slow_libraries() -> None:
    """Have each of them imported when something is checked with it."""
    for name, stand_in in ((_ADDRESSES, _addresses), (_DURATIONS, _durations)):
        if name not in sys.modules and find_spec(name) is not None:
            sys.modules[name] = stand_in(ModuleType(name))


def _addresses(later: Any) -> ModuleType:
    def is_valid_syntax(term: str, value: str) -> bool:
        return bool(_imported(_ADDRESSES, later).is_valid_syntax(term, value))

    later.is_valid_syntax = is_valid_syntax
    return later  # type: ignore[no-any-return]


def _durations(later: Any) -> ModuleType:
    class DurationParsingException(Exception):
        """What was read is no duration."""

    def parse_duration(text: str) -> Any:
        library = _imported(_DURATIONS, later)
        try:
            return library.parse_duration(text)
        except library.DurationParsingException as error:
            raise DurationParsingException(str(error)) from error

    later.DurationParsingException = DurationParsingException
    later.parse_duration = parse_duration
    return later  # type: ignore[no-any-return]


def _imported(name: str, later: ModuleType) -> Any:
    if sys.modules.get(name) is later:
        del sys.modules[name]
    return import_module(name)
