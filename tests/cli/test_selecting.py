"""Which version a word means."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bookstore.cli.selecting import select
from bookstore.client.versions import Version
from bookstore.errors import BadRequest, NotFound
from bookstore.words import moment_in

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 21, 15, 30, tzinfo=ZONE)


def version(version_id: str, *, hours: float, label: str = "", kind: str = "save") -> Version:
    """A version made some hours ago."""
    return Version(
        version_id=version_id,
        path="a.ipynb",
        saved_at=NOW - timedelta(hours=hours),
        size_bytes=1,
        kind=kind,
        label=label,
    )


VERSIONS = [
    version("save:f00", hours=0.1),
    version("gone", hours=0.5, kind="delete"),
    version("abc1", hours=1),
    version("abc2", hours=20, label="good"),
    version("xyz", hours=50, label="good"),
    version("good", hours=60),
]


@pytest.mark.parametrize(
    ("word", "version_id"),
    [
        ("~0", "save:f00"),
        ("~1", "abc1"),
        ("abc1", "abc1"),
        ("xy", "xyz"),
        ("f0", "save:f00"),
        ("save:f", "save:f00"),
        ("good", "abc2"),
        ("14:30", "abc1"),
        ("today", "save:f00"),
        ("yesterday", "abc2"),
        ("2026-11-19", "xyz"),
        ("2026-11-20 19:29", "xyz"),
        ("2026-11-20T19:30", "abc2"),
        ("2026-11-20T17:30:00Z", "abc2"),
        ("yesterday 19:30", "abc2"),
    ],
)
def test_a_word_means_one_version(word: str, version_id: str) -> None:
    assert select(VERSIONS, word, now=NOW).version_id == version_id


@pytest.mark.parametrize("word", ["~5", "nothing", "2020-01-01", "gone", "gon"])
def test_a_word_that_means_none_is_not_found(word: str) -> None:
    with pytest.raises(NotFound):
        select(VERSIONS, word, now=NOW)


def test_a_beginning_of_several_is_refused_with_their_number() -> None:
    with pytest.raises(BadRequest, match="2 versions begin with abc"):
        select(VERSIONS, "abc", now=NOW)


@pytest.mark.parametrize(
    "word", ["", "2026", "12", "2026-13-01", "25:00", "20261121T1530", "Z", "14:00+99:00"]
)
def test_what_is_no_time_is_none(word: str) -> None:
    assert moment_in(word, NOW) is None


def test_a_day_is_its_evening() -> None:
    found = moment_in("2026-11-20", NOW)
    assert found is not None
    assert (found.hour, found.minute, found.tzinfo) == (23, 59, ZONE)


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        (VERSIONS, "There is no version ~9; there are 5 versions, ~0 to ~4."),
        (VERSIONS[:1], "There is no version ~9; there is 1 version, ~0."),
        (
            VERSIONS[1:2],
            "There are no versions of this file: it is only known that it was deleted.",
        ),
    ],
)
def test_who_asks_too_far_back_is_told_what_there_is(versions: list[Version], said: str) -> None:
    with pytest.raises(NotFound) as caught:
        select(versions, "~9", now=NOW)
    assert caught.value.message == said
