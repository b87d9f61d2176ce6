"""How much may be compared, and how hard a comparison may try.

Knows: numbers.  Must not know: notebooks.
"""

from __future__ import annotations

from ..errors import TooLarge

MAX_COMPARE_BYTES = 64 * 2**20
"""Of one notebook's JSON."""
MAX_COMPARE_CELLS = 10_000
MAX_STEPS = 800_000
"""What one comparison may spend on looking for what agrees: about half a second."""

_HINT = "Restore one of the two as a copy and look at both, or clear their outputs first."


def check_comparable(size_bytes: int) -> None:
    """Raise :class:`~bookstore.errors.TooLarge` for a notebook of more than 64 MiB of JSON."""
    if size_bytes > MAX_COMPARE_BYTES:
        raise TooLarge(
            f"The notebook has {size_bytes / 2**20:.0f} MiB; up to"
            f" {MAX_COMPARE_BYTES // 2**20} MiB can be compared.",
            hint=_HINT,
        )


def check_cells(count: int) -> None:
    """Raise :class:`~bookstore.errors.TooLarge` for a notebook of more than 10,000 cells."""
    if count > MAX_COMPARE_CELLS:
        raise TooLarge(
            f"The notebook has {count:,} cells; up to {MAX_COMPARE_CELLS:,} can be compared.",
            hint=_HINT,
        )


def too_deep() -> TooLarge:
    """Return the error for JSON nested deeper than Python follows."""
    return TooLarge("The notebook's JSON is nested too deeply to be compared.", hint=_HINT)


class Work:
    """The effort that is left, in steps and not in seconds, so that a result can be repeated."""

    __slots__ = ("steps",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def spend(self, steps: int) -> bool:
        """Take *steps* off; False, taking nothing, when there are not that many left."""
        if steps > self.steps:
            return False
        self.steps -= steps
        return True
