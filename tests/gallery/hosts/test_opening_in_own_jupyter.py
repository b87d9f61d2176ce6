"""A notebook opens in a Jupyter without the bucket: it is fetched from the gallery, by a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from gallery_web import API
from hosted_gallery import GALLERY, Hosted, Visitor, hosted
from sqlalchemy import select, update

from bookstore.client.gallery_copies import TICKET, fetch_copy
from bookstore.errors import Forbidden, NotFound
from bookstore.gallery.accounts.tickets import MOST_TICKETS
from bookstore.gallery.database.models import Token, now
from bookstore.gallery.web.opening import base_url_of

JUPYTER = "http://localhost:8888"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery whose members have Jupyters of their own."""
    settings = {"members_have_jupyter": True}
    with hosted(tmp_path_factory.mktemp("own-jupyter"), GallerySettings=settings) as served:
        yield served


@pytest.fixture
def ada(gallery: Hosted) -> Visitor:
    """A member who has said where their Jupyter is."""
    visitor = gallery.visitor(gallery.member())
    uuid = visitor.publish()
    page = visitor.post(f"{GALLERY}/nb/{uuid}/open", url=JUPYTER)
    assert page.status_code == 200
    assert f"Open in {JUPYTER}/" in page.text
    return visitor


def opened(visitor: Visitor, uuid: str, **query: str) -> dict[str, str]:
    """Follow *Open in Jupyter*, and return what the Jupyter there is asked."""
    answer = visitor.get(f"{GALLERY}/nb/{uuid}/open", params=query)
    assert answer.status_code == 303, answer.text
    sent = urlsplit(answer.headers["Location"])
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{JUPYTER}/bookstore/gallery-clone"
    return {name: values[0] for name, values in parse_qs(sent.query).items()}


def fetched(asked: dict[str, str], uuid: str = "") -> str:
    """Do as the Jupyter does, and return the source of the first cell."""
    copy = fetch_copy(
        asked["gallery"],
        uuid or asked["notebook"],
        revision=asked.get("revision", ""),
        ticket=asked.get("ticket_code", ""),
        most_bytes=10**6,
    )
    source: str = copy.content["cells"][0]["source"]
    return source


def test_a_member_says_once_where_their_jupyter_is(gallery: Hosted) -> None:
    visitor = gallery.visitor(gallery.member())
    uuid = visitor.publish()
    page = visitor.get(f"{GALLERY}/nb/{uuid}/open")
    assert page.status_code == 200
    assert "Where is your Jupyter?" in page.text
    assert f'c.BookstoreSettings.galleries = ["{gallery.url}/"]' in page.text
    wrong = visitor.post(f"{GALLERY}/nb/{uuid}/open", url="javascript:alert(1)")
    assert wrong.status_code == 422
    assert "http or https" in wrong.text
    visitor.post(f"{GALLERY}/nb/{uuid}/open", url=JUPYTER)
    assert opened(visitor, uuid)["notebook"] == uuid
    choice = visitor.get(f"{GALLERY}/nb/{uuid}/open", params={"choose": "1"})
    assert f"Open in {JUPYTER}/" in choice.text


@pytest.mark.parametrize(
    ("copied", "kept"),
    [
        ("http://localhost:8888", "http://localhost:8888/"),
        (" http://localhost:8888/lab?token=abc ", "http://localhost:8888/"),
        ("http://localhost:8888/lab/tree/a/lab/b.ipynb", "http://localhost:8888/"),
        ("https://hub.test/user/ada/tree#x", "https://hub.test/user/ada/"),
        ("https://lab.test/lab/", "https://lab.test/"),
        ("https://lab", "https://lab/"),
        ("https://a.test/laboratory/?a=b", "https://a.test/laboratory/"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(copied: str, kept: str) -> None:
    """The token that is in it is not kept."""
    assert base_url_of(copied) == kept


def test_a_private_notebook_is_fetched_with_the_ticket_alone(gallery: Hosted, ada: Visitor) -> None:
    uuid = ada.publish("secret()", public=False)
    asked = opened(ada, uuid)
    assert asked["gallery"] == f"{gallery.url}/"
    assert fetched(asked) == "secret()"
    assert fetched(asked) == "secret()", "it is shown, and then cloned"
    for wrong in ("", "bookstore_guessed", asked["ticket_code"][:-1]):
        with pytest.raises(Forbidden):
            fetched({**asked, "ticket_code": wrong})


def test_a_ticket_is_for_its_notebook_and_for_nothing_else(gallery: Hosted, ada: Visitor) -> None:
    uuid, other = ada.publish(public=False), ada.publish(public=False)
    asked = opened(ada, uuid)
    with pytest.raises(Forbidden):
        fetched(asked, other)
    program = gallery.visitor()
    ticket = asked["ticket_code"]
    for header in ({TICKET: ticket}, {"Authorization": f"Bearer {ticket}"}):
        for route in ("", f"/{uuid}", f"/{uuid}/revisions", f"/{uuid}/preview"):
            answer = program.get(f"{API}{route}", headers=header)
            assert answer.status_code in (401, 403), (header, route)
        answer = program.send("DELETE", f"{API}/{uuid}", headers=header)
        assert answer.status_code in (401, 403)
    assert "Open in Jupyter" not in ada.get(f"{GALLERY}/account").text


def test_a_ticket_is_as_good_as_its_reader(gallery: Hosted, ada: Visitor) -> None:
    """Who may not read a notebook any more has a ticket that opens nothing."""
    reader = gallery.visitor(gallery.member())
    uuid = ada.publish(public=True)
    reader.post(f"{GALLERY}/nb/{uuid}/open", url=JUPYTER)
    asked = opened(reader, uuid)
    fetched(asked)
    answer = ada.send(
        "PATCH", f"{API}/{uuid}", json={"public": False}, headers={"X-XSRFToken": ada.mark()}
    )
    assert answer.status_code == 200
    with pytest.raises(NotFound):
        fetched(asked)


def test_who_reads_by_a_link_opens_it_in_jupyter_too(gallery: Hosted, ada: Visitor) -> None:
    uuid = ada.publish("linked()", public=False)
    soon = (now() + timedelta(hours=1)).isoformat()
    answer = ada.send(
        "POST",
        f"{API}/{uuid}/links",
        json={"expires_at": soon},
        headers={"X-XSRFToken": ada.mark()},
    )
    assert answer.status_code == 201, answer.text
    reader = gallery.visitor(gallery.member())
    reader.get(urlsplit(answer.json()["url"]).path + "?" + urlsplit(answer.json()["url"]).query)
    reader.post(f"{GALLERY}/nb/{uuid}/open", url=JUPYTER)
    asked = opened(reader, uuid)
    assert fetched(asked) == "linked()"
    [link] = ada.get(f"{API}/{uuid}/links").json()["links"]
    revoked = f"{API}/{uuid}/links/{link['number']}"
    assert ada.send("DELETE", revoked, headers={"X-XSRFToken": ada.mark()}).status_code == 200
    with pytest.raises(NotFound):
        fetched(asked)


def test_a_ticket_ends(gallery: Hosted, ada: Visitor) -> None:
    asked = opened(ada, ada.publish(public=False))
    ended = update(Token).values(expires_at=now() - timedelta(seconds=1))
    gallery.do(lambda each: each.run(lambda session: session.execute(ended) and None))
    with pytest.raises(Forbidden, match="does not let"):
        fetched(asked)


def test_tickets_make_room_for_others(gallery: Hosted, ada: Visitor) -> None:
    uuid = ada.publish()
    for _ in range(MOST_TICKETS + 3):
        newest = opened(ada, uuid)
    assert fetched(newest)
    mine = select(Token).where(Token.scopes == f"open:{uuid}")
    kept = gallery.do(lambda each: each.run(lambda session: len(session.scalars(mine).all())))
    assert kept == MOST_TICKETS


def test_an_earlier_revision_is_opened_as_itself(ada: Visitor) -> None:
    uuid = ada.publish("first()")
    ada.publish("second()", uuid=uuid)
    revisions = ada.get(f"{API}/{uuid}/revisions").json()["revisions"]
    oldest = str(revisions[-1]["id"])
    asked = opened(ada, uuid, revision=oldest)
    assert (asked["revision"], fetched(asked)) == (oldest, "first()")
    assert fetched(opened(ada, uuid)) == "second()"
