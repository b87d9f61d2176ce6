"""Whatever fails, and however: no acknowledged save is lost, changed or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from every_scenario import every_scenario
from harness import Outcome, Registered
from s3_server import running_s3_server
from stores_under_test import store_under_test

SHARE = 10
"""Of the saves of ``tests/faults/table.py``, so that the suite takes minutes."""

SCENARIOS = every_scenario()
OF_THE_STORE = [each for each in SCENARIOS if each.run.__module__ != "disks"]
"""Those in which it matters what is at the other end."""


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    with running_s3_server() as url:
        yield url


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder for the scenario; what the server in it logged is shown beside a failure."""
    yield tmp_path
    for log in tmp_path.glob("server.log"):
        print(log.read_text(errors="replace")[-20_000:])  # noqa: T201


def check(outcome: Outcome, *, saves: int) -> None:
    """Fail unless everything is there."""
    assert outcome.acknowledged >= saves
    assert outcome.is_flawless, outcome


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_nothing_acknowledged_is_lost_whatever_fails(
    scenario: Registered, place: Path, moto_url: str
) -> None:
    with store_under_test("moto", place, moto_url=moto_url) as store:
        check(scenario.run(place, store, saves=scenario.saves_quick), saves=scenario.saves_quick)


@pytest.mark.real_store
@pytest.mark.parametrize("scenario", OF_THE_STORE, ids=lambda each: each.name)
def test_nothing_acknowledged_is_lost_with_ceph(scenario: Registered, place: Path) -> None:
    saves = max(scenario.saves_quick, scenario.saves // SHARE)
    with store_under_test("ceph", place) as store:
        check(scenario.run(place, store, saves=saves), saves=saves)
