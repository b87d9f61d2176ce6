"""JSON as its standard has it: every number is one that other readers take; and how deep it is.

Python's reader also takes ``NaN`` and ``Infinity``, and makes an infinity of ``1e400``; its writer
then writes what no browser can read.  Notebooks on disk may hold such numbers all the same.

Knows: text.  Must not know: what it says.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn


def loads(text: str | bytes) -> Any:
    """Return what the JSON *text* says.

    Raises ValueError where it is not JSON, and RecursionError where it nests too deeply.
    """
    return json.loads(text, parse_constant=_refuse_number, parse_float=_finite)


def dumps(value: Any, *, default: Callable[[Any], Any] | None = None, **how: Any) -> str:
    """Return *value* as JSON that every reader takes: a number that is not finite becomes null.

    *default* and *how* are :func:`json.dumps`'s.
    """
    try:
        return json.dumps(value, default=default, allow_nan=False, **how)
    except ValueError:
        return json.dumps(_finite_copy(value, default), **how)


def finite(value: Any) -> Any:
    """Return the JSON *value* with null for each number that is not finite."""
    return _finite_copy(value) if is_unusual(value) else value


def is_unusual(value: Any) -> bool:
    """Is there a number in the JSON *value* that is not finite?"""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            left += part.values()
        elif isinstance(part, list):
            left += part
        elif isinstance(part, float) and not math.isfinite(part):
            return True
    return False


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


def _finite_copy(value: Any, default: Callable[[Any], Any] | None = None) -> Any:
    return json.loads(json.dumps(value, default=default), parse_constant=lambda _: None)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse_number(text if len(text) <= 40 else f"{text[:40]}…")
    return number
