"""History through the Python client, from a real server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from fake_server import Answer, FakeServer
from jupyter_process import TOKEN, JupyterProcess

from bookstore.client import BookstoreClient, BookstoreServerError, Version


@pytest.fixture
def client(jupyter: JupyterProcess) -> BookstoreClient:
    """A client that is told where the real server is."""
    return BookstoreClient(url=jupyter.url, token=TOKEN)


@pytest.fixture
def saved(jupyter: JupyterProcess) -> Callable[..., None]:
    """Save a notebook several times."""

    def save(path: str, *texts: str) -> None:
        for text in texts:
            jupyter.save(path, text)

    return save


def texts(jupyter: JupyterProcess, path: str) -> str:
    """The source of the one cell of a notebook."""
    content = jupyter.call("GET", f"/api/contents/{path}")["content"]
    return str(content["cells"][0]["source"])


def test_the_versions_of_a_history_come_newest_first(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h1.ipynb", "1", "2", "3")
    history = client.history("h1.ipynb")
    assert len(history) == 3
    assert history.is_whole
    assert history[0].is_latest
    assert [version.saved_at for version in history] == sorted(
        (version.saved_at for version in history), reverse=True
    )
    assert client.content("h1.ipynb", history[2])["content"]["cells"][0]["source"] == "1"


def test_a_version_is_read_byte_for_byte(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h4.ipynb", "1")
    [version] = client.history("h4.ipynb")
    body = client.body("h4.ipynb", version)
    assert (len(body), hashlib.sha256(body).hexdigest()) == (version.size_bytes, version.sha256)


def test_no_more_are_listed_than_asked_for(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h2.ipynb", "1", "2", "3")
    newest = client.history("h2.ipynb", limit=2)
    assert (len(newest), newest.is_whole) == (2, False)
    assert len(client.history("h2.ipynb", limit=None)) == 3
    assert len(newest[:1]) == 1


def test_every_page_of_a_history_is_read(fake_server: FakeServer) -> None:
    entry = {
        "version_id": "v",
        "path": "a.ipynb",
        "saved_at": "2026-01-01T00:00:00Z",
        "size_bytes": 1,
        "kind": "save",
        "of_tomorrow": 1,
    }
    pages = [{"versions": [entry], "next": "c &"}, {"versions": [entry, entry], "next": None}]
    fake_server.will_answer(
        "GET", "/api/bookstore/versions/a.ipynb", *(Answer(json=page) for page in pages)
    )
    client = BookstoreClient(url=fake_server.url, token=TOKEN)
    assert len(client.history("a.ipynb", limit=None)) == 3
    assert fake_server.asked[1].path.endswith("before=c+%26")


def test_an_earlier_version_is_restored(
    client: BookstoreClient, saved: Callable[..., None], jupyter: JupyterProcess
) -> None:
    saved("h3.ipynb", "1", "2")
    oldest = client.history("h3.ipynb")[-1]
    assert client.restore("h3.ipynb", oldest)["path"] == "h3.ipynb"
    assert texts(jupyter, "h3.ipynb") == "1"
    copy = client.restore("h3.ipynb", oldest.version_id, "copies/h3.ipynb")
    assert texts(jupyter, copy["path"]) == "1"


def test_a_version_gets_a_name_and_a_note(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h4.ipynb", "1")
    [version] = client.history("h4.ipynb")
    named = client.label("h4.ipynb", version, label="good", note="why")
    assert (named.label, named.note) == ("good", "why")
    assert client.label("h4.ipynb", version, note="").label == "good"
    assert client.version("h4.ipynb", version).note == ""


def test_two_versions_are_compared_with_each_other(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h5.ipynb", "old", "new")
    newest, oldest = client.history("h5.ipynb")
    diff = client.diff("h5.ipynb", oldest, newest)
    assert diff
    assert diff.remote["cells"][0]["source"] == "new"
    assert "- old" in repr(diff)
    assert "+ new" in repr(diff)
    assert not client.diff("h5.ipynb", newest)


def test_history_goes_on_after_a_rename(
    client: BookstoreClient, saved: Callable[..., None], jupyter: JupyterProcess
) -> None:
    """A version from before is read, compared and restored by its own path."""
    saved("h6.ipynb", "1")
    jupyter.call("PATCH", "/api/contents/h6.ipynb", {"path": "h7.ipynb"})
    jupyter.save("h7.ipynb", "2")
    oldest = client.history("h7.ipynb")[-1]
    assert oldest.path == "h6.ipynb"
    assert client.diff("h7.ipynb", oldest).summary["cells_changed"] == 1
    client.restore("h7.ipynb", oldest)
    assert texts(jupyter, "h7.ipynb") == "1"


def test_a_deleted_notebook_is_found_and_brought_back(
    client: BookstoreClient, saved: Callable[..., None], jupyter: JupyterProcess
) -> None:
    saved("h8.ipynb", "1")
    jupyter.call("DELETE", "/api/contents/h8.ipynb")
    [gone] = [gone for gone in client.deleted() if gone.path == "h8.ipynb"]
    assert gone.moved_to == ""
    client.restore(gone.path, gone.version_id)
    assert texts(jupyter, "h8.ipynb") == "1"


def test_a_version_that_is_not_there_is_refused_in_words(
    client: BookstoreClient, saved: Callable[..., None]
) -> None:
    saved("h9.ipynb", "1")
    with pytest.raises(BookstoreServerError, match="no version") as raised:
        client.restore("h9.ipynb", "no-such-version")
    assert raised.value.status == 404


def test_a_notebook_shows_its_own_history(jupyter: JupyterProcess) -> None:
    """From its own kernel, without a path."""
    jupyter.save("own-history.ipynb")
    session = jupyter.open_notebook("own-history.ipynb")
    code = (
        "from bookstore.client import BookstoreClient\n"
        "found = BookstoreClient().history()\n"
        "print(found.path, len(found), found._repr_html_().count('<tr>'))"
    )
    assert jupyter.run_cell(session["kernel"]["id"], code) == "own-history.ipynb 1 2\n"
    jupyter.call("DELETE", f"/api/sessions/{session['id']}")


def test_a_version_is_a_value(client: BookstoreClient, saved: Callable[..., None]) -> None:
    saved("h10.ipynb", "1")
    [version] = client.history("h10.ipynb")
    assert isinstance(version, Version)
    assert version in {version}
