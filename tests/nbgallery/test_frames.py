"""nbgallery-python's frames: the same from every database, and what the rows say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from expected_frames import EXPECTED, clicked, executed
from gallery_rows import BEGIN, USERS, small_gallery
from pandas.testing import assert_frame_equal
from sqlalchemy import event

from bookstore.nbgallery.database import dataframes
from bookstore.nbgallery.database.connecting import current_engine
from bookstore.nbgallery.database.filters import FilterProblem

ROOT = Path(__file__).resolve().parents[2]
LONG = ["clicks", "clicks_rollup", "clicks_rollup_pivot", "executions", "cell_execution_rollup"]
pytestmark = pytest.mark.usefixtures("read")


def frame_of(name: str, *args: Any, **kwargs: Any) -> pd.DataFrame:
    return getattr(dataframes, name)(*args, **kwargs)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_frame_holds_what_the_rows_say_with_the_same_types_everywhere(name: str) -> None:
    assert_frame_equal(frame_of(name), EXPECTED[name](), check_exact=True)


@pytest.mark.parametrize("chunksize", [1, 7, 100_000])
@pytest.mark.parametrize("name", LONG)
def test_chunks_are_the_frame_in_parts(name: str, chunksize: int) -> None:
    chunks = list(getattr(dataframes, name).chunks(chunksize))
    assert {len(chunk) for chunk in chunks[:-1]} <= {chunksize}
    assert_frame_equal(pd.concat(chunks, ignore_index=True), frame_of(name), check_exact=True)


def test_chunks_that_nobody_wants_any_more_cost_nothing_and_leave_the_database_in_use() -> None:
    chunks = dataframes.clicks.chunks(chunksize=3)
    assert len(next(chunks)) == 3
    chunks.close()
    assert len(dataframes.users()) == USERS


def test_the_database_is_asked_once_for_all_chunks() -> None:
    statements: list[str] = []
    dataframes.users()  # which finds out what there is
    event.listen(
        current_engine(), "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    list(dataframes.clicks.chunks(10))
    assert len([statement for statement in statements if "FROM clicks" in statement]) == 1


@pytest.mark.parametrize("chunksize", [0, -1])
def test_chunks_of_nothing_are_refused(chunksize: int) -> None:
    with pytest.raises(FilterProblem, match=f"chunksize is {chunksize}"):
        dataframes.clicks.chunks(chunksize)


def test_the_reference_names_every_frame_its_filters_and_its_columns() -> None:
    page = (ROOT / "docs" / "source" / "reference" / "frames.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)\((.*)\)` \|[^|]*\|(.*)\|$", page, re.MULTILINE)
    assert [name for name, *_ in rows] == list(EXPECTED)
    for name, filters, columns in rows:
        assert list(signature(getattr(dataframes, name)).parameters) == re.findall(r"\w+", filters)
        named = re.findall(r"`(\w+)`", columns)
        assert [column for column in frame_of(name) if column in named] == named


# -- filters ---------------------------------------------------------------------------------------

MIDDLE = BEGIN + timedelta(days=40)
MOMENT = small_gallery()["clicks"][6]["created_at"]
ZONE = timezone(timedelta(hours=5))
TIMES = {
    "from a day": ({"min_date": MIDDLE.date()}, lambda at: at >= MIDDLE),
    "from a day, as a text": ({"min_date": "2026-02-10"}, lambda at: at >= MIDDLE),
    "to a moment, included": ({"max_date": MOMENT}, lambda at: at <= MOMENT),
    "between": (
        {"min_date": MIDDLE, "max_date": MIDDLE + timedelta(days=9)},
        lambda at: (at >= MIDDLE) & (at <= MIDDLE + timedelta(days=9)),
    ),
    "in another zone": (
        {"min_date": MIDDLE.replace(tzinfo=timezone.utc).astimezone(ZONE)},
        lambda at: at >= MIDDLE,
    ),
    "for pandas": ({"min_date": pd.Timestamp(MIDDLE)}, lambda at: at >= MIDDLE),
}


@pytest.mark.parametrize(("filters", "kept"), TIMES.values(), ids=TIMES)
def test_times_can_be_said_in_many_ways_and_are_included(
    filters: dict[str, Any], kept: Callable[[Any], Any]
) -> None:
    clicks, executions = clicked(), executed()
    assert len(dataframes.clicks(**filters)) == kept(clicks["created_at"]).sum() > 0
    expected = executions[kept(executions["created_at"])]
    assert list(dataframes.executions(**filters)["id"]) == list(expected["id"])
    rolled_up = dataframes.notebook_execution_rollup(**filters)
    assert rolled_up["cell_exec_count"].sum() == len(expected)


def test_days_ago_overrides_both_dates_and_counts_whole_days_of_utc() -> None:
    ago = (datetime.now(timezone.utc).date() - MIDDLE.date()).days
    frame = dataframes.clicks_rollup(min_date="2030-01-01", max_date="1999-01-01", days_ago=ago)
    expected = clicked()["created_at"] >= MIDDLE
    assert frame["count"].sum() == expected.sum()


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        (3, {3}),
        ("3", {3}),
        (np.int64(4), {4}),
        ([3], {3}),
        ({3, 5}, {3, 5}),
        (pd.Series([3, 5]), {3, 5}),
        (range(3, 6), {3, 4, 5}),
        ([], set()),
        ([77], {77}),
    ],
    ids=str,
)
def test_ids_can_be_one_or_any_iterable(ids: Any, wanted: set[int]) -> None:
    clicks = clicked()
    assert len(dataframes.clicks(user_id=ids)) == clicks["user_id"].isin(wanted).sum()
    rolled_up = dataframes.notebook_clicks_rollup(notebook_id=ids)
    assert set(rolled_up["notebook_id"]) == wanted & {*clicks["notebook_id"]}
    found = dataframes.executions(notebook_id=ids)
    assert len(found) == executed()["notebook_id"].isin(wanted).sum()


def test_ids_can_be_an_iterator_too() -> None:
    found = dataframes.user_clicks_rollup(user_id=(number for number in (3, 5)))
    assert list(found["user_id"]) == [3, 5]


def test_more_ids_than_databases_take_parameters() -> None:
    assert len(dataframes.clicks(user_id=range(100_000))) == len(clicked())


def test_actions_are_the_usual_ones_or_those_that_are_asked_for() -> None:
    rows = pd.DataFrame(small_gallery()["clicks"])
    for actions in ("agreed to terms", ["Viewed notebook"], ("viewed notebook", "nothing")):
        wanted = [actions] if isinstance(actions, str) else list(actions)
        frame = dataframes.clicks(actions=actions)
        assert len(frame) == rows["action"].isin(wanted).sum() > 0
        assert set(frame["action"]) <= set(wanted)
    assert len(dataframes.clicks(actions=[])) == len(clicked())


def test_numbers_stay_whole_where_some_are_missing() -> None:
    frame = dataframes.clicks(actions=["agreed to terms", "viewed notebook"])
    assert frame["notebook_id"].dtype == "Int64"
    assert frame["notebook_id"].isna().sum() == (frame["action"] == "agreed to terms").sum()
    rolled_up = dataframes.clicks_rollup(actions=["agreed to terms", "viewed notebook"])
    assert rolled_up.sort_values(["user_id", "notebook_id"], na_position="first").equals(rolled_up)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"min_date": "soon"}, "min_date is 'soon', which is no date or time"),
        ({"max_date": 2026}, "max_date is 2026, which is no date or time"),
        ({"days_ago": "many"}, "days_ago is 'many', which is no whole number"),
        ({"user_id": "ada"}, "user_id is 'ada', which is no whole number"),
        ({"notebook_id": [1, None]}, "notebook_id is None, which is no whole number"),
        ({"user_id": 1.5}, "user_id is 1.5, which is no whole number"),
    ],
)
def test_a_filter_that_means_nothing_is_named_with_its_value(
    filters: dict[str, Any], message: str
) -> None:
    with pytest.raises(FilterProblem) as caught:
        dataframes.clicks(**filters)
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_the_total_of_cells_has_the_name_that_is_asked_for() -> None:
    assert list(dataframes.notebook_cell_count(label="cells")) == ["notebook_id", "cells"]
