"""Why the save under way is made, handed from whoever asks for it to whoever records it.

A clone, a copy or a restore all end in the contents manager's ``save``; this carries the reason
through it without changing Jupyter's signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .records import Kind


class Intent(NamedTuple):
    """The kind of the version that a save makes, and the key it comes from."""

    kind: Kind = "save"
    source: str = ""


_ORDINARY = Intent()
_CURRENT: ContextVar[Intent] = ContextVar("bookstore_intent", default=_ORDINARY)


def current_intent() -> Intent:
    """Return why the save under way is made: an ordinary save unless someone said otherwise."""
    return _CURRENT.get()


@contextmanager
def saving_as(kind: Kind, *, source: str = "") -> Iterator[None]:
    """Give every save within the block this *kind* and *source*; the outermost block wins."""
    if _CURRENT.get().kind != "save":
        yield
        return
    token = _CURRENT.set(Intent(kind, source))
    try:
        yield
    finally:
        _CURRENT.reset(token)
