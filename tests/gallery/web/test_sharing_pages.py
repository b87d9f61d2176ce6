"""A notebook is shared with people, by links that expire, and given away: by forms and by API."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from http.cookies import SimpleCookie

import pytest
from gallery_web import API, Publish, by
from http_helpers import Answer, Call
from sqlalchemy import update
from test_browsing_pages import group
from test_editing_page import sent
from test_reading_pages import HOME, page

from bookstore.gallery.database.models import ShareLink, now
from bookstore.gallery.service import Gallery

BASE = "/a%40b"
"""Where the server of the tests is."""
pytestmark = pytest.mark.usefixtures("identity")


async def api(call: Call, verb: str, route: str, name: str = "ada", **body: object) -> Answer:
    told = body if verb in ("POST", "PUT", "PATCH") else None
    answer: Answer = await call(verb, f"{API}/{route}", json_body=told, headers=by(name))
    return answer


def in_days(days: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).isoformat()


async def test_people_are_shared_with_by_programs(call: Call, publish: Publish) -> None:
    uuid = await publish()
    for name in ("bob", "cy"):
        await page(call, "", name)
    shared = await api(call, "PUT", f"{uuid}/shares", viewers=["bob"], editors=["cy"])
    assert shared.json == {"uuid": uuid, "viewers": ["bob"], "editors": ["cy"]}
    assert (await api(call, "GET", f"{uuid}/shares")).json == shared.json
    assert (await api(call, "GET", f"{uuid}/shares", "cy")).status == 200
    assert (await api(call, "GET", f"{uuid}/shares", "bob")).status == 403
    assert (await api(call, "GET", f"{uuid}/shares", "dan")).status == 404
    unknown = await api(call, "PUT", f"{uuid}/shares", viewers=["nobody", "no one"])
    assert unknown.status == 422
    assert [each["field"] for each in unknown.json["problems"]] == ["shares", "shares"]
    assert (await api(call, "PUT", f"{uuid}/shares", viewers="bob")).status == 400
    assert (await api(call, "GET", f"{uuid}/shares")).json == shared.json
    assert (await api(call, "PUT", f"{uuid}/shares")).json["viewers"] == []


async def follow(call: Call, url: str, name: str) -> tuple[str, str]:
    """Go where a link leads, and return where that is and the cookie that is kept."""
    answer = await call("GET", url.removeprefix(BASE), headers=by(name))
    assert answer.status == 303
    assert answer.headers["Location"].endswith(f"{HOME}/linked")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["bookstore-gallery-links"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/a%40b/")
    kept = {"Cookie": f"bookstore-gallery-links={cookie.value}"}
    there = await call("GET", f"{HOME}/linked", headers={**by(name), **kept})
    where = there.headers.get("Location", str(there.status))
    return where.removeprefix(BASE), kept["Cookie"]


async def test_a_link_lets_whoever_holds_it_read_until_it_is_revoked(
    call: Call, publish: Publish
) -> None:
    uuid = await publish(title="Secret")
    made = await api(call, "POST", f"{uuid}/links", expires_at=in_days(7))
    assert made.status == 201
    where, cookie = await follow(call, made.json["url"], "bob")
    assert where == f"{HOME}/nb/{uuid}"
    holding = {**by("bob"), "Cookie": cookie}
    assert "Secret" in (await call("GET", where, headers=holding)).text
    assert (await call("GET", where, headers=by("bob"))).status == 404
    assert (await call("GET", f"{where}/edit", headers=holding)).status == 403
    [link] = (await api(call, "GET", f"{uuid}/links")).json["links"]
    assert (link["may_edit"], link["made_by"]) == (False, "ada")
    assert made.json["url"] not in str(link)
    assert (await api(call, "DELETE", f"{uuid}/links/{link['number']}", "bob")).status == 404
    assert (await api(call, "DELETE", f"{uuid}/links/{link['number']}")).status == 200
    assert (await call("GET", where, headers=holding)).status == 404
    assert (await follow(call, made.json["url"], "bob"))[0] == "404"
    assert (await api(call, "GET", f"{uuid}/links")).json["links"] == []
    for odd in ("0", "x", "9" * 30):
        assert (await api(call, "DELETE", f"{uuid}/links/{odd}")).status == 404


async def test_a_link_ends_by_itself(call: Call, gallery: Gallery, publish: Publish) -> None:
    uuid = await publish()
    made = await api(call, "POST", f"{uuid}/links", expires_at=in_days(1), may_edit=True)
    where, cookie = await follow(call, made.json["url"], "bob")
    holding = {**by("bob"), "Cookie": cookie}
    assert (await call("GET", f"{where}/edit", headers=holding)).status == 200
    gallery.database.run_here(
        lambda session: session.execute(update(ShareLink).values(expires_at=now()))
    )
    assert (await call("GET", where, headers=holding)).status == 404


@pytest.mark.parametrize(
    "expires_at", ["", "soon", "2001-01-01T00:00:00Z", in_days(9999), "0001-01-01"]
)
async def test_a_link_lasts_for_a_while_to_come(
    call: Call, publish: Publish, expires_at: str
) -> None:
    uuid = await publish()
    refused = await api(call, "POST", f"{uuid}/links", expires_at=expires_at)
    assert refused.status in (400, 422)
    assert "expires_at" in refused.text


async def test_many_links_are_held_at_once_and_rubbish_is_not(call: Call, publish: Publish) -> None:
    cookie, last = "", ""
    for number in range(25):
        uuid = await publish(title=f"Secret {number}")
        made = await api(call, "POST", f"{uuid}/links", expires_at=in_days(1))
        headers = {**by("bob"), **({"Cookie": cookie} if cookie else {})}
        answer = await call("GET", made.json["url"].removeprefix(BASE), headers=headers)
        cookie, last = answer.headers["Set-Cookie"].split(";")[0], uuid
    assert len(cookie) < 1500
    there = await call("GET", f"{HOME}/linked", headers={**by("bob"), "Cookie": cookie})
    assert there.headers["Location"].endswith(f"{HOME}/nb/{last}")
    for odd in ("", "x", "%00", "a" * 500, "<script>"):
        answer = await call("GET", f"{HOME}/link?key={odd}", headers=by("bob"))
        assert "Set-Cookie" not in answer.headers
    assert (await call("GET", f"{HOME}/linked", headers=by("bob"))).status == 404


async def test_a_link_is_made_on_the_page_shown_once_and_revoked(
    call: Call, publish: Publish
) -> None:
    uuid = await publish(title="Secret")
    made = await sent(call, f"{uuid}/link", days="30")
    shown = re.search(r'id="new-link" type="text" value="(http[^"]*)"', made.text)
    assert shown is not None
    path = shown[1].partition("/bookstore")
    assert (await follow(call, "/bookstore" + path[2], "bob"))[0] == f"{HOME}/nb/{uuid}"
    again = await page(call, f"/nb/{uuid}/edit")
    assert path[2] not in again
    number = re.search(r'name="number" value="(\d+)"', again)
    assert number is not None
    assert (await sent(call, f"{uuid}/revoke", number=number[1])).status == 303
    assert 'name="number"' not in await page(call, f"/nb/{uuid}/edit")
    assert (await sent(call, f"{uuid}/link", days="4000")).status == 400
    assert (await sent(call, f"{uuid}/link", "bob", days="1")).status == 404


@pytest.mark.parametrize("gallery_config", [{"anonymous_may_read": True}])
async def test_who_did_not_sign_in_reads_by_a_link_where_others_may_read(
    call: Call, publish: Publish
) -> None:
    uuid = await publish(title="Secret")
    made = await api(call, "POST", f"{uuid}/links", expires_at=in_days(1), may_edit=True)
    where, cookie = await follow(call, made.json["url"], "")
    holding = {**by(""), "Cookie": cookie}
    assert "Secret" in (await call("GET", where, headers=holding)).text
    assert (await call("GET", where, headers=by(""))).status == 404


async def test_who_has_to_sign_in_first_takes_the_link_along_unseen(
    call: Call, publish: Publish
) -> None:
    """What a link is known by is in no address that signing in leads to."""
    uuid = await publish(title="Secret")
    made = await api(call, "POST", f"{uuid}/links", expires_at=in_days(1))
    first = await call("GET", made.json["url"].removeprefix(BASE), headers=by(""))
    kept = first.headers["Set-Cookie"].split(";")[0]
    where = first.headers["Location"].removeprefix(BASE)
    second = await call("GET", where, headers={**by(""), "Cookie": kept})
    assert second.status in (302, 403)
    assert made.json["url"].partition("key=")[2] not in second.headers.get("Location", "")


async def test_a_group_gets_a_notebook_by_its_form_and_gives_it_away(
    call: Call, gallery: Gallery, publish: Publish
) -> None:
    group(gallery)
    form = await page(call, "/publish")
    assert '<option value="group:sea">The group People of the &lt;sea&gt;</option>' in form
    assert "group:sea" not in await page(call, "/publish", "bob")  # who only reads of it
    uuid = await publish(title="Tides")
    assert (await sent(call, f"{uuid}/give", owner="group:sea")).status == 303
    assert (await api(call, "GET", uuid)).json["owner_gid"] == "sea"
    await page(call, f"/nb/{uuid}", "bob")
    refused = await sent(call, f"{uuid}/give", owner="self")
    assert refused.status == 403  # who edits for a group does not own what is its

    mine = await publish(title="Mine")
    give, to_whom = f"{HOME}/nb/{mine}/give", {"name": "nobody", "owner": "self"}
    unknown = await call("POST", give, form=to_whom, headers=by("ada"))
    assert unknown.status == 422
    assert "Nobody is known here as nobody." in unknown.text
    to_whom["name"] = "bob"
    assert (await call("POST", give, form=to_whom, headers=by("ada"))).status == 303
    assert (await api(call, "GET", mine, "bob")).json["owner"] == "bob"


async def test_programs_deprecate_delete_and_restore(call: Call, publish: Publish) -> None:
    uuid, other = await publish(title="Old", public=True), await publish(title="New", public=True)
    told = {"reason": "Too old.", "alternatives": [other], "may_be_run": False}
    answer = await api(call, "PUT", f"{uuid}/deprecation", **told)
    assert answer.json["deprecation"] == told
    for wrong in ({"reason": " "}, {"reason": "x" * 501}, {"reason": "x", "alternatives": ["x"]}):
        assert (await api(call, "PUT", f"{uuid}/deprecation", **wrong)).status == 422
    assert (await api(call, "PUT", f"{uuid}/deprecation", "bob", reason="x")).status == 403
    undone = await api(call, "DELETE", f"{uuid}/deprecation")
    assert undone.json["deprecation"] is None
    await api(call, "DELETE", uuid)
    deleted = await call("GET", "/api/bookstore/gallery/deleted", headers=by("ada"))
    assert [each["title"] for each in deleted.json["notebooks"]] == ["Old"]
    theirs = await call("GET", "/api/bookstore/gallery/deleted", headers=by("bob"))
    assert theirs.json == {"notebooks": [], "next": None}
    assert (await api(call, "POST", f"{uuid}/restore", "bob")).status == 404
    assert (await api(call, "POST", f"{uuid}/restore")).json["title"] == "Old"
    assert (await api(call, "GET", uuid, "bob")).status == 200
