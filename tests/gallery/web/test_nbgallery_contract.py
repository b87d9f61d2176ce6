"""What nbgallery's extensions call is answered as they expect it, on a Jupyter server."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from gallery_web import API, Publish, by, ipynb
from http_helpers import Answer, Call
from sqlalchemy import select
from sqlalchemy.orm import Session

from bookstore.gallery.contract import usage
from bookstore.gallery.contract.pacing import Pace
from bookstore.gallery.database.models import Click, Execution, ExecutionHistory
from bookstore.gallery.service import Gallery

T = TypeVar("T")
ROOT = "/bookstore/nbgallery"
LAB = "http://localhost:8888"
JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}
LISTED = {"nbgallery_origins": [LAB]}
TEXT = {**JSON, "Content-Type": "text/plain"}

pytestmark = pytest.mark.usefixtures("identity")


@pytest.fixture
def gallery_config() -> dict[str, Any]:
    """The extensions of one JupyterLab find the gallery."""
    return LISTED


async def staged(call: Call, *sources: str, name: str = "ada", **query: str) -> Any:
    """Upload a notebook as the extension does, and return what it is told."""
    answer = await call(
        "POST",
        f"{ROOT}/stages",
        query={"agree": "yes", **query},
        body=json.dumps(ipynb(*sources)),
        headers={**TEXT, **by(name)},
    )
    assert answer.status == 201, answer.text
    return answer.json


async def got(call: Call, route: str, name: str = "ada", **query: str) -> Answer:
    answer: Answer = await call("GET", ROOT + route, query=query, headers={**JSON, **by(name)})
    return answer


async def sent(call: Call, verb: str, route: str, name: str = "ada", /, **form: str) -> Answer:
    answer: Answer = await call(verb, ROOT + route, form=form, headers={**JSON, **by(name)})
    return answer


async def uploaded(call: Call, *sources: str, name: str = "ada", **words: str) -> str:
    """Upload a notebook, and publish it by the contract."""
    staging_id = (await staged(call, *sources, name=name))["staging_id"]
    told = {"title": "Tides", "description": "When.", "agree": "yes", "staging_id": staging_id}
    answer = await sent(call, "POST", "/notebooks", name, **{**told, **words})
    assert answer.status == 201, answer.text
    uuid: str = answer.json["uuid"]
    return uuid


async def opened(call: Call, link: str, name: str = "ada") -> Answer:
    """Follow a link that the extension opens in a window, to the form."""
    answer = await call("GET", ROOT + link, headers={**PAGE, **by(name)})
    assert answer.status == 302, answer.text
    form: Answer = await call(
        "GET", ROOT + answer.headers["Location"].partition(ROOT)[2], headers=by(name)
    )
    assert form.status == 200, form.text
    return form


async def asked(gallery: Gallery, look: Callable[[Session], T]) -> T:
    return await gallery.database.run(look, read_only=True)


# -- upload, form, publish -------------------------------------------------------------------------


async def test_an_upload_is_told_what_the_notebook_will_be_known_by(call: Call) -> None:
    told = await staged(call, "tide()")
    assert set(told) == {"commit", "staging_id", "filename", "link"}
    assert told["commit"] == told["staging_id"] == told["link"]
    assert told["filename"].endswith(".ipynb")


async def test_who_does_not_agree_uploads_nothing(call: Call) -> None:
    answer = await call("POST", f"{ROOT}/stages", body="{}", headers={**TEXT, **by("ada")})
    assert (answer.status, "agree" in answer.json["message"]) == (400, True)


async def test_an_upload_of_ones_own_is_linked_and_another_one_is_cloned(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("1", public=True)
    mine = await staged(call, "2", id=uuid)
    theirs = await staged(call, "2", name="bob", id=uuid)
    assert mine["link"] == theirs["clone"] == uuid
    assert "clone" not in mine
    assert "link" not in theirs


@pytest.mark.parametrize("query", ["tags=null", "parent_uuid=undefined", "tags="])
async def test_an_upload_opens_its_form(call: Call, query: str) -> None:
    """What the extension does not know, it writes as ``null`` and ``undefined``."""
    staging_id = (await staged(call, "import seaborn"))["staging_id"]
    form = await opened(call, f"/?staged={staging_id}&{query}")
    fields = fields_in(form.text)
    assert fields["staged"] == staging_id
    assert (fields["tags"], fields["parent_uuid"]) == ("", "")
    assert "visualization" in form.text


def fields_in(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="([^"]*)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


async def formed(call: Call, name: str = "ada", **form: str) -> Answer:
    answer: Answer = await call("POST", f"{ROOT}/form", form=form, headers=by(name))
    return answer


async def test_the_form_publishes_and_the_client_knows_the_notebook(call: Call) -> None:
    told = await staged(call, "tide()")
    words = {"title": "Tides", "description": "When.", "tags": "sea", "public": "true"}
    done = await formed(call, staged=told["staging_id"], **words)
    assert done.status == 303, done.text
    assert done.headers["Location"].endswith(f"/bookstore/gallery/nb/{told['link']}")
    about = (await got(call, f"/notebooks/{told['link']}/metadata")).json
    assert about["commit_id"] == told["commit"]
    assert (about["title"], about["tags"], about["public"]) == ("Tides", "sea", True)


async def test_what_is_wrong_in_the_form_is_told_and_the_upload_stays(call: Call) -> None:
    told = await staged(call, "tide()")
    refused = await formed(call, staged=told["staging_id"], title="a:b", description="When.")
    assert refused.status == 422
    assert 'id="wrong-title"' in refused.text
    assert fields_in(refused.text)["staged"] == told["staging_id"]
    done = await formed(call, staged=told["staging_id"], title="a b", description="When.")
    assert done.status == 303


async def test_the_form_of_a_saved_notebook_makes_a_revision(call: Call, publish: Publish) -> None:
    uuid = await publish("1")
    told = await staged(call, "2", id=uuid)
    form = await opened(call, f"/notebook/{uuid}/?staged={told['staging_id']}")
    fields = fields_in(form.text)
    assert (fields["uuid"], fields["title"]) == (uuid, "Tides")
    words = {"title": "Tides", "description": "When.", "summary": "Two"}
    done = await formed(call, staged=told["staging_id"], uuid=uuid, **words)
    assert done.status == 303, done.text
    about = (await got(call, f"/notebooks/{uuid}/metadata")).json
    assert about["commit_id"] == about["git_commit_id"] == told["commit"]
    revisions = (await got(call, f"/notebooks/{uuid}/revisions")).json["revisions"]
    assert [each["commit_message"] for each in revisions] == ["Two", ""]


async def test_who_may_not_edit_it_is_given_the_form_of_a_change_request(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("1", public=True)
    told = await staged(call, "2", name="bob", id=uuid)
    link = f"{ROOT}/form?staged={told['staging_id']}&uuid={uuid}"
    form = await call("GET", link, headers=by("bob"))
    assert "Ask for this change" in form.text
    assert "Publish" not in unescape(form.text.split("<main")[1])
    done = await formed(
        call, "bob", staged=told["staging_id"], uuid=uuid, comment="Better", summary="Two"
    )
    assert done.status == 200
    assert "You have asked for the change" in done.text
    assert (await got(call, f"/notebooks/{uuid}/metadata")).json["commit_id"] != told["commit"]


async def test_a_fork_remembers_what_it_is_of(call: Call, publish: Publish) -> None:
    uuid = await publish("1", public=True)
    told = await staged(call, "2", name="bob")
    form = await opened(call, f"/?staged={told['staging_id']}&parent_uuid={uuid}", "bob")
    fields = fields_in(form.text)
    assert (fields["parent_uuid"], fields["uuid"], fields["title"]) == (uuid, "", "Tides")
    words = {"title": "Other tides", "description": "When."}
    done = await formed(call, "bob", staged=told["staging_id"], parent_uuid=uuid, **words)
    assert done.status == 303, done.text
    about = (await got(call, f"/notebooks/{told['link']}/metadata", "bob")).json
    assert (about["parent_uuid"], about["owner"]) == (uuid, "bob")


async def test_nobody_uses_or_sees_the_upload_of_somebody_else(call: Call) -> None:
    staging_id = (await staged(call, "secret()"))["staging_id"]
    form = await call("GET", f"{ROOT}/form?staged={staging_id}", headers=by("bob"))
    assert form.status == 404
    assert (await got(call, f"/stages/{staging_id}/preprocess", "bob")).status == 404
    answer = await call("DELETE", f"{ROOT}/stages/{staging_id}", headers=by("bob"))
    assert answer.status == 404
    words = {"title": "Mine", "description": "Now.", "agree": "yes", "staging_id": staging_id}
    assert (await sent(call, "POST", "/notebooks", "bob", **words)).status == 422
    assert (await got(call, f"/stages/{staging_id}/preprocess")).json == {"proposed_tags": []}
    answer = await call("DELETE", f"{ROOT}/stages/{staging_id}", headers=by("ada"))
    assert answer.status == 204
    assert (await got(call, f"/stages/{staging_id}/preprocess")).status == 404


async def test_a_program_publishes_what_it_uploaded(call: Call) -> None:
    uuid = await uploaded(call, "1", tags="sea,tides", private="no")
    about = (await got(call, f"/notebooks/{uuid}/metadata")).json
    assert (about["public"], about["tags"]) == (True, "sea,tides")
    staging_id = (await staged(call, "2", id=uuid))["staging_id"]
    words = {"agree": "yes", "summary": "Two", "friendly_label": "v2"}
    answer = await sent(call, "PUT", f"/notebooks/{uuid}", staging_id=staging_id, **words)
    assert answer.status == 200, answer.text
    assert answer.json["uuid"] == uuid
    assert answer.json["friendly_url"].endswith(uuid)
    [newest, _] = (await got(call, f"/notebooks/{uuid}/revisions")).json["revisions"]
    assert (newest["friendly_label"], newest["commit_id"]) == ("v2", staging_id)


async def test_a_title_that_is_taken_is_told_by_its_field_and_overwritten_on_request(
    call: Call,
) -> None:
    uuid = await uploaded(call, "1")
    staging_id = (await staged(call, "2"))["staging_id"]
    words = {"title": "Tides", "description": "When.", "agree": "yes", "staging_id": staging_id}
    answer = await sent(call, "POST", "/notebooks", **words)
    assert answer.status == 422
    assert [*answer.json["errors"]] == ["title"]
    answer = await sent(call, "POST", "/notebooks", **words, overwrite="true")
    assert (answer.status, answer.json["uuid"]) == (200, uuid)


async def test_a_program_asks_for_a_change_and_deletes(call: Call) -> None:
    uuid = await uploaded(call, "1", private="no")
    asks = {"notebook_id": uuid, "agree": "yes", "comment": "Better"}
    mine = await sent(
        call, "POST", "/change_requests", **asks, staging_id=(await staged(call, "2"))["staging_id"]
    )
    assert (mine.status, [*mine.json["errors"]]) == (422, ["notebook_id"])
    theirs = (await staged(call, "2", name="bob"))["staging_id"]
    answer = await sent(call, "POST", "/change_requests", "bob", **asks, staging_id=theirs)
    assert answer.status == 201
    assert set(answer.json) == {"reqid", "friendly_url"}
    assert (await call("DELETE", f"{ROOT}/notebooks/{uuid}", headers=by("bob"))).status == 403
    gone = await call("DELETE", f"{ROOT}/notebooks/{uuid}", headers=by("ada"))
    assert [*gone.json] == ["forward"]
    assert (await got(call, f"/notebooks/{uuid}/metadata")).status == 404


# -- looking ---------------------------------------------------------------------------------------


async def test_a_download_is_no_json_and_says_where_it_is_from(
    call: Call, publish: Publish
) -> None:
    """As JSON the extension's library would read it, and the extension could not."""
    uuid = await publish("tide()", public=True, tags="sea")
    for name, key in (("ada", "link"), ("bob", "clone")):
        answer = await got(call, f"/notebooks/{uuid}/download", name, _="17")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "filename*" in answer.headers["Content-Disposition"]
        told = json.loads(answer.body)["metadata"]["gallery"]
        assert told[key] == told["uuid"] == uuid
        assert ("link" in told, "clone" in told) == (key == "link", key == "clone")
        assert told["gallery_url"].endswith(ROOT)
        about = (await got(call, f"/notebooks/{uuid}/metadata", name)).json
        assert told["commit"] == about["commit_id"]
        assert not {"link", "clone", "commit", "gallery_url"} & set(about)
        assert about.items() <= told.items()


async def test_the_sources_of_a_download_are_texts(call: Call, publish: Publish) -> None:
    """The classic notebook takes no lists of lines from the extension, and shows nothing."""
    uuid = await publish("tide()\nmoon()", "# Tides\n\nand moons")
    body = json.loads((await got(call, f"/notebooks/{uuid}/download")).body)
    assert [each["source"] for each in body["cells"]] == [
        "tide()\nmoon()",
        "# Tides\n\nand moons",
    ]


async def test_a_download_that_comes_back_brings_nothing_of_that_with_it(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("tide()")
    body = (await got(call, f"/notebooks/{uuid}/download")).body
    answer = await call(
        "POST",
        f"{ROOT}/stages?agree=yes&id={uuid}",
        body=body,
        headers={**TEXT, **by("ada")},
    )
    words = {"title": "Tides", "description": "When."}
    await formed(call, staged=answer.json["staging_id"], uuid=uuid, **words)
    kept = (await call("GET", f"{API}/{uuid}?content=1", headers=by("ada"))).json["content"]
    assert "gallery" not in kept["metadata"]


async def test_downloads_are_counted_unless_folders_are_filled(
    call: Call, publish: Publish, gallery: Gallery
) -> None:
    uuid = await publish("1")
    for query in ({}, {"run": "true"}, {"clickstream": "false"}):
        assert (await got(call, f"/notebooks/{uuid}/download", **query)).status == 200
    clicks = await asked(gallery, lambda session: [*session.scalars(select(Click.action))])
    assert clicks.count("downloaded notebook") == 1
    assert clicks.count("ran notebook") == 1


async def test_links_of_every_kind_lead_to_the_notebook(call: Call, publish: Publish) -> None:
    uuid = await publish("1")
    number = (await got(call, f"/notebooks/{uuid}/metadata")).json["id"]
    for name in (uuid, uuid[:8], f"{number}-tides", str(number)):
        assert (await got(call, f"/notebooks/{name}/uuid")).json == {"uuid": uuid}
        for kind in ("notebook", "nb", "notebooks"):
            link = await call("GET", f"{ROOT}/{kind}/{name}/", headers={**PAGE, **by("ada")})
            assert link.status == 302
            assert link.headers["Location"].endswith(f"/bookstore/gallery/nb/{uuid}")
    assert (await got(call, f"/nb/{uuid}/tides/uuid")).json == {"uuid": uuid}
    behind = await call("GET", f"/bookstore/gallery/nb/{uuid}/uuid", headers=by("ada"))
    assert behind.json == {"uuid": uuid}
    program = await got(call, f"/notebooks/{uuid}")
    assert program.status == 301
    assert urlsplit(program.headers["Location"]).path.endswith(f"/notebooks/{uuid}/download")


async def test_a_difference_is_of_what_is_written_in_the_cells(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("tide()\nmoon()", "sun()", public=True)
    same = ipynb("tide()\nmoon()", "sun()")
    same["metadata"]["kernelspec"] = {"name": "other", "display_name": "Other"}
    other = ipynb("tide()\nmars()", "<img src=x onerror=steal()>")
    for content, is_different in ((same, False), (other, True)):
        answer = await call(
            "POST",
            f"{ROOT}/notebooks/{uuid}/diff",
            body=json.dumps(content),
            headers={**TEXT, **by("bob")},
        )
        told = answer.json
        assert told["different"] is is_different
        assert set(told) == {"different", "css", "inline", "split"}
        assert told["css"].startswith("<style>")
    assert "<img" not in told["inline"]
    before, after = told["split"]
    assert "sun" in before
    assert "sun" not in after
    assert "steal" not in before
    assert "steal" in after


async def test_folders_of_starred_and_recently_executed_notebooks_are_filled(
    call: Call, publish: Publish
) -> None:
    liked, ran = await publish("1"), await publish("2", title="Moons")
    assert (await got(call, "/notebooks/stars")).json == []
    assert (await sent(call, "PATCH", f"/notebooks/{liked}/star", star="true")).json == {
        "star": True
    }
    md5 = hashlib.md5(b"2").hexdigest()
    await sent(call, "POST", "/executions", uuid=ran, md5=md5, success="true", runtime="5")
    [starred] = (await got(call, "/notebooks/stars", _="1")).json
    assert set(starred) == {
        *("uuid", "title", "description", "public", "lang", "lang_version", "commit_id"),
        *("content_updated_at", "tags", "owner", "creator", "updater", "url"),
    }
    assert starred["uuid"] == liked
    [executed] = (await got(call, "/notebooks/recently_executed")).json
    assert executed["uuid"] == ran
    assert (await got(call, "/notebooks/stars", "bob")).json == []


async def test_notebooks_are_found_and_listed(call: Call, publish: Publish) -> None:
    uuids = [await publish(str(n), title=f"Tide {n}", public=True, tags="sea") for n in range(3)]
    await publish("3", title="Secret tide")
    for route in ("/notebooks", "/tags/sea", "/users/ada", "/languages/python"):
        found = (await got(call, route, "bob")).json
        assert {each["uuid"] for each in found} == {*uuids}, route
    query = {"q": "tide", "sort": "title", "count": "2"}
    first = (await got(call, "/notebooks", "bob", **query)).json
    second = (await got(call, "/notebooks", "bob", **query, page="2")).json
    assert [each["title"] for each in first + second] == ["Tide 0", "Tide 1", "Tide 2"]
    assert (await got(call, "/notebooks", "bob", **query, page="3")).json == []
    assert (await got(call, "/notebooks", page="0")).status == 400
    assert (await got(call, "/groups/none")).json == []
    for route, word, value in (("/tags", "tag", "sea"), ("/languages", "lang", "python")):
        [told] = (await got(call, route, "bob")).json
        assert (told[word], told["notebooks"], told.keys()) == (
            value,
            3,
            {word, "notebooks", "url"},
        )
        assert told["url"].endswith(f"/bookstore/gallery/{route[1:-1]}/{value}")
    assert (await got(call, "/notebooks/shared_with_me", "bob")).json == []


async def test_one_thing_at_a_time_is_told_and_changed(call: Call, publish: Publish) -> None:
    uuid = await publish("1", tags="sea")
    await call("GET", "/bookstore/gallery", headers=by("bob"))  # so that bob is known
    for route, field, value, told in (
        ("title", "title", "Moons", "Moons"),
        ("description", "description", "Why.", "Why."),
        ("tags", "tags", "moon,night", ["moon", "night"]),
        ("public", "public", "yes", True),
        ("shares", "shares", "bob", ["bob"]),
        ("star", "star", "1", True),
    ):
        changed = await sent(call, "PATCH", f"/notebooks/{uuid}/{route}", **{field: value})
        assert changed.json == {field: told}, changed.text
        assert (await got(call, f"/notebooks/{uuid}/{route}")).json == {field: told}
    assert (await got(call, f"/notebooks/{uuid}/owner")).json == {"owner": "ada"}
    given = await sent(call, "PATCH", f"/notebooks/{uuid}/owner", owner="user:bob")
    assert given.status == 200, given.text
    assert (await got(call, f"/notebooks/{uuid}/owner", "bob")).json == {"owner": "bob"}
    url = (await got(call, f"/notebooks/{uuid}/friendly_url", "bob")).json["friendly_url"]
    assert url.endswith(f"/bookstore/gallery/nb/{uuid}")


# -- what the extensions tell ----------------------------------------------------------------------


async def test_a_cell_that_was_run_is_known_by_its_source(
    call: Call, publish: Publish, gallery: Gallery
) -> None:
    """The two extensions say how long it took in two units."""
    uuid = await publish("first()", "second()", public=True)
    for source, runtime, success in (
        ("first()", "1500", "true"),
        ("second()", "2.25", "false"),
        ("changed()", "1", "true"),
    ):
        told = {"md5": hashlib.md5(source.encode()).hexdigest(), "runtime": runtime}
        answer = await sent(call, "POST", "/executions", "bob", uuid=uuid, success=success, **told)
        assert answer.status == 204, answer.text
    rows = await asked(gallery, lambda session: [*session.scalars(select(Execution))])
    assert [(row.runtime, row.success) for row in rows] == [(1.5, True), (2.25, False)]
    [day] = await asked(gallery, lambda session: [*session.scalars(select(ExecutionHistory))])
    assert (day.known_cell, day.unknown_cell) == (True, True)
    clicks = await asked(gallery, lambda session: [*session.scalars(select(Click.action))])
    assert clicks.count("executed notebook") == 1


async def test_executions_of_what_one_may_not_read_are_not_taken(
    call: Call, publish: Publish, gallery: Gallery
) -> None:
    uuid = await publish("secret()")
    told = {"md5": hashlib.md5(b"secret()").hexdigest(), "success": "true", "runtime": "1"}
    for name, status in (("bob", 404), ("", 401), ("ada", 204)):
        answer = await sent(call, "POST", "/executions", name, uuid=uuid, **told)
        assert answer.status == status, answer.text
    rows = await asked(gallery, lambda session: [*session.scalars(select(Execution))])
    assert len(rows) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"md5": "x"}, {"runtime": "nan"}, {"runtime": "-1"}, {"runtime": ""}, {"runtime": "9" * 40}],
)
async def test_an_execution_that_cannot_be_is_refused(
    call: Call, publish: Publish, gallery: Gallery, wrong: dict[str, str]
) -> None:
    told = {"uuid": await publish("1"), "md5": "0" * 32, "success": "true", "runtime": "1"}
    answer = await sent(call, "POST", "/executions", **{**told, **wrong})
    assert answer.status in (400, 422), answer.text
    assert next(iter(wrong)) in answer.json["message"]
    assert await asked(gallery, lambda session: [*session.scalars(select(ExecutionHistory))]) == []


async def test_who_floods_the_gallery_with_executions_has_to_wait(
    call: Call, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "Pace", lambda *_: Pace(3, 0.001))
    told = {"uuid": await publish("1"), "md5": "0" * 32, "success": "true", "runtime": "1"}
    statuses = [(await sent(call, "POST", "/executions", **told)).status for _ in range(3)]
    assert statuses == [204] * 3
    late = await sent(call, "POST", "/executions", **told)
    assert late.status == 429
    assert int(late.headers["Retry-After"]) > 0


def test_a_pace_is_kept_for_each() -> None:
    pace = Pace(2, 0.5)
    assert [pace.waits(1, 0.0) for _ in range(3)] == [0, 0, 2]
    assert pace.waits(2, 0.0) == 0
    assert [pace.waits(1, 2.0), pace.waits(1, 2.0)] == [0, 2]


async def test_a_server_registers_itself_and_moves(call: Call) -> None:
    told = {"name": "JupyterLab", "url": "http://127.0.0.1:8888/", "user_interface": "lab"}
    for changed in ({}, {"url": "http://127.0.0.1:9999/", "user_interface": "notebook"}):
        answer = await sent(call, "POST", "/environments", **{**told, **changed})
        assert answer.status == 204, answer.text
    [known] = (await got(call, "/environments")).json
    assert (known["url"], known["user_interface"]) == ("http://127.0.0.1:9999/", "lab")
    await sent(call, "POST", "/environments", name="Other", url="https://other.example.org/")
    assert len((await got(call, "/environments")).json) == 2
    answer = await sent(call, "PATCH", f"/environments/{known['id']}", default="true")
    assert answer.json["default"] is True
    assert [each["name"] for each in (await got(call, "/environments")).json] == ["JupyterLab"]
    assert (await got(call, "/environments", "bob")).json == []
    for verb in ("PATCH", "DELETE"):
        theirs = await sent(call, verb, f"/environments/{known['id']}", "bob", name="Mine")
        assert theirs.status == 404
    gone = await call("DELETE", f"{ROOT}/environments/{known['id']}", headers=by("ada"))
    assert gone.status == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "javascript:alert(1)"},
        {"url": "http://"},
        {"url": "http://a b/"},
        {"url": f"http://{'x' * 300}/"},
        {"name": "<i>"},
        {"name": ""},
        {"user_interface": "emacs"},
    ],
)
async def test_a_server_that_cannot_be_is_refused(call: Call, wrong: dict[str, str]) -> None:
    told = {"name": "JupyterLab", "url": "http://127.0.0.1:8888/", **wrong}
    answer = await sent(call, "POST", "/environments", **told)
    assert (answer.status, [*answer.json["errors"]]) == (422, [*wrong])
    assert (await got(call, "/environments")).json == []


async def test_preferences_are_kept_one_by_one(call: Call) -> None:
    lab = json.dumps({"/home/ada/.jupyter/x": '{"theme": "dark"}'})
    await sent(call, "POST", "/preferences", lab_preferences=lab)
    await sent(call, "POST", "/preferences", smartIndent="true", indentUnit="4", tab_size="2")
    told = (await got(call, "/preferences", _="1")).json
    assert told["lab_preferences"] == lab
    assert (told["smart_indent"], told["indent_unit"], told["tab_size"]) == (True, 4, 2)
    assert told["easy_buttons"] is None
    theirs = (await got(call, "/preferences", "bob")).json
    assert {*theirs} == {*told}
    assert {*theirs.values()} == {None}


@pytest.mark.parametrize("wrong", [{"tab_size": "x"}, {"lab_preferences": "x" * 70_000}])
async def test_preferences_that_cannot_be_are_refused(call: Call, wrong: dict[str, str]) -> None:
    answer = await sent(call, "POST", "/preferences", **wrong)
    assert (answer.status, [*answer.json["errors"]]) == (422, [*wrong])


# -- who may ---------------------------------------------------------------------------------------

READS = (
    *("metadata", "download", "uuid", "friendly_url", "revisions", "title", "description"),
    *("tags", "public", "owner", "shares", "star"),
)


async def test_a_private_notebook_is_not_there_for_others(call: Call, publish: Publish) -> None:
    uuid = await publish("secret()", title="Secret")
    number = (await got(call, f"/notebooks/{uuid}/metadata")).json["id"]
    for what in READS:
        for name in (uuid, uuid[:8], str(number)):
            answer = await got(call, f"/notebooks/{name}/{what}", "bob")
            assert answer.status == 404, (what, answer.text)
            assert "Secret" not in answer.text
            if name != uuid:
                assert uuid not in answer.text
    link = await call("GET", f"{ROOT}/nb/{uuid[:8]}", headers={**PAGE, **by("bob")})
    assert uuid not in link.headers["Location"]
    refused = [
        await sent(call, "PATCH", f"/notebooks/{uuid}/{what}", "bob", **{what: "x"})
        for what in ("title", "description", "tags", "public", "owner", "shares", "star")
    ]
    refused.append(await sent(call, "PUT", f"/notebooks/{uuid}", "bob", agree="yes"))
    for route in (f"/notebooks/{uuid}/diff", f"/stages?agree=yes&id={uuid}"):
        content = json.dumps(ipynb("1"))
        headers = {**TEXT, **by("bob")}
        refused.append(await call("POST", ROOT + route, body=content, headers=headers))
    assert {answer.status for answer in refused} == {404}


async def test_who_did_not_sign_in_is_told_to(call: Call, publish: Publish) -> None:
    uuid = await publish("1", public=True)
    for verb, route in (
        ("GET", f"/notebooks/{uuid}/metadata"),
        ("GET", "/notebooks/stars"),
        ("GET", "/preferences"),
        ("POST", "/environments"),
        ("POST", "/stages?agree=yes"),
        ("POST", f"/notebooks/{uuid}/diff"),
    ):
        body = None if verb == "GET" else "{}"
        headers = {**TEXT, **by("")}
        answer = await call(verb, ROOT + route, body=body, headers=headers, with_token=False)
        assert answer.status == 401, (route, answer.status)
    link = await call(
        "GET", f"{ROOT}/notebook/{uuid}/?staged=x", headers={**PAGE, **by("")}, with_token=False
    )
    assert link.status == 302
    assert parse_qs(urlsplit(link.headers["Location"]).query)["next"][0].endswith("?staged=x")


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"nbformat": 4, "cells": 7}'],
)
async def test_rubbish_is_refused_in_words(call: Call, publish: Publish, body: bytes) -> None:
    uuid = await publish("1")
    for route in ("/stages?agree=yes", f"/notebooks/{uuid}/diff"):
        answer = await call("POST", ROOT + route, body=body, headers={**TEXT, **by("ada")})
        assert answer.status in (400, 422), (route, answer.status)
        assert answer.json["message"]
    answer = await call(
        "POST",
        f"{ROOT}/notebooks",
        body=body,
        headers={**JSON, "Content-Type": "application/json", **by("ada")},
    )
    assert answer.status in (400, 422)


@pytest.mark.parametrize("gallery_config", [{**LISTED, "most_bytes": 1000}])
async def test_an_upload_that_is_too_large_is_refused(call: Call) -> None:
    for size in (2_000, 20_000):
        answer = await call(
            "POST",
            f"{ROOT}/stages?agree=yes",
            body=json.dumps(ipynb("x" * size)),
            headers={**TEXT, **by("ada")},
        )
        assert answer.status == 413


async def test_somebody_who_uploads_and_says_nothing_is_stopped(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookstore.gallery.catalogue.staging.MOST_WAITING", 2)
    first = (await staged(call, "1"))["staging_id"]
    await staged(call, "2")
    body, headers = json.dumps(ipynb("3")), {**TEXT, **by("ada")}
    assert (
        await call("POST", f"{ROOT}/stages?agree=yes", body=body, headers=headers)
    ).status == 429
    await staged(call, "1", name="bob")
    await call("DELETE", f"{ROOT}/stages/{first}", headers=by("ada"))
    await staged(call, "3")


@pytest.mark.parametrize("gallery_config", [{}])
async def test_switched_off_there_is_nothing(call: Call) -> None:
    for verb, route in (
        ("GET", ""),
        ("GET", "/notebooks"),
        ("GET", "/environments"),
        ("POST", "/stages?agree=yes"),
        ("POST", "/executions"),
        ("OPTIONS", "/stages"),
        ("GET", "/form"),
        ("POST", "/form"),
        ("PATCH", "/notebooks/x/title"),
        ("DELETE", "/nothing"),
    ):
        for headers in (by("ada"), {**by(""), "Origin": LAB}):
            body = None if verb in ("GET", "OPTIONS", "DELETE") else "{}"
            answer = await call(verb, ROOT + route, body=body, headers=headers)
            assert answer.status == 404, (verb, route, answer.status)
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "gallery_config",
    [{"nbgallery_origins": [each]} for each in ("*", "null", "http://a/b", "localhost:8888", "")],
)
async def test_what_is_no_origin_is_told(call: Call) -> None:
    answer = await call("GET", "/bookstore/gallery", headers=by("ada"))
    assert answer.status == 500
    assert "nbgallery_origins" in answer.text
