"""What other programs show of the gallery: feeds, a badge, a card, and how a browser searches."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from gallery_web import Publish, by
from http_helpers import Answer, Call
from sqlalchemy import update
from test_browsing_pages import group
from test_reading_pages import HOME, page

from bookstore.gallery.database.models import Notebook
from bookstore.gallery.service import Gallery

pytestmark = pytest.mark.usefixtures("identity")
ATOM = {"a": "http://www.w3.org/2005/Atom"}
OPEN_SEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
OEMBED = "/api/bookstore/gallery/oembed"


async def got(call: Call, route: str, name: str = "ada") -> Answer:
    answer: Answer = await call("GET", f"{HOME}{route}", headers=by(name))
    return answer


async def entries(call: Call, route: str, name: str = "ada") -> list[str]:
    """The titles in a feed, which is one."""
    answer = await got(call, route, name)
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=UTF-8"
    feed = ET.fromstring(answer.text)
    for each in (feed, *feed.findall("a:entry", ATOM)):
        for needed in ("id", "title", "updated"):
            assert each.findtext(f"a:{needed}", "", ATOM)
        moment = each.findtext("a:updated", "", ATOM)
        assert datetime.fromisoformat(moment).tzinfo is not None
        for link in each.findall("a:link", ATOM):
            assert link.attrib["href"].startswith("http://127.0.0.1:")
    return [each.findtext("a:title", "", ATOM) for each in feed.findall("a:entry", ATOM)]


async def test_feeds_have_what_is_new_for_whoever_asks(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    group(gallery)
    assert await entries(call, "/feed") == []
    await publish(title="Tides <&> \U0001f30a", tags="sea, water", public=True)
    await publish(title="Secret", tags="sea", owner="group:sea")
    both = ["Secret", "Tides <&> \U0001f30a"]
    assert await entries(call, "/feed") == both
    assert await entries(call, "/tag/sea/feed") == both
    assert await entries(call, "/tag/water/feed") == both[1:]
    assert await entries(call, "/language/python/feed") == both
    assert await entries(call, "/user/ada/feed") == both[1:]
    assert await entries(call, "/group/sea/feed", "bob") == both[:1]
    assert await entries(call, "/search/feed?q=title:tides") == both[1:]
    for route in ("/feed", "/tag/sea/feed", "/search/feed?q=secret"):
        assert "Secret" not in await entries(call, route, "cy")
    assert (await got(call, "/group/sea/feed", "cy")).status == 404
    assert (await got(call, "/search/feed?q=%22")).status == 422


async def test_a_feed_is_xml_whatever_an_nbgallery_has_kept(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    await publish(public=True)
    odd = "a\x0b\x1b]]>&\ufffe"
    gallery.database.run_here(
        lambda session: session.execute(update(Notebook).values(title=odd, description=odd))
    )
    assert await entries(call, "/feed") == ["a\ufffd\ufffd]]>&\ufffd"]


@pytest.mark.parametrize("gallery_config", [{"anonymous_may_read": True}])
async def test_who_did_not_sign_in_gets_what_is_public(call: Call, publish: Publish) -> None:
    public = await publish(title="For all", public=True)
    private = await publish(title="For me")
    assert await entries(call, "/feed", "") == ["For all"]
    assert (await got(call, f"/nb/{public}/badge.svg", "")).status == 200
    assert (await got(call, f"/nb/{private}/badge.svg", "")).status == 404


async def test_who_has_to_sign_in_gets_nothing(call: Call, publish: Publish) -> None:
    uuid = await publish(title="For all", public=True)
    for route in ("/feed", f"/nb/{uuid}/badge.svg", "/search/feed?q=all", "/opensearch.xml"):
        answer = await got(call, route, "")
        assert answer.status in (302, 403)
        assert "For all" not in answer.text


async def test_pages_name_their_feeds(call: Call, publish: Publish) -> None:
    await publish(title="Tides", tags="sea", public=True)
    for route, feed in (
        ("", "/feed"),
        ("/tag/sea", "/tag/sea/feed"),
        ("/user/ada", "/user/ada/feed"),
        ("/search?q=tides", "/search/feed?q=tides"),
    ):
        text = await page(call, route)
        found = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]*>', text)
        assert len(found) == 1
        assert f'{HOME}{feed}"' in found[0]


async def test_a_badge_is_an_image_of_the_title_and_the_newest_label(
    call: Call, publish: Publish
) -> None:
    title = '<Tides> & "more" that goes on and on and on and on'
    uuid = await publish(title=title, label="v3")
    answer = await got(call, f"/nb/{uuid}/badge.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=UTF-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    texts = ET.fromstring(answer.text).findall(".//{*}text")
    assert texts[0].text == "Open in Jupyter"
    assert (texts[1].text or "").startswith('<Tides> & "more"')
    short = await publish(title="Ebb", label="v3")
    assert "Ebb · v3" in (await got(call, f"/nb/{short}/badge.svg")).text
    shown = await page(call, f"/nb/{short}")
    assert f"/nb/{short}/badge.svg)](http://" in shown


async def test_a_browser_can_search_in_it(call: Call, gallery: Gallery) -> None:
    answer = await got(call, "/opensearch.xml")
    assert answer.headers["Content-Type"].startswith("application/opensearchdescription+xml")
    url = ET.fromstring(answer.text).find("o:Url", OPEN_SEARCH)
    assert url is not None
    assert url.attrib["template"].endswith(f"{HOME}/search?q={{searchTerms}}")
    assert f'{HOME}/opensearch.xml"' in await page(call, "")


async def test_the_page_of_a_notebook_has_a_card(call: Call, publish: Publish) -> None:
    uuid = await publish(title='Tides "now"', description="When **it** comes.\n\nMore.")
    text = await page(call, f"/nb/{uuid}")
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', text))
    assert told["title"] == "Tides &#34;now&#34;"
    assert told["description"] == "When it comes."
    assert re.fullmatch(rf"http://127.0.0.1:\d+/a%40b{HOME}/nb/{uuid}", told["url"])


async def test_who_shows_a_notebook_by_its_address_is_told_of_it(
    call: Call, publish: Publish
) -> None:
    uuid = await publish(title="Tides", public=True)
    private = await publish(title="Secret")
    text = await page(call, f"/nb/{uuid}")
    [where] = re.findall(r'json\+oembed" title="Tides" href="/a%40b([^"]*)"', text)
    answer = await call("GET", where.replace("&amp;", "&"), headers=by("bob"))
    assert answer.status == 200, answer.text
    assert (answer.json["type"], answer.json["title"]) == ("link", "Tides")
    assert answer.json["author_url"].endswith(f"{HOME}/user/ada")
    other = where.replace(uuid, private)
    assert (await call("GET", other, headers=by("bob"))).status == 404
    for url in ("", "x", "http://[", f"http://evil.example{HOME}/nb/{uuid}", f"{HOME}/tag/x"):
        assert (await call("GET", f"{OEMBED}?url={url}", headers=by("bob"))).status == 404, url
    for kind, status in (("xml", 501), ("x", 400), ("", 400)):
        answer = await call("GET", f"{where}&format={kind}", headers=by("bob"))
        assert answer.status == status
