"""What a front end asks of the gallery: shelves, previews, comparisons, drafts."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from gallery_web import API, Publish, by, ipynb
from http_helpers import Call
from jupyter_server.serverapp import ServerApp

from bookstore.extras import GALLERY, has
from bookstore.gallery_door import PAGE_OPTION

pytestmark = pytest.mark.usefixtures("identity")
DRAFT = "/api/bookstore/gallery/draft"


def titles(answer: Any) -> list[str]:
    return sorted(each["title"] for each in answer.json["notebooks"])


async def test_shelves_are_searched(call: Call, publish: Publish) -> None:
    await publish(title="Tides", public=True)
    theirs = await publish(title="Tidal waves", name="bob", public=True)
    await publish("sweep()", title="Dust", public=True, description="Of rooms.")
    assert titles(await call("GET", f"{API}?shelf=mine")) == ["Dust", "Tides"]
    assert titles(await call("GET", f"{API}?shelf=mine&q=Tides")) == ["Tides"]
    assert titles(await call("GET", f"{API}?shelf=starred")) == []
    await call("PUT", f"{API}/{theirs}/star")
    assert titles(await call("GET", f"{API}?shelf=starred&q=waves&facets=1")) == ["Tidal waves"]
    assert titles(await call("GET", f"{API}?shelf=starred", headers=by("bob"))) == []
    assert titles(await call("GET", f"{API}?shelf=all")) == ["Dust", "Tidal waves", "Tides"]
    assert (await call("GET", f"{API}?shelf=lost")).is_error(400, "bad_request")


async def test_a_list_says_what_each_is_about_in_plain_text(call: Call, publish: Publish) -> None:
    await publish(description="When **the water** [comes](https://a.org).\n\nMore.")
    [row] = (await call("GET", API)).json["notebooks"]
    assert row["excerpt"] == "When the water comes."


async def test_a_preview_is_a_document_with_a_wall_of_its_own(call: Call, publish: Publish) -> None:
    """Headers do not reach into the ``srcdoc`` of a frame."""
    risky = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    uuid = await publish(*(f"# {risky} {n}" for n in range(25)), description=f"**Sea** {risky}")
    shown = (await call("GET", f"{API}/{uuid}/preview")).json
    assert (shown["start"], shown["stop"], shown["cells"]) == (0, 20, 25)
    assert "default-src &#39;none&#39;" in shown["html"]
    assert "<strong>Sea</strong>" in shown["html"]
    assert "<script" not in shown["html"]
    assert "onerror" not in shown["html"].replace("onerror=alert(1)&gt;", "")
    rest = (await call("GET", f"{API}/{uuid}/preview?cell=20")).json
    assert (rest["start"], rest["stop"]) == (20, 25)
    assert "Sea" not in rest["html"]


@pytest.mark.parametrize(("scheme", "media"), [("dark", "@media all"), ("light", "not all")])
async def test_a_preview_has_the_colours_of_the_front_end(
    call: Call, publish: Publish, scheme: str, media: str
) -> None:
    """Which are not those of the browser."""
    uuid = await publish()
    shown = (await call("GET", f"{API}/{uuid}/preview?scheme={scheme}")).json
    assert media in shown["html"]
    assert "prefers-color-scheme" not in shown["html"]
    wrong = await call("GET", f"{API}/{uuid}/preview?scheme=pink")
    assert wrong.is_error(400, "bad_request")


async def test_an_earlier_revision_is_previewed_compared_and_cloned_as_itself(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("first()")
    again = await call("POST", API, json_body={"uuid": uuid, "content": ipynb("second()")})
    newest, oldest = (await call("GET", f"{API}/{uuid}/revisions")).json["revisions"]
    shown = (await call("GET", f"{API}/{uuid}/preview?revision={oldest['id']}")).json
    assert shown["revision"] == oldest["id"]
    assert "first" in shown["html"]
    copy = await call("POST", f"{API}/{uuid}/clone", json_body={"revision": oldest["id"]})
    model = await call("GET", f"/api/contents/{copy.json['path']}")
    origin = model.json["content"]["metadata"]["gallery"]
    assert origin == {"uuid": uuid, "commit": oldest["commit_id"]}
    assert oldest["commit_id"] != newest["commit_id"] == again.json["commit_id"]


async def test_a_copy_is_compared_beside_what_publishing_takes_out(
    call: Call, publish: Publish
) -> None:
    uuid = await publish("same()", "changed()")
    copy = ipynb("same()", "mine()")
    output = {"output_type": "stream", "name": "stdout", "text": "ran\n"}
    copy["cells"][0].update(outputs=[output], execution_count=3)
    copy["metadata"]["gallery"] = {"uuid": uuid, "commit": "x"}
    copy["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    answer = (await call("POST", f"{API}/{uuid}/diff", json_body={"content": copy})).json
    summary = answer["summary"]
    assert (summary["cells_changed"], summary["outputs_changed"]) == (1, 0)
    assert not summary["metadata_changed"]
    assert [each["source"] for each in answer["base"]["cells"]] == ["same()", "mine()"]
    for wrong, status in (([], 400), ({"cells": 5}, 422), ({}, 422)):
        refused = await call("POST", f"{API}/{uuid}/diff", json_body={"content": wrong})
        assert refused.status == status, refused.text


async def test_a_draft_says_what_is_known_beforehand(call: Call, publish: Publish) -> None:
    saved = {"type": "notebook", "content": ipynb("import matplotlib")}
    await call("PUT", "/api/contents/low_tide-2.ipynb", json_body=saved)
    told = (await call("GET", f"{DRAFT}?path=low_tide-2.ipynb")).json
    assert told["title"] == "low tide 2"
    assert told["proposed_tags"] == ["visualization"]
    assert (told["origin"], told["groups"], told["problem"]) == (None, [], "")
    assert (told["user"], told["outputs_may_be_kept"]) == ("ada", False)
    missing = await call("GET", f"{DRAFT}?path=none.ipynb")
    assert missing.is_error(404, "not_found")


@pytest.mark.parametrize(("name", "may_edit"), [("ada", True), ("bob", False)])
async def test_a_draft_knows_what_it_is_a_copy_of(
    call: Call, publish: Publish, name: str, may_edit: bool
) -> None:
    uuid = await publish("import plotly", public=True, tags="sea")
    target = {"target_path": "copy.ipynb"}
    await call("POST", f"{API}/{uuid}/clone", json_body=target, headers=by(name))
    told = (await call("GET", f"{DRAFT}?path=copy.ipynb", headers=by(name))).json
    assert told["origin"]["uuid"] == uuid
    assert (told["origin"]["title"], told["origin"]["tags"]) == ("Tides", ["sea"])
    assert told["origin"]["may_edit"] is may_edit


async def test_a_draft_of_what_cannot_be_published_says_why(call: Call, server: ServerApp) -> None:
    """The form is there all the same, and so is what was to be said in it."""
    odd = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"gallery": ["odd"]}, "cells": [{}]}
    Path(server.contents_manager.root_dir, "odd.ipynb").write_text(json.dumps(odd))  # noqa: ASYNC240
    told = (await call("GET", f"{DRAFT}?path=odd.ipynb")).json
    assert told["problem"]
    assert told["origin"] is None


async def test_what_is_private_is_no_preview_comparison_or_origin(
    call: Call, publish: Publish
) -> None:
    uuid = await publish(title="Mine")
    bob = by("bob")
    assert (await call("GET", f"{API}/{uuid}/preview", headers=bob)).status == 404
    content = {"content": ipynb("a")}
    assert (await call("POST", f"{API}/{uuid}/diff", json_body=content, headers=bob)).status == 404
    await call("POST", f"{API}/{uuid}/clone", json_body={"target_path": "copy.ipynb"})
    told = (await call("GET", f"{DRAFT}?path=copy.ipynb", headers=bob)).json
    assert told["origin"] is None


async def test_a_page_says_whether_there_is_a_gallery(server: ServerApp) -> None:
    assert server.web_app.settings["page_config_data"][PAGE_OPTION] is True


@pytest.mark.parametrize("bookstore_config", [{"published_prefix": ""}])
async def test_a_page_says_that_there_is_none_where_publishing_is_off(server: ServerApp) -> None:
    assert server.web_app.settings["page_config_data"][PAGE_OPTION] is False


def test_a_page_says_that_there_is_none_where_a_package_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looking imports nothing."""
    assert has(*GALLERY)
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "nh3" else found(name, *a)
    )
    assert not has(*GALLERY)
