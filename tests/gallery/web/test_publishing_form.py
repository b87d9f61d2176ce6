"""The form: whatever is wrong is told at once, beside its field, and nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from gallery_web import API, Publish, by, ipynb
from http_helpers import Answer, Call

FORM = "/bookstore/gallery/publish"

pytestmark = pytest.mark.usefixtures("identity")


async def saved(call: Call, path: str, *sources: str, **metadata: Any) -> None:
    content = ipynb(*sources)
    content["metadata"] |= metadata
    body = {"type": "notebook", "content": content}
    answer = await call("PUT", f"/api/contents/{path}", json_body=body)
    assert answer.status in (200, 201), answer.text


async def sent(call: Call, name: str = "ada", **fields: str) -> Answer:
    words = {"path": "tides.ipynb", "title": "Tides", "description": "When.", **fields}
    answer: Answer = await call("POST", FORM, form=words, headers=by(name))
    return answer


def wrong_in(answer: Answer) -> dict[str, str]:
    """What is told beside each field."""
    found = re.findall(r'id="wrong-([\w-]+)">([^<]*)<', answer.text)
    return {name: unescape(told) for name, told in found}


def values_in(text: str) -> dict[str, str]:
    """What the fields of the form hold."""
    inputs = re.findall(r"<input[^>]*>", text)
    named = [re.search(r'name="([^"]*)" value="([^"]*)"', each) for each in inputs]
    areas = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n([^<]*)</textarea>', text)
    return {found[1]: unescape(found[2]) for found in named if found} | {
        name: unescape(value) for name, value in areas
    }


async def test_a_notebook_of_the_server_is_published(call: Call) -> None:
    await saved(call, "tides.ipynb", "tide()")
    answer = await sent(call, tags="Sea, Low Tide", public="true", summary="First", label="v1")
    assert answer.status == 303, answer.text
    uuid = answer.headers["Location"].rpartition("/")[2]
    told = (await call("GET", f"{API}/{uuid}?content=1")).json
    assert (told["title"], told["description"], told["public"]) == ("Tides", "When.", True)
    assert told["tags"] == ["lowtide", "sea"]
    assert told["content"]["cells"][0]["source"] == "tide()"
    assert (await call("GET", f"/bookstore/gallery/nb/{uuid}")).status == 200


async def test_all_that_is_wrong_is_told_beside_its_field(call: Call) -> None:
    typed = {
        "path": "nothing.ipynb",
        "title": 'a: "b"',
        "description": " ",
        "tags": "trusted",
        "label": "far too long to be one",
        "summary": "<i>words</i>",
    }
    answer = await sent(call, **typed)
    assert answer.status == 422
    assert set(wrong_in(answer)) == {"path", "title", "description", "tags", "label"}
    shown = values_in(answer.text)
    assert {name: shown[name] for name in typed} == typed
    assert "Nothing was published yet." in answer.text
    assert (await call("GET", API)).json["notebooks"] == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "Choose the notebook"),
        ("../tides.ipynb", "without . and .."),
        ("notes.txt", ".ipynb"),
        ("broken.ipynb", "JSON"),
    ],
)
async def test_what_is_no_notebook_is_refused(call: Call, path: str, told: str) -> None:
    body = {"type": "file", "format": "text", "content": "{"}
    for name in ("notes.txt", "broken.ipynb"):
        await call("PUT", f"/api/contents/{name}", json_body=body)
    answer = await sent(call, path=path)
    assert answer.status == 422
    assert told in answer.text


async def test_the_same_form_sent_twice_publishes_once(call: Call) -> None:
    await saved(call, "tides.ipynb", "tide()")
    places = {(await sent(call, token="one form")).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert len((await call("GET", API)).json["notebooks"]) == 1


async def test_a_clone_is_offered_as_a_revision_of_what_it_is_of(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("tide()", title="Tides", tags="sea", public=True)
    await call("POST", f"/bookstore/gallery/nb/{uuid}/clone", form={})
    mine = values_in((await call("GET", f"{FORM}?path=Tides.ipynb")).text)
    assert (mine["uuid"], mine["title"], mine["tags"]) == (uuid, "Tides", "sea")
    theirs = values_in((await call("GET", f"{FORM}?path=Tides.ipynb", headers=by("bob"))).text)
    assert theirs["uuid"] == ""
    await saved(call, "Tides.ipynb", "tide(2)", gallery={"uuid": uuid})
    answer = await sent(call, **{**mine, "summary": "Two", "public": "true"})
    assert answer.status == 303, answer.text
    revisions = (await call("GET", f"{API}/{uuid}/revisions")).json["revisions"]
    assert [each["summary"] for each in revisions] == ["Two", ""]


async def test_who_may_not_edit_cannot_make_a_revision(call: Call, publish: Publish) -> None:
    uuid = await publish(public=True)
    await saved(call, "tides.ipynb", "mine()")
    assert (await sent(call, "bob", uuid=uuid)).status == 403


async def test_the_form_offers_the_notebooks_of_the_server(call: Call) -> None:
    await call("PUT", "/api/contents/deep", json_body={"type": "directory"})
    await saved(call, "b.ipynb")
    await saved(call, "deep/a.ipynb")
    text = (await call("GET", FORM)).text
    assert re.findall(r'<option value="([^"]*\.ipynb)">', text) == ["b.ipynb", "deep/a.ipynb"]


async def test_odd_paths_show_a_form_all_the_same(call: Call) -> None:
    for path in ("../../etc/passwd", "nothing.ipynb", "%00", "a" * 5000, "%F0%9F%90%8D.ipynb"):
        answer = await call("GET", f"{FORM}?path={path}")
        assert answer.status == 200
        assert "root:" not in answer.text


@pytest.mark.parametrize("gallery_config", [{"extensions": ["markings"]}])
async def test_the_fields_of_extensions_are_in_the_form(call: Call) -> None:
    text = (await call("GET", FORM)).text
    assert 'name="x-' in text


@pytest.mark.parametrize("gallery_config", [{"outputs_may_be_kept": True}, {}])
async def test_outputs_are_kept_where_both_say_so(
    call: Call, gallery_config: dict[str, Any]
) -> None:
    content = ipynb("tide()")
    output = {"output_type": "stream", "name": "stdout", "text": "very secret"}
    content["cells"][0]["outputs"] = [output]
    body = {"type": "notebook", "content": content}
    await call("PUT", "/api/contents/tides.ipynb", json_body=body)
    assert ("keep_outputs" in (await call("GET", FORM)).text) is bool(gallery_config)
    for wish in ("", "true"):
        answer = await sent(call, keep_outputs=wish, title=f"Tides {wish}")
        page = await call("GET", f"/bookstore/gallery/{answer.headers['Location'][-39:]}")
        assert ("very secret" in page.text) is bool(gallery_config and wish)


async def test_who_may_not_read_files_gets_no_form(call: Call, server: Any) -> None:
    class NoFiles:
        async def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
            return resource != "contents"

    server.web_app.settings["authorizer"] = NoFiles()
    assert (await call("GET", FORM)).status == 403
    assert (await sent(call)).status == 403


async def test_fields_that_are_no_text_are_refused_wherever_they_are(call: Call) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = [
        await call("POST", "/bookstore/gallery/publish", body=b"title=%FF", headers=kind),
        await call("GET", "/bookstore/gallery/publish?path=%FF"),
        await call("GET", "/bookstore/gallery/search?q=%FF"),
        await call("GET", "/api/bookstore/gallery/notebooks?q=%FF"),
    ]
    assert [answer.status for answer in sent] == [400] * 4
    assert all("text in UTF-8" in answer.text for answer in sent)
