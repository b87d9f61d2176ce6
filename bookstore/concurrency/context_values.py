"""A context variable that has a value for as long as a block takes, and in what it calls.

Knows: context variables.  Must not know: what any of them means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def having(variable: ContextVar[T], value: T) -> Iterator[T]:
    """Have *variable* be *value* within the block."""
    token = variable.set(value)
    try:
        yield value
    finally:
        variable.reset(token)
