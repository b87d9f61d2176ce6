"""Our errors as those that Jupyter's handlers answer with.

Knows: our errors, tornado's.  Must not know: what failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tornado.web import HTTPError

from ..errors import BookstoreError, StoreUnavailable
from ..wiring import TOO_SLOW

TRY_AGAIN = (
    "The store cannot be reached right now, so this is not known to be done. Try again later."
)


@contextmanager
def told_as_http() -> Iterator[None]:
    """Raise an error of ours that happens within as the answer that Jupyter makes of it.

    Files here are in the store alone: what is told when it is away does not say that they wait
    for it, or that they are as they were.
    """
    try:
        yield
    except BookstoreError as error:
        said = error.hint
        if isinstance(error, StoreUnavailable) and said in (StoreUnavailable.hint, TOO_SLOW):
            said = TRY_AGAIN
        raise HTTPError(error.status, _literally(f"{error.message} {said}".strip())) from error


def _literally(text: str) -> str:
    """tornado puts arguments into a message wherever it has a percent sign."""
    return text.replace("%", "%%")
