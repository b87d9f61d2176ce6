"""What an owner does with a notebook that is there, by forms."""

from __future__ import annotations

import pytest
from gallery_web import API, Publish, by
from http_helpers import Answer, Call

NB = "/bookstore/gallery/nb"

pytestmark = pytest.mark.usefixtures("identity")


async def sent(call: Call, route: str, name: str = "ada", **form: str) -> Answer:
    answer: Answer = await call("POST", f"{NB}/{route}", form=form, headers=by(name))
    return answer


async def test_words_and_readers_are_changed_at_once(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Tides", tags="sea")
    page = (await call("GET", f"{NB}/{uuid}/edit")).text
    assert 'name="title" value="Tides"' in page
    assert 'name="tags" value="sea"' in page
    form = {"title": "Ebb", "description": "When it goes.", "tags": "low", "public": "true"}
    answer = await sent(call, f"{uuid}/edit", **form)
    assert answer.status == 303, answer.text
    told = (await call("GET", f"{API}/{uuid}", headers=by("bob"))).json
    assert (told["title"], told["tags"], told["public"]) == ("Ebb", ["low"], True)


async def test_what_is_wrong_changes_nothing(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Tides")
    await publish(title="Taken")
    form = {"title": "Taken", "description": " ", "tags": "trusted, mine"}
    answer = await sent(call, f"{uuid}/edit", **form)
    assert answer.status == 422
    for field in ("title", "description", "tags"):
        assert f'id="wrong-{field}"' in answer.text
    assert 'name="tags" value="trusted, mine"' in answer.text
    assert (await call("GET", f"{API}/{uuid}")).json["title"] == "Tides"


async def test_it_is_deprecated_and_used_again(call: Call, publish: Publish) -> None:
    uuid = await publish(public=True)
    refused = await sent(call, f"{uuid}/deprecate", reason=" ")
    assert refused.status == 422
    assert 'id="wrong-reason"' in refused.text
    assert (await sent(call, f"{uuid}/deprecate", reason="Too old.")).status == 303
    assert "Too old." in (await call("GET", f"{NB}/{uuid}")).text
    assert (await call("GET", API)).json["notebooks"] == []
    assert (await sent(call, f"{uuid}/deprecate", undo="true")).status == 303
    assert len((await call("GET", API)).json["notebooks"]) == 1


async def test_what_is_deleted_can_be_restored(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Tides <1>")
    answer = await sent(call, f"{uuid}/delete")
    assert "“Tides &lt;1&gt;” is deleted" in answer.text
    assert (await call("GET", f"{NB}/{uuid}")).status == 404
    assert (await sent(call, f"{uuid}/restore", "bob")).status == 404
    assert (await sent(call, f"{uuid}/restore")).status == 303
    assert (await call("GET", f"{NB}/{uuid}")).status == 200


async def test_it_is_shared_to_read_and_to_edit(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Ours")
    for name in ("bob", "cy", "dan"):
        assert (await call("GET", f"{NB}/{uuid}", headers=by(name))).status == 404
    assert (await sent(call, f"{uuid}/share", viewers="bob, ", editors=" cy")).status == 303
    page = (await call("GET", f"{NB}/{uuid}/edit")).text
    assert 'name="viewers" value="bob"' in page
    assert 'name="editors" value="cy"' in page
    told = {
        name: (await call("GET", f"{API}/{uuid}", headers=by(name)))
        for name in ("bob", "cy", "dan")
    }
    assert told["dan"].status == 404
    assert (told["bob"].json["may_edit"], told["cy"].json["may_edit"]) == (False, True)
    shelf = await call("GET", "/bookstore/gallery/shelf/shared", headers=by("bob"))
    assert uuid in shelf.text
    refused = await sent(call, f"{uuid}/share", viewers="bob, nobody <b>")
    assert refused.status == 422
    assert "Nobody is known here as nobody &lt;b&gt;." in refused.text
    assert 'value="bob, nobody &lt;b&gt;"' in refused.text
    assert (await sent(call, f"{uuid}/share")).status == 303
    assert (await call("GET", f"{API}/{uuid}", headers=by("cy"))).status == 404


@pytest.mark.parametrize("deed", ["edit", "share", "deprecate", "delete"])
async def test_others_may_do_none_of_it(call: Call, publish: Publish, deed: str) -> None:
    public = await publish(title="Ours", public=True)
    private = await publish(title="Mine")
    form = {"title": "Theirs", "description": "x", "reason": "x"}
    assert (await sent(call, f"{public}/{deed}", "bob", **form)).status == 403
    assert (await sent(call, f"{private}/{deed}", "bob", **form)).status == 404
    page = await call("GET", f"{NB}/{public}", headers=by("bob"))
    assert "/edit" not in page.text
    assert (await call("GET", f"{NB}/{public}/edit", headers=by("bob"))).status == 403


async def test_what_was_deleted_is_listed_for_those_who_may_restore_it(
    call: Call, publish: Publish
) -> None:
    shelf = (await call("GET", "/bookstore/gallery/shelf/mine", headers=by("ada"))).text
    assert "/bookstore/gallery/deleted" in shelf
    uuid = await publish(title="Tides <1>")
    await sent(call, f"{uuid}/delete")
    gone = "/bookstore/gallery/deleted"
    text = (await call("GET", gone, headers=by("ada"))).text
    assert "Tides &lt;1&gt;" in text
    assert f"/nb/{uuid}/restore" in text
    assert "Tides" not in (await call("GET", gone, headers=by("bob"))).text
    await sent(call, f"{uuid}/restore")
    assert "nothing that you could restore" in (await call("GET", gone, headers=by("ada"))).text
    assert (await call("GET", f"{gone}?after=x", headers=by("ada"))).status == 400
