"""How much a notebook is in people's minds: what was done with it counts for less day by day.

Knows: numbers.  Must not know: databases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

HALF_LIFE_DAYS = 7.0
WINDOW_DAYS = 60
"""What is longer ago counts for nothing."""


def trend_of(people_by_age: Mapping[int, int], content_age: float | None) -> float:
    """Return the trend of a notebook, from 0 up to 1.

    *people_by_age* says how many people did something with it so many days ago; each more on the
    same day adds less.  What is new in it, *content_age* days ago, counts as somebody would.
    """
    looked = sum(math.log1p(people) * _left(age) for age, people in people_by_age.items())
    fresh = 0.0 if content_age is None else math.log(2) * _left(content_age)
    return round((looked + fresh) / (1 + looked + fresh), 3)


def _left(age_days: float) -> float:
    """Return how much is left after so many days."""
    age = max(age_days, 0.0)
    return 0.0 if age > WINDOW_DAYS else 2.0 ** (-age / HALF_LIFE_DAYS)
