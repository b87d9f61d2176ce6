"""Go on after what nobody asked for has failed, whatever it was.

Beside what somebody asks for, much is done that nobody did: files are looked at, listeners told,
other packages asked for what they know.  Their code, or ours, may raise anything there, and that
must neither fail what was asked for nor end what goes on in the background; and it is never silent.

Knows: the log.  Must not know: what is done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unasked(
    log: logging.Logger, failure: str, *about: object, level: int = logging.ERROR
) -> Iterator[None]:
    """End the block at whatever fails in it, and log *failure*, a text with *about* put into it.

    An error is logged with where it happened, what is on a lower *level* in one line.
    """
    try:
        yield
    except Exception as error:
        log.log(level, f"{failure}: %s", *about, error, exc_info=level >= logging.ERROR)
