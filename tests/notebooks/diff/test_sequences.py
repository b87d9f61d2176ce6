"""Where two sequences differ."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookstore.notebooks.diff.limits import Work
from bookstore.notebooks.diff.sequences import Change, changes, equal_pairs, longest_increasing

FEW = st.lists(st.integers(0, 3), max_size=12)
MANY = st.lists(st.integers(0, 60), max_size=60)
STEPS = st.sampled_from([0, 10, 100, 1_000_000])


def most_pairs(a: list[int], b: list[int]) -> int:
    """The length of a longest common subsequence, by the textbook."""
    row = [0] * (len(b) + 1)
    for element in a:
        above = row[:]
        for j, other in enumerate(b):
            row[j + 1] = above[j] + 1 if element == other else max(above[j + 1], row[j])
    return row[-1]


@given(FEW | MANY, FEW | MANY, STEPS)
def test_the_changes_turn_one_sequence_into_the_other(a: list[int], b: list[int], n: int) -> None:
    found = changes(a, b, Work(n))
    pieces, at = [], 0
    for change in found:
        pieces += [*a[at : change.a_start], *b[change.b_start : change.b_end]]
        at = change.a_end
    assert [*pieces, *a[at:]] == b
    assert all(a[i] == b[j] for i, j in equal_pairs(found, len(a)))


@given(FEW | MANY, FEW | MANY, STEPS)
def test_changes_never_touch_each_other(a: list[int], b: list[int], n: int) -> None:
    found = changes(a, b, Work(n))
    for change, following in pairwise(found):
        assert change.a_end < following.a_start
        assert change.b_end < following.b_start


@given(FEW, FEW)
def test_short_sequences_change_as_little_as_possible(a: list[int], b: list[int]) -> None:
    assert len([*equal_pairs(changes(a, b, Work()), len(a))]) == most_pairs(a, b)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("abcd", "abxcd", [Change(2, 2, 2, 3)]),
        ("abcd", "axcy", [Change(1, 2, 1, 2), Change(3, 4, 3, 4)]),
        ("f()f()", "f()g()f()", [Change(3, 3, 3, 6)]),
        ("-aab-", "-xab-", [Change(1, 2, 1, 2)]),
        ("", "ab", [Change(0, 0, 0, 2)]),
        ("ab", "", [Change(0, 2, 0, 0)]),
        ("ab", "ab", []),
    ],
)
def test_changes_stand_where_people_expect_them(a: str, b: str, expected: list[Change]) -> None:
    assert changes(a, b, Work()) == expected


def test_without_work_left_a_stretch_changes_as_a_whole() -> None:
    assert changes("x12345y", "x54321y", Work(0)) == [Change(1, 6, 1, 6)]


def test_the_budget_of_steps_is_never_overdrawn() -> None:
    work = Work(50)
    changes([n % 7 for n in range(5_000)], [n % 5 for n in range(5_000)], work)
    assert 0 <= work.steps <= 50


def test_repetitive_elements_are_anchored_by_runs_of_them() -> None:
    """20,000 elements of three kinds, 40 of them changed: far more edits than are tried."""
    a = [(n * n // 7 + n // 3) % 3 for n in range(20_000)]
    b = [3 if n % 500 == 250 else element for n, element in enumerate(a)]
    assert len(changes(a, b, Work())) == 40


@given(st.lists(st.integers(0, 20), max_size=12))
def test_the_longest_increasing_subsequence_increases_and_is_longest(values: list[int]) -> None:
    chain = [values[at] for at in longest_increasing(values)]
    assert chain == sorted(set(chain))
    distinct = sorted(set(values))
    assert len(chain) == most_pairs(values, distinct)
