"""How much of a notebook is shown, and how long that may take.

Knows: numbers, clocks.  Must not know: notebooks, HTML.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

FIRST_CELLS = 20
"""What a page shows before anybody scrolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is more than this is cut, and the page says so.  Texts are counted in characters."""

    body_bytes: int = 64 * 2**20
    cells: int = 100
    """In one portion."""
    source: int = 200_000
    highlighted: int = 60_000
    """Longer code is shown without colours."""
    text_output: int = 60_000
    html_output: int = 1_000_000
    image: int = 6_000_000
    """As base64."""
    outputs: int = 60
    """Of one cell."""
    portion: int = 12_000_000
    """All that one portion shows, as HTML, roughly; what comes after it is named."""
    headings: int = 500
    outline_source: int = 2_000_000
    """Of Markdown that is read for headings."""
    cell_cpu_s: float = 2.0
    portion_cpu_s: float = 6.0


_ESCAPED = "&<>\"'"


class GivenUp(Exception):
    """A library could not cope with a text: it is to be shown as it is written."""


class TooLong(GivenUp):
    """The processor time for something has run out."""


class Allowance:
    """What is left of the limits while one portion is rendered."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._room = limits.portion
        self._ends_at = time.process_time() + limits.portion_cpu_s

    def admits(self, *texts: str) -> bool:
        """Take off what *texts* are as HTML; False, taking nothing, when there is less left."""
        written = sum(len(text) + 4 * sum(map(text.count, _ESCAPED)) for text in texts)
        if written > self._room:
            return False
        self._room -= written
        return True

    def has_time(self) -> bool:
        """May more be begun that nothing interrupts?"""
        return time.process_time() < self._ends_at

    @contextlib.contextmanager
    def of_one_piece(self) -> Iterator[None]:
        """Raise :class:`GivenUp` in what takes longer than one piece, or the portion, may, and for
        whatever a library raises."""
        left_s = min(self.limits.cell_cpu_s, self._ends_at - time.process_time())
        if left_s <= 0:
            raise TooLong
        with stumbling(), cpu_limited(left_s):
            yield


@contextlib.contextmanager
def stumbling() -> Iterator[None]:
    """Raise :class:`GivenUp` for whatever a library raises: its readers of Markdown and of code
    meet texts that nobody thought of, and one cell is no reason to show none."""
    try:
        yield
    except GivenUp:
        raise
    except Exception as error:
        raise GivenUp from error


@contextlib.contextmanager
def cpu_limited(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` in what takes more processor time than *seconds*.

    A signal interrupts loops in Python and regular expressions.  Only a main thread on Unix can
    have one: elsewhere only the deadline of the whole process holds.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _give_up(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TooLong
