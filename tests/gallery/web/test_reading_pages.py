"""The pages of the gallery, as somebody without a script sees them."""

from __future__ import annotations

import re

import pytest
from gallery_web import API, Publish, by, ipynb
from http_helpers import Call

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue.deprecating import Deprecation, deprecate
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.service import Gallery
from bookstore.store.memory import MemoryStore

HOME = "/bookstore/gallery"

pytestmark = pytest.mark.usefixtures("identity")


def titles(text: str) -> list[str]:
    """The titles of the cards on a page."""
    return re.findall(r'<h[23]><a href="[^"]*">([^<]*)</a></h[23]>', text)


async def page(call: Call, route: str, name: str = "ada", status: int = 200) -> str:
    answer = await call("GET", f"{HOME}{route}", headers=by(name))
    assert answer.status == status, answer.text
    return answer.text


async def test_what_is_private_is_for_its_owner(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Secret tides")
    for route in ("", "/search?q=secret", f"/nb/{uuid}", "/user/ada", "/shelf/mine"):
        assert f"/nb/{uuid}" in await page(call, route)
        is_its_page = route.startswith("/nb")
        theirs = await page(call, route, "bob", 404 if is_its_page else 200)
        assert f"/nb/{uuid}" not in theirs
    for route in ("revisions", "diff?base=1", "download"):
        await page(call, f"/nb/{uuid}/{route}", "bob", 404)
    assert (await call("GET", f"{API}/{uuid}", headers=by("bob"))).status == 404


@pytest.mark.parametrize("gallery_config", [{"anonymous_may_read": True}])
async def test_others_see_what_is_public_and_nothing_to_do(call: Call, publish: Publish) -> None:
    public = await publish(title="For all", public=True)
    private = await publish(title="For me")
    text = await page(call, f"/nb/{public}", "")
    assert "For all" in text
    assert "Clone into Jupyter" not in text
    assert "<form method" not in text
    await page(call, f"/nb/{private}", "", 404)
    for verb, route in (("POST", f"{HOME}/nb/{public}/star"), ("POST", API)):
        assert (await call(verb, route, json_body={}, headers=by(""))).status == 403


async def test_a_notebook_is_shown_by_20_cells(call: Call, publish: Publish) -> None:
    sources = [f"# Part {number}" if number % 10 == 0 else f"x = {number}" for number in range(45)]
    uuid = await publish(*sources)
    first = await page(call, f"/nb/{uuid}")
    assert len(re.findall(r'id="cell-\d+"', first)) == 20
    assert f"/bookstore/gallery/nb/{uuid}?cell=40#nb-Part-40" in first  # in the contents
    assert "More cells: 21 to 40 of 45" in first
    last = await page(call, f"/nb/{uuid}?cell=40")
    assert re.findall(r'id="cell-(\d+)"', last) == ["41", "42", "43", "44", "45"]
    assert "More cells" not in last
    assert "Cells before" in last
    for odd in ("nothing", "-1", "9" * 30, "99999"):
        await page(call, f"/nb/{uuid}?cell={odd}")


async def test_a_link_with_a_revision_stays_as_it_is(call: Call, publish: Publish) -> None:
    uuid = await publish("first_thing()")
    told = {"uuid": uuid, "content": ipynb("second_thing()"), "summary": "Better"}
    await call("POST", API, json_body=told)
    revisions = (await call("GET", f"{API}/{uuid}/revisions")).json["revisions"]
    newest, oldest = (each["id"] for each in revisions)
    assert "second_thing" in await page(call, f"/nb/{uuid}")
    assert "first_thing" in await page(call, f"/nb/{uuid}@{oldest}")
    assert "second_thing" in await page(call, f"/nb/{uuid}@{newest}")
    diff = await page(call, f"/nb/{uuid}/diff?base={oldest}&remote={newest}")
    assert "first" in diff
    assert "second" in diff
    assert "Better" in await page(call, f"/nb/{uuid}/revisions")
    for odd in ("999", "x", "9" * 30, "1.5", "%C2%B2"):
        await page(call, f"/nb/{uuid}@{odd}", status=404)
        await page(call, f"/nb/{uuid}/diff?base={odd}", status=404)
    await page(call, f"/nb/{uuid}/diff", status=400)


async def test_a_deprecated_notebook_says_why_and_what_to_use(
    call: Call, publish: Publish, gallery: Gallery
) -> None:
    better = await publish(title="Better tides", public=True)
    uuid = await publish(title="Old tides", public=True)
    deprecation = Deprecation(reason="It is <b>wrong</b>.", alternatives=(better,))
    actor = await gallery.people.actor("ada")
    await deprecate(gallery.catalogue, actor, uuid, deprecation)
    text = await page(call, f"/nb/{uuid}")
    assert "It is &lt;b&gt;wrong&lt;/b&gt;." in text
    assert f'/nb/{better}">Better tides</a>' in text
    assert titles(await page(call, "")) == ["Better tides"]


async def test_search_finds_narrows_and_says_where(call: Call, publish: Publish) -> None:
    cells = [f"x = {number}" for number in range(24)]
    uuid = await publish(*cells, "def read_tides(): ...", title="Water", tags="sea", public=True)
    await publish("print('dust')", title="Dust", tags="air, two-words", public=True)
    text = await page(call, "/search?q=read_tides")
    assert f"/nb/{uuid}?cell=20#cell-25" in text
    assert "<mark>read" in text
    assert "Dust" not in text
    everything = await page(call, "/search")
    assert "2 notebooks" in everything
    assert "q=lang%3Apython" in everything
    assert "q=tag%3A%22two-words%22" in everything
    narrowed = await page(call, "/search?q=tag%3A%22two-words%22")
    assert "1 notebook\n" in narrowed
    assert "Nothing was found" in await page(call, "/search?q=nothinglikethis")


@pytest.mark.parametrize(
    "query", ["q=%22open", "q=nofield%3Ax", "q=a&sort=nothing", "q=a&after=nothing", "q=%00"]
)
async def test_a_query_that_cannot_be_read_is_told_in_words(call: Call, query: str) -> None:
    answer = await call("GET", f"{HOME}/search?{query}", headers=by("ada"))
    assert answer.status in (400, 422)
    assert 'id="wrong"' in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_long_lists_go_on(call: Call, publish: Publish) -> None:
    for number in range(30):
        await publish(title=f"Tides {number:02}", tags="sea", public=True)
    for route in ("/tag/sea", "/user/ada", "/shelf/mine", "/search?sort=title"):
        seen: list[str] = []
        while True:
            text = await page(call, route)
            seen += re.findall(r"Tides \d\d(?=</a>)", text)
            onward = re.search(r'rel="next" href="[^"]*?/bookstore/gallery(/[^"]*)"', text)
            if onward is None:
                break
            route = onward[1].replace("&amp;", "&")
        assert sorted(seen) == [f"Tides {number:02}" for number in range(30)]


async def test_stars_and_views_are_counted(call: Call, publish: Publish) -> None:
    uuid = await publish(public=True)
    for starred, words in (("true", "★ Starred"), ("false", "☆ Star")):
        form = {"starred": starred}
        answer = await call("POST", f"{HOME}/nb/{uuid}/star", form=form, headers=by("ada"))
        assert answer.status == 303
        assert answer.headers["Location"].endswith(f"/nb/{uuid}")
        assert words in await page(call, f"/nb/{uuid}")
    counted = [await page(call, f"/nb/{uuid}") for _ in range(20)]  # each after it was answered
    assert "<dt>Views</dt><dd>0</dd>" not in counted[-1]


async def test_what_is_downloaded_is_the_notebook(call: Call, publish: Publish) -> None:
    uuid = await publish("x = 'ä'", title="Ebbe & Flut ½")
    answer = await call("GET", f"{HOME}/nb/{uuid}/download", headers=by("ada"))
    assert answer.headers["Content-Type"] == "application/x-ipynb+json"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''Ebbe%20Flut%20%C2%BD.ipynb"
    )
    assert "x = 'ä'" in answer.text


async def test_a_clone_opens_and_overwrites_nothing(call: Call, publish: Publish) -> None:
    uuid = await publish("tide()", title="Tides", public=True)
    names = []
    for _ in range(2):
        answer = await call("POST", f"{HOME}/nb/{uuid}/clone", form={}, headers=by("bob"))
        assert answer.status == 303, answer.text
        names.append(answer.headers["Location"].rpartition("/")[2])
    assert names == ["Tides.ipynb", "Tides1.ipynb"]
    copy = (await call("GET", "/api/contents/Tides1.ipynb", headers=by("bob"))).json["content"]
    assert copy["cells"][0]["source"] == "tide()"
    assert copy["metadata"]["gallery"]["uuid"] == uuid


@pytest.mark.parametrize("route", ["/nothing", "/nb/nothing", "/shelf/nothing", "/nb/x/y/z"])
async def test_what_is_not_there_is_a_page_that_says_so(call: Call, route: str) -> None:
    text = await page(call, route, status=404)
    assert "Go to the gallery" in text


async def test_what_others_publish_is_taken_in(call: Call, gallery: Gallery) -> None:
    body = {"type": "notebook", "content": ipynb("outside()")}
    answer = await call("PUT", "/api/bookstore/published/from/outside.ipynb", json_body=body)
    assert answer.status == 200
    await synchronise(gallery.catalogue)
    assert "outside" in await page(call, "")


async def test_a_store_that_is_down_is_told_where_the_cells_would_be(
    call: Call, publish: Publish, store: MemoryStore
) -> None:
    uuid = await publish(title="Tides", public=True)
    store.fail_with(StoreUnavailable("The store is down for maintenance."))
    text = await page(call, f"/nb/{uuid}")
    assert "The store is down for maintenance." in text
    assert "When the water comes." in text
    for route in (f"/nb/{uuid}/download", f"/nb/{uuid}/diff?base=1"):
        assert "down for maintenance" in await page(call, route, status=503)
    assert "Tides" in await page(call, "/search?q=tides")
