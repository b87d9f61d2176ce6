"""Pages to look around in say what somebody may read, whether there is nothing, one or much."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from gallery_web import API, Publish, by
from http_helpers import Call
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from test_reading_pages import HOME, page, titles

from bookstore.gallery.database.models import (
    Click,
    Group,
    GroupsUser,
    Notebook,
    NotebookSummary,
    Tag,
    User,
    ViewShare,
    stars,
)
from bookstore.gallery.service import Gallery

pytestmark = pytest.mark.usefixtures("identity")
MARCH = datetime.fromisoformat("2026-03-01T12:00")
SECTIONS = ["Recently published", "Popular", "Mine", "Starred by me", "Shared with me"]


def headings(text: str) -> list[str]:
    return re.findall(r'<h2 id="section-\d+">([^<]*)</h2>', text)


async def fill(gallery: Gallery, count: int, **about: Any) -> None:
    """Put notebooks of others into the gallery: the last one is the newest, the first trends."""
    await gallery.keeper.stop()  # who would count them

    def work(session: Session) -> None:
        other = User(user_name="other")
        session.add(other)
        session.flush()
        for number in range(count):
            row = Notebook(
                uuid=f"00000000-0000-4000-8000-{number:012}",
                title=f"Notebook {number:04}",
                description="What it does.",
                lang=["python", "r"][number % 2],
                owner_type="User",
                owner_id=other.id,
                creator_id=other.id,
                updated_at=MARCH + timedelta(minutes=number),
                created_at=MARCH,
                **{"public": True, **about},
            )
            session.add(row)
            session.flush()
            trend = 1 - number / (count + 1)
            session.add(NotebookSummary(notebook_id=row.id, trendiness=trend, stars=number % 7))
            session.add(Tag(notebook_id=row.id, tag=f"tag-{number % 30:02}"))
            session.add(Tag(notebook_id=row.id, tag="every"))

    gallery.database.run_here(work)


async def test_an_empty_gallery_says_so_on_each_page(call: Call, gallery: Gallery) -> None:
    assert "Nothing here yet" in await page(call, "")
    for route in (
        "/tags",
        "/languages",
        "/shelf/all",
        "/shelf/mine",
        "/tag/none",
        "/language/none",
    ):
        text = await page(call, route)
        assert 'class="card none"' in text, route
    await page(call, "/group/none", status=404)


async def test_with_one_notebook_nothing_is_said_twice(call: Call, publish: Publish) -> None:
    await publish(title="Mine", public=True, tags="sea")
    text = await page(call, "")
    assert headings(text) == ["Recently published"]
    assert titles(text) == ["Mine"]
    assert "See all" not in text
    assert titles(await page(call, "/tag/sea")) == ["Mine"]


async def test_with_a_thousand_there_are_some_of_each_and_a_way_to_the_others(
    call: Call, gallery: Gallery
) -> None:
    await fill(gallery, 1000)
    await page(call, "")  # by which ada is known

    def own(session: Session) -> None:
        ada = session.scalars(select(User.id).where(User.user_name == "ada")).one()
        ids = [*session.scalars(select(Notebook.id).order_by(Notebook.id).limit(30))]
        for number in ids[10:12]:
            session.execute(
                update(Notebook)
                .where(Notebook.id == number)
                .values(owner_id=ada, updated_at=MARCH - timedelta(days=1))
            )
        session.execute(stars.insert().values(user_id=ada, notebook_id=ids[20]))
        session.add(ViewShare(user_id=ada, notebook_id=ids[21]))

    gallery.database.run_here(own)
    text = await page(call, "")
    assert headings(text) == SECTIONS
    shown = titles(text)
    assert shown[:6] == [f"Notebook {number:04}" for number in range(999, 993, -1)]
    assert shown[6:12] == [f"Notebook {number:04}" for number in range(6)]
    assert sorted(shown[12:]) == [f"Notebook {number:04}" for number in (10, 11, 20, 21)]
    assert f'{HOME}/shelf/all?sort=trend"' in text
    every = await page(call, "/shelf/all?sort=trend")
    assert titles(every)[:3] == ["Notebook 0000", "Notebook 0001", "Notebook 0002"]
    starred = await page(call, "/shelf/all?sort=stars")
    assert titles(starred)[0] == "Notebook 0993"  # the newest of those with 6
    await page(call, "/shelf/all?sort=nothing", status=400)


async def test_an_order_goes_on_over_the_pages(call: Call, gallery: Gallery) -> None:
    await fill(gallery, 60)
    seen: list[str] = []
    route: str | None = "/shelf/all?sort=title"
    while route:
        text = await page(call, route)
        seen += titles(text)
        following = re.search(rf'rel="next" href="[^"]*{HOME}([^"]*)"', text)
        route = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"Notebook {number:04}" for number in range(60)]


async def test_tags_and_languages_say_how_many_have_them(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    await fill(gallery, 60)
    await publish(title="Secret", tags="hidden", name="bob")
    text = await page(call, "/tags")
    assert re.findall(r'/tag/tag-0\d">(tag-0\d)</a>[^>]*>(\d+)<', text)[:2] == [
        ("tag-00", "2"),
        ("tag-01", "2"),
    ]
    assert 'aria-label="60 notebooks"' in text
    assert "hidden" not in text
    assert "hidden" in await page(call, "/tags", "bob")
    languages = await page(call, "/languages")
    assert re.findall(r'/language/\w+">(\w+)</a>[^>]*>(\d+)<', languages) == [
        ("Python", "30"),
        ("R", "30"),
    ]
    assert len(titles(await page(call, "/language/r"))) == 24


async def test_a_tag_leads_to_what_goes_with_it(call: Call, gallery: Gallery) -> None:
    await fill(gallery, 60)
    text = await page(call, "/tag/tag-03")
    assert titles(text) == ["Notebook 0033", "Notebook 0003"]
    assert f'{HOME}/search?q=tag%3A%22tag-03%22"' in text
    assert "q=tag%3A%22tag-03%22+tag%3Aevery" in text
    narrower = await call(
        "GET", f"{HOME}/search?q=tag%3A%22tag-03%22+tag%3Aevery", headers=by("ada")
    )
    assert "2 notebooks" in narrower.text
    assert 'aria-label="Narrow it"' in text
    assert ">tag-03</a> <span" not in text  # it has that already


def group(gallery: Gallery, **about: Any) -> None:
    """A group that ada edits for and bob reads of."""

    def work(session: Session) -> None:
        row = Group(gid="sea", name="People of the <sea>", **about)
        session.add(row)
        session.flush()
        for name, edits in (("ada", True), ("bob", False)):
            user = session.scalars(select(User).where(User.user_name == name)).first()
            if user is None:
                user = User(user_name=name)
                session.add(user)
                session.flush()
            session.add(GroupsUser(group_id=row.id, user_id=user.id, editor=edits))

    gallery.database.run_here(work)


async def test_a_group_has_a_page_for_those_who_belong_to_it_or_read_what_it_owns(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    group(gallery, description="We *measure*.", url="https://sea.example/")
    own = await page(call, "/group/sea", "bob")
    assert "People of the &lt;sea&gt;" in own
    assert "<em>measure</em>" in own
    assert 'href="https://sea.example/"' in own
    assert f'{HOME}/user/ada"' in own
    await page(call, "/group/sea", "cy", 404)
    uuid = await publish(title="Ours", owner="group:sea")
    assert titles(await page(call, "/group/sea", "bob")) == ["Ours"]
    await page(call, "/group/sea", "cy", 404)
    await call("PATCH", f"{API}/{uuid}", json_body={"public": True}, headers=by("ada"))
    others = await page(call, "/group/sea", "cy")
    assert titles(others) == ["Ours"]
    assert f'{HOME}/user/ada"' not in others  # who belongs to it is for those who do
    assert f'{HOME}/group/sea"' in await page(call, f"/nb/{uuid}", "cy")


async def test_an_address_that_is_none_of_the_web_is_no_link(call: Call, gallery: Gallery) -> None:
    group(gallery, url="javascript:alert(1)")
    assert "javascript:" not in await page(call, "/group/sea")


async def test_the_page_of_a_notebook_says_how_often_and_by_how_many(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    uuid = await publish(public=True)
    for name in ("ada", "ada", "bob"):
        await page(call, f"/nb/{uuid}", name)
    views = select(func.count()).select_from(Click).where(Click.action == "viewed notebook")
    counted = 0
    while counted < 3:  # each is noted after its page was sent
        counted = await gallery.database.run(lambda session: session.scalar(views) or 0)
    assert re.search(
        r'<dt>Views</dt><dd>3 <span class="note">by 2</span>', await page(call, f"/nb/{uuid}")
    )
