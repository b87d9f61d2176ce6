"""Planning retention and applying it, over each store."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from each_store import on_every_store
from listing_like_s3 import ListsLikeS3
from retention_kit import DAILY, ONE_YEAR, PUBLISHED, WORKSPACE, Shelf, gone

from bookstore.errors import Forbidden, StoreRefused, StoreUnavailable
from bookstore.history import History
from bookstore.keys.workspace import Workspace
from bookstore.records import Kind, ObjectVersion
from bookstore.retention.policy import RetentionPolicy
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


# -- the plan ------------------------------------------------------------------------------


async def test_a_plan_says_what_goes_and_removes_nothing(shelf: Shelf) -> None:
    """Per path and in all: which versions, how many bytes, how much stays."""
    first = await shelf.day("a.ipynb")
    second = await shelf.day("deep/b é.ipynb")
    await shelf.save("lonely.ipynb")

    plan = await shelf.plan()

    assert gone(plan) == {"a.ipynb": first[2::-1], "deep/b é.ipynb": second[2::-1]}
    assert [(path.size_bytes, path.stays) for path in plan.paths] == [(30, 1), (30, 1)]
    assert (plan.versions, plan.size_bytes) == (6, 60)
    assert (plan.stay_versions, plan.stay_bytes) == (3, 30)
    assert (plan.over_bytes, plan.problems) == (0, ())
    assert len(await shelf.ids("a.ipynb")) == 4


@on_every_store
async def test_what_the_plan_said_is_removed_and_nothing_else(shelf: Shelf) -> None:
    """Then there is nothing more to do."""
    first = await shelf.day("a.ipynb")
    second = await shelf.day("b.ipynb")

    removed = await shelf.apply(await shelf.plan())

    assert [(r.path, r.versions, r.size_bytes, r.spared) for r in removed] == [
        ("a.ipynb", 3, 30, 0),
        ("b.ipynb", 3, 30, 0),
    ]
    assert await shelf.ids("a.ipynb") == first[3:]
    assert await shelf.ids("b.ipynb") == second[3:]
    assert gone(await shelf.plan()) == {}


async def test_recent_versions_stay(shelf: Shelf) -> None:
    """Whatever their number."""
    await shelf.day("a.ipynb")
    assert gone(await shelf.plan(now=shelf.noon)) == {}


@on_every_store
async def test_what_was_asked_for_or_has_a_name_stays(shelf: Shelf) -> None:
    """Its kind is in the version's metadata, its name beside it."""
    ids = [
        await shelf.save("a.ipynb", minutes=60 - n, kind=kind)
        for n, kind in enumerate(["manual", "save", "restore", "save", "publish", "save", "save"])
    ]
    await shelf.label("a.ipynb", ids[1])

    assert gone(await shelf.plan()) == {"a.ipynb": [ids[5], ids[3]]}


async def test_a_save_counts_when_it_was_made_not_when_it_was_delivered(shelf: Shelf) -> None:
    """After the store was down for a week, a week's saves arrive in a minute."""
    for days in (7, 6, 5, 4):
        await shelf.save("a.ipynb", minutes=days * 24 * 60)
    assert gone(await shelf.plan()) == {}


@on_every_store
async def test_other_keys_are_none_of_retentions_business(shelf: Shelf) -> None:
    """bookstore's own, what is published, other users' and other tools'."""
    keys = [
        "workspace/.bookstore/labels/a.ipynb.json",
        f"{PUBLISHED}/a.ipynb",
        "workspace-2/a.ipynb",
        "a.ipynb",
    ]
    for key in keys:
        for minutes in (40, 30, 20):
            await shelf.save("", minutes=minutes, key=key)

    assert gone(await shelf.plan()) == {}
    assert gone(await shelf.plan(replace(DAILY, max_bytes=1))) == {}


async def test_a_whole_bucket_is_no_workspace(memory: MemoryStore) -> None:
    """Where the prefix is empty, everybody's keys would be in it."""
    shelf = Shelf(memory)
    with pytest.raises(Forbidden, match="whole bucket"):
        await shelf.retainer(workspace=Workspace("")).plan()


async def test_each_path_is_told_as_it_is_looked_at(memory: MemoryStore) -> None:
    """For a progress bar."""
    shelf = Shelf(memory)
    for name in ("b.ipynb", "a.ipynb"):
        await shelf.save(name)
    told: list[str] = []

    await shelf.retainer().plan(tell=told.append)

    assert told == ["a.ipynb", "b.ipynb"]


# -- a size budget -------------------------------------------------------------------------


async def test_with_a_budget_the_oldest_go_until_the_rest_fits(shelf: Shelf) -> None:
    """After the rules about age, over all notebooks; recent ones too."""
    a = [await shelf.save("a.ipynb", minutes=minutes) for minutes in (50, 30, 1)]
    b = [await shelf.save("b.ipynb", minutes=minutes) for minutes in (40, 20, 1)]

    plan = await shelf.plan(replace(DAILY, max_bytes=40), now=shelf.noon)

    assert gone(plan) == {"a.ipynb": [a[0]], "b.ipynb": [b[0]]}
    assert (plan.stay_bytes, plan.over_bytes) == (40, 0)


async def test_a_budget_never_touches_what_is_protected_and_says_so(shelf: Shelf) -> None:
    """Manual, named and newest versions, however recent."""
    ids = [await shelf.save("a.ipynb", kind=kind) for kind in ("manual", "save", "save", "save")]
    await shelf.label("a.ipynb", ids[1])

    plan = await shelf.plan(replace(DAILY, max_bytes=5), now=shelf.noon)

    assert gone(plan) == {"a.ipynb": [ids[2]]}
    assert plan.over_bytes == 25


# -- a notebook that came from elsewhere ---------------------------------------------------


@pytest.mark.parametrize("policy", [DAILY, ONE_YEAR, replace(DAILY, max_bytes=1)])
@pytest.mark.parametrize("kind", ["rename", "copy"])
async def test_a_named_version_from_before_a_rename_or_copy_stays_in_the_history(
    shelf: Shelf, history: History, kind: Kind, policy: RetentionPolicy
) -> None:
    """By the day, too old or over budget: the version that leads there stays with it."""
    old = [await shelf.save("old.ipynb", minutes=minutes) for minutes in (60, 50, 40)]
    await shelf.label("old.ipynb", old[1])
    came = await shelf.save("new.ipynb", minutes=30, kind=kind, came_from="old.ipynb")
    if kind == "rename":
        await shelf.delete("old.ipynb")
    new = [await shelf.save("new.ipynb", minutes=minutes) for minutes in (20, 10, 0)]

    plan = await shelf.plan(policy, now=shelf.noon if policy.max_bytes else None)
    await shelf.apply(plan)

    assert gone(plan)["new.ipynb"] == [new[1], new[0]]
    page = await history.page(WORKSPACE.key("new.ipynb"))
    assert [entry.version_id for entry in page.entries][:2] == [new[2], came]
    assert [entry.version_id for entry in page.entries if entry.label == "final"] == [old[1]]


# -- between plan and removal --------------------------------------------------------------


async def test_what_got_a_name_in_between_stays(shelf: Shelf) -> None:
    """The rest goes."""
    ids = await shelf.day("a.ipynb")
    plan = await shelf.plan()
    await shelf.label("a.ipynb", ids[1])

    [removed] = await shelf.apply(plan)

    assert (removed.versions, removed.spared) == (2, 1)
    assert await shelf.ids("a.ipynb") == [ids[3], ids[1]]


async def test_what_became_the_newest_in_between_stays(shelf: Shelf) -> None:
    """Somebody removed the one on top of it by other means."""
    ids = await shelf.day("a.ipynb")
    plan = await shelf.plan()
    await shelf.store.remove(WORKSPACE.key("a.ipynb"), ids[2:])

    [removed] = await shelf.apply(plan)

    assert (removed.versions, removed.spared) == (1, 1)
    assert await shelf.ids("a.ipynb") == [ids[1]]


async def test_a_version_saved_in_between_is_not_touched(shelf: Shelf) -> None:
    """The plan did not know it."""
    ids = await shelf.day("a.ipynb")
    plan = await shelf.plan()
    new = await shelf.save("a.ipynb")

    await shelf.apply(plan)

    assert await shelf.ids("a.ipynb") == [new, ids[3]]


async def test_labels_that_cannot_be_read_leave_a_notebook_alone(shelf: Shelf) -> None:
    """In a plan, with or without a budget, and when one is applied."""
    await shelf.day("a.ipynb")
    await shelf.day("b.ipynb")
    earlier = await shelf.plan()
    document = shelf.document_key(WORKSPACE.key("a.ipynb"))
    await shelf.store.put(document, b"not labels", metadata={}, content_type="")

    for policy in (DAILY, replace(DAILY, max_bytes=1)):
        plan = await shelf.plan(policy)
        assert list(gone(plan)) == ["b.ipynb"]
        assert len(plan.problems) == 1
        assert plan.problems[0].startswith("a.ipynb: left alone")
    alone, other = await shelf.apply(earlier)
    assert (alone.versions, alone.spared, bool(alone.problem)) == (0, 3, True)
    assert other.versions == 3
    assert len(await shelf.ids("a.ipynb")) == 4


# -- deleted notebooks ---------------------------------------------------------------------


@on_every_store
async def test_a_deleted_notebook_keeps_its_last_version(shelf: Shelf) -> None:
    """And can be brought back; what is older goes as of any notebook."""
    ids = await shelf.day("a.ipynb")
    marker = await shelf.delete("a.ipynb")

    await shelf.apply(await shelf.plan())

    assert await shelf.ids("a.ipynb") == [marker, ids[3]]


@on_every_store
async def test_long_after_its_deletion_nothing_of_a_notebook_is_left(shelf: Shelf) -> None:
    """Neither version nor delete marker."""
    await shelf.day("a.ipynb")
    await shelf.delete("a.ipynb")
    await shelf.save("other.ipynb")

    plan = await shelf.plan(ONE_YEAR)
    [removed] = await shelf.apply(plan)

    assert (plan.versions, removed.versions) == (5, 5)
    assert await shelf.ids("a.ipynb") == []
    assert [deleted.key async for deleted in shelf.store.deleted()] == []


async def test_a_notebook_that_came_back_in_between_stays(shelf: Shelf) -> None:
    """Its new version, that is."""
    await shelf.day("a.ipynb")
    await shelf.delete("a.ipynb")
    plan = await shelf.plan(ONE_YEAR)
    new = await shelf.save("a.ipynb")

    await shelf.apply(plan)

    assert await shelf.ids("a.ipynb") == [new]


async def test_a_deleted_notebook_of_which_something_was_named_stays_deleted(shelf: Shelf) -> None:
    """Its marker goes on hiding what stays."""
    ids = await shelf.day("a.ipynb")
    marker = await shelf.delete("a.ipynb")
    plan = await shelf.plan(ONE_YEAR)
    await shelf.label("a.ipynb", ids[0])

    [removed] = await shelf.apply(plan)

    assert removed.spared == 2
    assert await shelf.ids("a.ipynb") == [marker, ids[0]]


async def test_an_interrupted_removal_brings_no_deleted_notebook_back(
    memory: MemoryStore,
) -> None:
    """The delete marker goes last."""
    shelf = Shelf(memory)
    await shelf.day("a.ipynb")
    marker = await shelf.delete("a.ipynb")
    plan = await shelf.plan(ONE_YEAR)
    remove = memory.remove

    async def interrupted(key: str, version_ids: Collection[str]) -> int:
        await remove(key, list(version_ids)[:2])
        raise StoreUnavailable("away")

    memory.remove = interrupted  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await shelf.apply(plan)

    left = await shelf.ids("a.ipynb")
    assert len(left) == 3
    assert left[0] == marker


# -- a store that does not do as it is asked -----------------------------------------------


async def test_a_refusal_ends_it_and_what_is_left_stays(memory: MemoryStore) -> None:
    """What was removed before was told."""
    shelf = Shelf(memory)
    await shelf.day("a.ipynb")
    ids = await shelf.day("b.ipynb")
    plan = await shelf.plan()
    removed = shelf.retainer().apply(plan)
    assert (await anext(removed)).path == "a.ipynb"
    memory.fail_with(StoreRefused("no"), key=WORKSPACE.key("b.ipynb"))

    with pytest.raises(StoreRefused):
        await anext(removed)

    memory.recover()
    assert await shelf.ids("b.ipynb") == ids[::-1]


async def test_without_the_store_there_is_no_plan(memory: MemoryStore) -> None:
    """Half of one would be taken for a whole."""
    shelf = Shelf(memory)
    await shelf.day("a.ipynb")
    await shelf.day("b.ipynb")
    memory.fail_with(StoreUnavailable("away"), key=WORKSPACE.key("b.ipynb"))

    with pytest.raises(StoreUnavailable):
        await shelf.plan()


class CountsHeads(ListsLikeS3):
    """A store whose listings tell no metadata; counts how often it is asked for some."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = self.at_once = self.most_at_once = 0

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        self.heads += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            return await super().head(key, version_id=version_id)
        finally:
            self.at_once -= 1


async def test_metadata_is_asked_for_once_and_of_few_versions_at_a_time() -> None:
    """Of the newest of each notebook it is not needed at all."""
    store = CountsHeads()
    shelf = Shelf(store)
    for n in range(10):
        for minutes in range(10):
            await shelf.save(f"{n}.ipynb", minutes=9 - minutes)
    retainer = shelf.retainer()

    for _ in range(2):
        assert (await retainer.plan(now=shelf.now)).versions == 90

    assert store.heads == 90
    assert store.most_at_once == 8


async def test_of_recent_versions_no_metadata_is_asked_for() -> None:
    """They stay, whatever it says; only a budget needs to know."""
    store = CountsHeads()
    shelf = Shelf(store)
    await shelf.day("a.ipynb")

    await shelf.plan(now=shelf.noon)
    await shelf.plan(replace(DAILY, max_bytes=1000), now=shelf.noon)
    assert store.heads == 0

    await shelf.plan(replace(DAILY, max_bytes=10), now=shelf.noon)
    assert store.heads == 3


async def test_labels_are_asked_for_where_something_goes(memory: MemoryStore) -> None:
    """Of most notebooks nothing does, on most days."""
    shelf = Shelf(memory)
    await shelf.day("a.ipynb")
    await shelf.save("b.ipynb")
    memory.requests.clear()

    await shelf.plan()

    asked = [key for method, key in memory.requests if method == "get"]
    assert asked == [shelf.document_key(WORKSPACE.key("a.ipynb"))]


async def test_the_default_policy_removes_nothing_in_the_first_month(shelf: Shelf) -> None:
    """It thins only what is older."""
    await shelf.day("a.ipynb")

    assert gone(await shelf.plan(RetentionPolicy(), now=shelf.noon + timedelta(days=29))) == {}
    assert len((await shelf.plan(RetentionPolicy(), now=shelf.now)).paths) == 1


async def test_results_of_runs_are_thinned_out_as_versions_are(shelf: Shelf) -> None:
    """Those of each notebook by themselves; what runs that go on have made is left alone."""
    await shelf.day("a.ipynb")
    results = Workspace("runs")
    for minutes in (40, 30, 20, 10):
        await shelf.save("runs/a.ipynb", minutes=minutes, key=results.key("a.ipynb"))
        await shelf.save("x", minutes=minutes, key=results.reserved_key("running", "x"))
    plan = await shelf.retainer(results=results).plan(now=shelf.now)
    assert {path.key: len(path.goes) for path in plan.paths} == {
        "workspace/a.ipynb": 3,
        "runs/a.ipynb": 3,
    }
