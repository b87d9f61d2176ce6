"""How much somebody may send at a time: what is beyond it is not taken, and costs next to nothing.

Knows: numbers.  Must not know: HTTP, the clock.
"""

from __future__ import annotations

import math
from collections import OrderedDict

MOST_KNOWN = 10_000


class Pace:
    """Lets *burst* through at once, and then so many *per_second*, for each that is counted."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        """What each has left, and when that was."""

    def waits(self, who: int, at_s: float) -> int:
        """Count one more at a moment; return how many seconds there is to wait, 0 for none."""
        left, since = self._left.pop(who, (float(self._burst), at_s))
        left = min(left + (at_s - since) * self._per_second, self._burst)
        is_taken = left >= 1
        self._left[who] = (left - 1 if is_taken else left, at_s)
        if len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0 if is_taken else math.ceil((1 - left) / self._per_second)
