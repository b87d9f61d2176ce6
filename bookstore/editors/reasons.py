"""Why the save under way is made, and by whom, handed from whoever knows to whoever records it.

A clone, a copy or a restore all end in the contents manager's ``save``; this carries the reason
through it without changing Jupyter's signatures.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import NamedTuple

from ..concurrency.context_values import having
from ..records import Kind


class Reason(NamedTuple):
    """The kind of the version that a save makes, the key it comes from, and who makes it."""

    kind: Kind = "save"
    source: str = ""
    author: str = ""
    """"" is whoever asks for the save."""
    is_shared: bool = False
    """Is what is saved a document that its editors share?  They are the author then."""

    def but(self, other: Reason) -> Reason:
        """Return the reason *other* of the same author."""
        return self._replace(kind=other.kind, source=other.source)


_ORDINARY = Reason()
_SAID: ContextVar[Reason] = ContextVar("bookstore_reason", default=_ORDINARY)


def reason_said() -> Reason:
    """Return what was said of the save under way: it is an ordinary one where nothing was."""
    return _SAID.get()


def saving_as(kind: Kind, *, source: str = "") -> AbstractContextManager[Reason]:
    """Give every save within the block this *kind* and *source*; the outermost block wins."""
    said = _SAID.get()
    return having(_SAID, said.but(Reason(kind, source)) if said.kind == "save" else said)


def edited_by(editors: str) -> AbstractContextManager[Reason]:
    """Have the saves within the block be made by *editors*, if it names anybody."""
    said = _SAID.get()
    return having(_SAID, said._replace(author=editors, is_shared=True) if editors else said)
