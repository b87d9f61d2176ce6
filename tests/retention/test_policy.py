"""What the retention policy keeps: by age, by name and by room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookstore.history.entries import FOLLOWED
from bookstore.records import Kind
from bookstore.retention.policy import (
    PROTECTED,
    RetentionPolicy,
    Subject,
    Verdict,
    fit,
    judge,
    size_of,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)  # a Friday
POLICY = RetentionPolicy(keep_all_days=1, hourly_days=2, daily_days=10, weekly_days=0)


def made(age: timedelta, **facts: object) -> Subject:
    """Return a version that was saved *age* ago."""
    at = NOW - age
    values = {"version_id": at.isoformat(), "saved_at": at, "size_bytes": 10, **facts}
    return Subject(**values)  # type: ignore[arg-type]


def line(*ages: timedelta, **facts: object) -> list[Subject]:
    """Return versions of these ages, the newest first, below one that was made just now."""
    newest = made(timedelta(0), is_latest=True)
    return [newest, *(made(age, **facts) for age in ages)]


def ages_left(versions: Sequence[Subject], policy: RetentionPolicy = POLICY) -> list[timedelta]:
    """Return the ages of what stays, without the newest."""
    return [NOW - v.version.saved_at for v in judge(versions, policy, NOW) if not v.goes][1:]


def reason_of(
    versions: Sequence[Subject], place: int, policy: RetentionPolicy = POLICY
) -> tuple[bool, str]:
    verdict = judge(versions, policy, NOW)[place]
    return verdict.goes, verdict.reason


# -- by age --------------------------------------------------------------------------------


def test_every_version_is_kept_while_it_is_recent() -> None:
    ages = [timedelta(minutes=n) for n in range(1, 24 * 60, 7)]
    assert ages_left(line(*ages)) == ages


def test_then_the_last_of_each_hour_is_kept() -> None:
    """What people left behind when they stopped."""
    minutes = [60 * hour + minute for hour in (30, 31) for minute in (5, 20, 50)]
    kept = ages_left(line(*(timedelta(minutes=n) for n in minutes)))
    assert kept == [timedelta(hours=30, minutes=5), timedelta(hours=31, minutes=5)]


def test_then_the_last_of_each_day() -> None:
    hours = [n * 24 + hour for n in (4, 5) for hour in (3, 6, 9)]
    kept = ages_left(line(*(timedelta(hours=n) for n in hours)))
    assert kept == [timedelta(days=4, hours=3), timedelta(days=5, hours=3)]


def test_then_the_last_of_each_week_for_ever() -> None:
    """Weeks begin on Monday; 25 days before that Friday was one, 3,000 days before it too."""
    days = [25, 26, 27, 3001, 3002]
    kept = ages_left(line(*(timedelta(days=n) for n in days)))
    assert kept == [timedelta(days=25), timedelta(days=26), timedelta(days=3001)]


@pytest.mark.parametrize("kind", ["save", "outside", "kept"])
def test_what_nobody_asked_for_goes_with_the_rest_of_its_hour(kind: Kind) -> None:
    last = timedelta(days=1, hours=1, minutes=30)
    assert ages_left(line(last, last + timedelta(minutes=1), kind=kind)) == [last]


def test_the_last_of_a_day_is_the_last_of_all_its_versions() -> None:
    """A day of which a part is still kept by the hour keeps nothing by the day beside it."""
    noon = timedelta(days=3)
    versions = line(noon - timedelta(minutes=1), noon + timedelta(minutes=1))
    assert reason_of(versions, 1) == (False, "last of its hour")
    assert reason_of(versions, 2) == (True, "not the last of its day")


def test_hours_are_those_of_utc_whatever_zone_a_time_is_written_in() -> None:
    half_past = timezone(timedelta(hours=5, minutes=30))
    first, second = made(timedelta(hours=30, minutes=10)), made(timedelta(hours=30, minutes=50))
    elsewhere = [replace(v, saved_at=v.saved_at.astimezone(half_past)) for v in (first, second)]
    assert ages_left([line()[0], *elsewhere]) == [timedelta(hours=30, minutes=10)]


def test_the_order_of_versions_is_the_stores_not_the_clocks() -> None:
    """Of an hour the version stored last is kept, although its clock was behind."""
    behind = made(timedelta(hours=30, minutes=50), version_id="stored last")
    ahead = made(timedelta(hours=30, minutes=10))
    kept = [v.version.version_id for v in judge([line()[0], behind, ahead], POLICY, NOW)]
    assert kept[1] == "stored last"
    assert reason_of([line()[0], behind, ahead], 2) == (True, "not the last of its hour")


def test_periods_of_no_days_are_passed_over() -> None:
    policy = RetentionPolicy(keep_all_days=0, hourly_days=0, daily_days=0)
    ages = [timedelta(minutes=n) for n in (1, 2, 3)]
    assert ages_left(line(*ages), policy) == []


# -- by what is replaced -------------------------------------------------------------------

ONE_YEAR = RetentionPolicy(keep_all_days=30, hourly_days=30, daily_days=30, weekly_days=275)


def test_what_is_too_old_goes() -> None:
    versions = line(timedelta(days=364), timedelta(days=380), timedelta(days=400))
    assert reason_of(versions, 1, ONE_YEAR)[0] is False
    assert reason_of(versions, 2, ONE_YEAR)[0] is False  # replaced 364 days ago
    assert reason_of(versions, 3, ONE_YEAR) == (True, "too old")


def test_what_was_the_newest_until_today_is_not_too_old() -> None:
    """Whoever opens a notebook after two years and spoils it can go back."""
    versions = line(timedelta(days=730))
    assert reason_of(versions, 1, ONE_YEAR) == (False, "last of its week")


def test_a_clock_that_was_set_back_makes_nothing_too_old() -> None:
    """The version that replaced it says that it is of another century."""
    wrong = made(timedelta(days=9000), version_id="wrong", is_latest=True)
    assert reason_of([wrong, made(timedelta(days=40))], 1, ONE_YEAR)[0] is False


# -- what is protected ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["manual", "restore", "publish"])
def test_what_was_asked_for_stays(kind: Kind) -> None:
    versions = line(timedelta(days=9000), timedelta(days=9001), kind=kind)
    policy = replace(ONE_YEAR, keep_all_days=0)
    assert reason_of(versions, 2, policy) == (False, kind)


@pytest.mark.parametrize("kind", FOLLOWED)
def test_what_history_follows_stays(kind: Kind) -> None:
    """Too old, one of many in its week and over budget: without it the past is out of reach."""
    versions = line(timedelta(days=9000), timedelta(days=9000.01), kind=kind)
    for policy in (POLICY, ONE_YEAR):
        verdicts = judge(versions, policy, NOW)
        fitted, over_bytes = fit({"a": verdicts}, 1)
        assert fitted == {"a": verdicts}
        assert [verdict.reason for verdict in verdicts[1:]] == 2 * ["leads to its past"]
        assert over_bytes == 29


def test_what_has_a_name_stays() -> None:
    versions = line(timedelta(days=9000), timedelta(days=9001), is_named=True)
    assert reason_of(versions, 2, ONE_YEAR) == (False, "named")


def test_the_newest_stays_however_old_it_is() -> None:
    assert reason_of([made(timedelta(days=9000), is_latest=True)], 0, ONE_YEAR) == (False, "newest")


# -- deleted notebooks ---------------------------------------------------------------------


def deleted(deleted_ago: timedelta, *ages: timedelta) -> list[Subject]:
    """Return a deleted notebook's versions."""
    marker = made(deleted_ago, is_delete_marker=True, is_latest=True, size_bytes=0)
    return [marker, *(made(age) for age in ages)]


def test_the_last_version_of_a_deleted_notebook_stays_as_long_as_one_a_week() -> None:
    """Counted from the deletion, not from its last save."""
    versions = deleted(timedelta(days=364), timedelta(days=5000), timedelta(days=5000.01))
    assert reason_of(versions, 0, ONE_YEAR) == (False, "newest")
    assert reason_of(versions, 1, ONE_YEAR) == (False, "last before deletion")
    assert reason_of(versions, 2, ONE_YEAR) == (True, "too old")


def test_then_nothing_of_it_is_left() -> None:
    """Nor its delete marker, which has nothing to hide any more."""
    versions = deleted(timedelta(days=366), timedelta(days=367))
    assert [v.goes for v in judge(versions, ONE_YEAR, NOW)] == [True, True]


def test_with_one_a_week_for_ever_it_stays_for_ever() -> None:
    versions = deleted(timedelta(days=9000), timedelta(days=9001))
    assert [v.goes for v in judge(versions, POLICY, NOW)] == [False, False]


def test_a_named_version_keeps_its_delete_marker() -> None:
    """Or the notebook would come back by itself."""
    versions = deleted(timedelta(days=366), timedelta(days=367))
    versions[1] = replace(versions[1], is_named=True)
    assert [v.goes for v in judge(versions, ONE_YEAR, NOW)] == [False, False]


def test_an_old_delete_marker_goes_with_what_it_hides() -> None:
    """And stays with what it hides."""
    marker = made(timedelta(days=500), is_delete_marker=True, size_bytes=0)
    versions = [line()[0], made(timedelta(days=450)), marker, made(timedelta(days=501))]
    assert reason_of(versions, 2, ONE_YEAR) == (True, "hides nothing")
    versions[3] = replace(versions[3], is_named=True)
    assert reason_of(versions, 2, ONE_YEAR) == (False, "hides others")


def test_of_an_hour_that_ends_with_a_deletion_what_was_deleted_is_kept() -> None:
    marker = made(timedelta(hours=30, minutes=5), is_delete_marker=True, size_bytes=0)
    versions = [line()[0], marker, made(timedelta(hours=30, minutes=10))]
    assert reason_of(versions, 2) == (False, "last of its hour")


# -- by room -------------------------------------------------------------------------------


def judged(*versions: Subject) -> tuple[Verdict, ...]:
    return judge(versions, POLICY, NOW)


def test_the_oldest_go_until_the_rest_fits() -> None:
    """Over all paths, recent ones too."""
    ages = [timedelta(minutes=n) for n in (10, 20, 30, 40)]
    lines = {
        "a": judged(*line(ages[0], ages[2])),
        "b": judged(*line(ages[1], ages[3])),
    }
    fitted, over_bytes = fit(lines, 45)

    gone = [NOW - v.version.saved_at for v in (*fitted["a"], *fitted["b"]) if v.goes]
    assert sorted(gone) == ages[2:]
    assert {v.reason for v in (*fitted["a"], *fitted["b"]) if v.goes} == {"over budget"}
    assert over_bytes == 0


def test_nothing_goes_that_need_not_go() -> None:
    lines = {"a": judged(*line(timedelta(minutes=1)))}
    assert fit(lines, 20) == (lines, 0)


def test_what_is_protected_is_not_touched_and_said_to_be_too_large() -> None:
    named = made(timedelta(minutes=5), is_named=True, size_bytes=100)
    plain = made(timedelta(minutes=6))
    gone = made(timedelta(days=5), is_delete_marker=True, is_latest=True, size_bytes=0)
    lines = {
        "a": judged(line()[0], named, plain),
        "gone": judged(gone, made(timedelta(days=6), size_bytes=7)),
    }
    fitted, over_bytes = fit(lines, 50)

    assert [v.goes for v in fitted["a"]] == [False, False, True]
    assert [v.goes for v in fitted["gone"]] == [False, False]
    assert over_bytes == 10 + 100 + 7 - 50


# -- whatever the history ------------------------------------------------------------------

KINDS: list[Kind] = ["save", "save", "save", "manual", "restore", "clone", "rename", "copy"]


VERSION = st.tuples(
    st.sampled_from([0.01, 0.3, 1.0, 5.0, 24.0, 100.0, 2000.0]),
    st.integers(0, 50),
    st.sampled_from(KINDS),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([False, False, False, False, True]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Subject]:
    """Return a history, newest first, each version saved after the one below it."""
    drawn = draw(st.lists(VERSION, min_size=1, max_size=20))
    history, hours = [], 0.0
    for place, (gap_h, size_bytes, kind, is_named, is_delete_marker) in enumerate(drawn):
        hours += gap_h
        version = made(
            timedelta(hours=hours),
            version_id=f"v{len(drawn) - place}",
            size_bytes=0 if is_delete_marker else size_bytes,
            kind=kind,
            is_named=is_named,
            is_delete_marker=is_delete_marker,
            is_latest=place == 0,
        )
        history.append(version)
    return history


days = st.sampled_from([0, 0.1, 1, 7, 30, 400])
policies = st.builds(
    RetentionPolicy, keep_all_days=days, hourly_days=days, daily_days=days, weekly_days=days
)


def left(verdicts: Sequence[Verdict]) -> list[Subject]:
    """Return what a store holds after these verdicts."""
    rest = [verdict.version for verdict in verdicts if not verdict.goes]
    return [replace(version, is_latest=place == 0) for place, version in enumerate(rest)]


@given(histories(), policies)
def test_a_second_run_removes_nothing_more(history: list[Subject], policy: RetentionPolicy) -> None:
    rest = left(judge(history, policy, NOW))
    assert left(judge(rest, policy, NOW)) == rest


@given(st.lists(histories(), min_size=1, max_size=3), policies, st.integers(0, 500))
def test_a_second_run_with_a_budget_removes_nothing_more(
    found: list[list[Subject]], policy: RetentionPolicy, max_bytes: int
) -> None:
    lines = {f"{n}": judge(history, policy, NOW) for n, history in enumerate(found)}
    fitted, over_bytes = fit(lines, max_bytes)
    rest = {path: left(verdicts) for path, verdicts in fitted.items()}

    again = {path: judge(versions, policy, NOW) for path, versions in rest.items()}
    again_fitted, again_over = fit(again, max_bytes)

    assert {path: left(verdicts) for path, verdicts in again_fitted.items()} == rest
    assert again_over == over_bytes


@given(st.permutations(range(12)), histories(), policies, st.integers(0, 500))
def test_protected_versions_never_go(
    order: list[int], history: list[Subject], policy: RetentionPolicy, max_bytes: int
) -> None:
    """Nor does the newest, whatever the clocks say."""
    moments = [history[place % len(history)].saved_at for place in order]
    history = [
        replace(version, saved_at=moment) for version, moment in zip(history, moments, strict=False)
    ]
    verdicts = judge(history, policy, NOW)
    fitted, _ = fit({"a": verdicts}, max_bytes)

    for version, verdict in zip(history, fitted["a"], strict=True):
        is_kept_kind = version.kind in ("manual", "restore", "publish", *FOLLOWED)
        is_kept = is_kept_kind or version.is_named or version.is_latest
        if is_kept and not version.is_delete_marker:
            assert not verdict.goes
            assert verdict.reason in PROTECTED


@given(histories(), policies, st.floats(0, 20_000))
def test_what_goes_today_goes_tomorrow(
    history: list[Subject], policy: RetentionPolicy, hours: float
) -> None:
    """Bodies, that is: a marker that goes because it hides nothing may be the newest by now."""
    today = judge(history, policy, NOW)
    tomorrow = judge(history, policy, NOW + timedelta(hours=hours))
    for one, other in zip(today, tomorrow, strict=True):
        assert other.goes or not one.goes


@given(histories(), policies)
def test_whatever_goes_by_the_hour_day_or_week_has_a_newer_one_beside_it(
    history: list[Subject], policy: RetentionPolicy
) -> None:
    verdicts = judge(history, policy, NOW)
    for place, verdict in enumerate(verdicts):
        if verdict.reason.startswith("not the last"):
            week = verdict.version.saved_at.isocalendar()[:2]
            assert any(
                not newer.goes and newer.version.saved_at.isocalendar()[:2] == week
                for newer in verdicts[:place]
                if not newer.version.is_delete_marker
            )


@given(histories(), policies, st.integers(0, 500))
def test_a_budget_is_kept_or_only_protected_versions_are_left(
    history: list[Subject], policy: RetentionPolicy, max_bytes: int
) -> None:
    fitted, over_bytes = fit({"a": judge(history, policy, NOW)}, max_bytes)

    stays = [verdict for verdict in fitted["a"] if not verdict.goes]
    assert over_bytes == max(0, size_of(stays) - max_bytes)
    if over_bytes:
        assert all(verdict.is_protected or not verdict.version.size_bytes for verdict in stays)


@given(histories(), policies)
def test_a_deleted_notebook_never_comes_back(
    history: list[Subject], policy: RetentionPolicy
) -> None:
    """The newest of what stays is a delete marker where it was one before."""
    rest = left(judge(history, policy, NOW))
    if history[0].is_delete_marker:
        assert rest == [] or rest[0] == history[0]
    else:
        assert rest[0] == history[0]
