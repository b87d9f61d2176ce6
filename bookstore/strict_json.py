"""JSON as its standard has it: every number is one that other readers take; and how deep it is.

Python's reader also takes ``NaN`` and ``Infinity``, and makes an infinity of ``1e400``; its writer
then writes what no browser can read.

Knows: text.  Must not know: what it says.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def loads(text: str | bytes) -> Any:
    """Return what the JSON *text* says.

    Raises ValueError where it is not JSON, and RecursionError where it nests too deeply.
    """
    return json.loads(text, parse_constant=_refuse_number, parse_float=_finite)


def is_deeper(value: Any, levels: int) -> bool:
    """Does the JSON *value* nest objects and lists more than *levels* deep?  Never recurses."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return bool(level)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse_number(text if len(text) <= 40 else f"{text[:40]}…")
    return number
