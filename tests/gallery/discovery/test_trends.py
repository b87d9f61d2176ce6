"""A trend says how much a notebook is in people's minds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookstore.gallery.discovery.trends import HALF_LIFE_DAYS, WINDOW_DAYS, trend_of

DAYS = st.dictionaries(st.integers(0, 90), st.integers(0, 10**6), max_size=60)
AGES = st.none() | st.floats(-1, 4000, allow_nan=False)


@given(DAYS, AGES)
def test_it_is_between_0_and_1(days: dict[int, int], age: float | None) -> None:
    assert 0 <= trend_of(days, age) <= 1


@given(DAYS, AGES, st.integers(0, 90), st.integers(1, 1000))
def test_one_more_who_looks_never_lets_it_sink(
    days: dict[int, int], age: float | None, day: int, more: int
) -> None:
    assert trend_of({**days, day: days.get(day, 0) + more}, age) >= trend_of(days, age)


def test_it_fades_until_nothing_is_left() -> None:
    trends = [trend_of({age: 5}, float(age)) for age in range(0, 64, 7)]
    assert trends == sorted(trends, reverse=True)
    assert trends[-1] == trend_of({}, None) == 0
    assert trend_of({WINDOW_DAYS + 1: 10**6}, WINDOW_DAYS + 1) == 0


def test_two_people_today_are_more_than_many_visits_of_one_long_ago() -> None:
    assert trend_of({0: 2}, None) > trend_of(dict.fromkeys(range(21, 24), 1), None)
    twice = 2 * trend_of({int(HALF_LIFE_DAYS): 1}, None) / (1 + trend_of({7: 1}, None))
    assert trend_of({0: 1}, None) == pytest.approx(twice, abs=0.002)
