"""Our errors as those that Jupyter's handlers answer with.

Knows: our errors, tornado's.  Must not know: what failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tornado.web import HTTPError

from ..errors import BookstoreError, StoreUnavailable

NOT_SAVED = "The store cannot be reached right now, and nothing was changed. Try again later."


@contextmanager
def told_as_http() -> Iterator[None]:
    """Raise an error of ours that happens within as the answer that Jupyter makes of it.

    Nothing waits in an outbox here, so what is told when the store is away does not say that.
    """
    try:
        yield
    except BookstoreError as error:
        said = error.hint
        if isinstance(error, StoreUnavailable) and said == StoreUnavailable.hint:
            said = NOT_SAVED
        raise HTTPError(error.status, _literally(f"{error.message} {said}".strip())) from error


def _literally(text: str) -> str:
    """tornado puts arguments into a message wherever it has a percent sign."""
    return text.replace("%", "%%")
