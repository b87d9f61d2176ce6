"""Bookstore's routes through the client: against a real server, and asked for exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_server import Answer, FakeServer
from jupyter_process import TOKEN, JupyterProcess

from bookstore import __version__
from bookstore.client import BookstoreClient, BookstoreServerError, NoCurrentNotebook
from bookstore.errors import BadRequest


@pytest.fixture
def client(jupyter: JupyterProcess) -> BookstoreClient:
    """A client that is told where the real server is."""
    return BookstoreClient(url=jupyter.url, token=TOKEN)


@pytest.fixture
def published(client: BookstoreClient, jupyter: JupyterProcess) -> Iterator[str]:
    """The path of a notebook that is published."""
    path = "ü 100% #1?.ipynb"
    jupyter.save("%C3%BC%20100%25%20%231%3F.ipynb", "print('ü')")
    client.publish(path)
    yield path
    client.unpublish(path)


def test_the_release_and_the_store_are_told(client: BookstoreClient) -> None:
    info = client.info()
    assert info["release"] == __version__
    assert info["features"]["publish_valid"] is True
    assert info["store"]["kind"] == "local"


def test_the_status_tells_what_waits(client: BookstoreClient) -> None:
    assert set(client.status()) >= {"store", "outbox"}


def test_a_published_notebook_is_listed_until_it_is_unpublished(
    client: BookstoreClient, published: str
) -> None:
    """Whatever characters its path is made of."""
    assert published in [entry["path"] for entry in client.published()]
    client.unpublish(published)
    assert published not in [entry["path"] for entry in client.published()]
    client.publish(published)


def test_a_published_notebook_can_be_cloned(
    client: BookstoreClient, published: str, jupyter: JupyterProcess
) -> None:
    """With no bucket given, from the server's own; an earlier version by its ID."""
    answer = client.publish(published)
    bucket, _, key = answer["s3_path"].partition("/")
    model = client.clone(s3_key=key, target_path="copies/ä b.ipynb")
    assert model["path"] == "copies/ä b.ipynb"
    assert "print('ü')" in (jupyter.root / model["path"]).read_text(encoding="utf-8")
    again = client.clone(bucket, key, s3_version_id=answer["versionID"])
    assert again["versionID"] == answer["versionID"]
    assert (jupyter.root / again["path"]).is_file()


def test_what_the_server_refuses_is_raised_in_its_words(client: BookstoreClient) -> None:
    with pytest.raises(BookstoreServerError, match=r"There is no file 'missing\.ipynb'") as raised:
        client.publish("missing.ipynb")
    assert raised.value.status == 404
    with pytest.raises(BookstoreServerError, match="not allowed") as raised:
        client.clone("somebody-elses-bucket", "x.ipynb")
    assert raised.value.status == 403


def test_a_wrong_token_is_refused(jupyter: JupyterProcess) -> None:
    with pytest.raises(BookstoreServerError, match="jupyter server list") as raised:
        BookstoreClient(url=jupyter.url, token="wrong").info()
    assert raised.value.status == 403


def test_a_notebook_publishes_itself(jupyter: JupyterProcess, client: BookstoreClient) -> None:
    """From its own kernel, with no argument at all."""
    jupyter.save("self.ipynb")
    session = jupyter.open_notebook("self.ipynb")
    code = (
        "from bookstore.client import BookstoreClient\nprint(BookstoreClient().publish()['path'])"
    )
    assert jupyter.run_cell(session["kernel"]["id"], code) == "self.ipynb\n"
    jupyter.call("DELETE", f"/api/sessions/{session['id']}")
    assert "self.ipynb" in [entry["path"] for entry in client.published()]


def test_every_page_of_the_published_is_read(fake_server: FakeServer) -> None:
    fake_server.will_answer(
        "GET",
        "/api/bookstore/published",
        Answer(json={"published": [{"path": "a"}, {"path": "b"}], "next": "b &"}),
        Answer(json={"published": [{"path": "c"}], "next": None}),
    )
    found = BookstoreClient(url=fake_server.url, token=TOKEN).published()
    assert [entry["path"] for entry in found] == ["a", "b", "c"]
    assert fake_server.asked[1].path.endswith("?cursor=b+%26")


def test_the_default_bucket_is_cloned_from(fake_server: FakeServer) -> None:
    fake_server.will_answer("POST", "/api/bookstore/cloned", Answer(json={"path": "x.ipynb"}))
    client = BookstoreClient("my-bucket", url=fake_server.url, token=TOKEN)
    client.clone(s3_key="a/x.ipynb")
    client.clone("other", "a/x.ipynb", "y.ipynb")
    first, second = fake_server.asked
    assert first.body == {"s3_bucket": "my-bucket", "s3_key": "a/x.ipynb"}
    assert second.body == {
        "s3_bucket": "other",
        "s3_key": "a/x.ipynb",
        "target_path": "y.ipynb",
    }


def test_a_link_is_asked_for_as_it_was_wished(fake_server: FakeServer) -> None:
    route, link = "/api/bookstore/links/a%20b.ipynb", {"url": "https://store/a", "ends_at": None}
    fake_server.will_answer("POST", route, Answer(json=link))
    fake_server.will_answer("DELETE", route, Answer(json={"versions": 2}))
    client = BookstoreClient(url=fake_server.url, token=TOKEN)
    assert client.link("a b.ipynb") == link
    client.link("a b.ipynb", hours=0, published=True)
    client.link("a b.ipynb", public=True)
    assert client.take_back_links("a b.ipynb", published=True) == {"versions": 2}
    *made, taken_back = fake_server.asked
    assert [asked.body for asked in made] == [
        {"hours": None, "public": False, "published": False},
        {"hours": 0, "public": False, "published": True},
        {"hours": None, "public": True, "published": False},
    ]
    assert taken_back.path.endswith("?published=true")


def test_the_embedded_store_has_no_links(client: BookstoreClient, published: str) -> None:
    with pytest.raises(BookstoreServerError, match="reached from elsewhere") as raised:
        client.link(published, published=True)
    assert (raised.value.status, raised.value.reason) == (403, "no_addresses")


def test_a_url_as_jupyter_prints_it_is_enough(fake_server: FakeServer) -> None:
    fake_server.will_answer("GET", "/base/api/bookstore/status", Answer(json={}))
    client = BookstoreClient(url=f"{fake_server.url}/base/?token={TOKEN}")
    client.status()
    assert fake_server.asked[0].headers["Authorization"] == f"token {TOKEN}"
    assert TOKEN not in f"{client!r} {client.url} {client.nb_record!r}"


@pytest.mark.parametrize("url", ["localhost:8888", "ftp://x/", "http://", "http://me:pass@x/"])
def test_a_url_that_cannot_be_a_servers_is_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="url must") as raised:
        BookstoreClient(url=url)
    assert "pass@" not in str(raised.value)


def test_outside_of_a_notebook_publishing_needs_a_path(
    fake_server: FakeServer, runtime_dir: Path
) -> None:
    fake_server.will_answer("GET", "/api/sessions", Answer(json=[]))
    with pytest.raises(NoCurrentNotebook, match="does not run in a notebook"):
        BookstoreClient(url=fake_server.url, token=TOKEN).publish()
