"""The gallery is there on every server, and costs nothing before somebody opens it."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Answer, Call
from jupyter_server.serverapp import ServerApp
from sqlalchemy import create_engine, text

from bookstore import gallery_door
from bookstore.gallery.faces.handlers import GALLERY
from bookstore.gallery.service import GalleryService
from bookstore.http.base import WIRING

HOME = "/bookstore/gallery"
WITHOUT_PUBLISHING = pytest.mark.parametrize("bookstore_config", [{"published_prefix": ""}])


async def test_an_empty_gallery_invites(call: Call) -> None:
    for end in ("", "/"):
        answer = await call("GET", HOME + end)
        assert answer.status == 200, answer.text
        assert "Nothing here yet" in answer.text
        assert "Publish a notebook" in answer.text


async def test_nothing_is_made_before_somebody_comes(
    server: ServerApp, tmp_path: Path, call: Call
) -> None:
    assert GALLERY not in server.web_app.settings
    assert (await call("GET", "/api/bookstore")).status == 200
    assert not (tmp_path / "gallery.db").exists()
    assert (await call("GET", HOME)).status == 200
    assert (tmp_path / "gallery.db").exists()


async def test_those_who_come_first_at_once_find_one_gallery(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait in a thread's way, not the event loop's."""
    imported: list[threading.Thread] = []
    doing = gallery_door._import

    def noting() -> None:
        imported.append(threading.current_thread())
        doing()

    monkeypatch.setattr(gallery_door, "_import", noting)
    opened: list[Any] = []
    opening = GalleryService._open

    def noted(service: GalleryService) -> Any:
        opened.append(threading.current_thread())
        return opening(service)

    monkeypatch.setattr(GalleryService, "_open", noted)
    answers = await asyncio.gather(*(call("GET", HOME) for _ in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert len(imported) == len(opened) == 1
    assert threading.main_thread() not in imported + opened


async def test_what_is_sent_reaches_those_inside(call: Call) -> None:
    """A body that comes while the door is opened is read by who it is for."""
    answer = await call("POST", HOME, body=b"x" * 100_000)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET"


async def test_who_did_not_sign_in_is_sent_to_do_so(call: Call) -> None:
    answer = await call("GET", HOME, with_token=False)
    assert answer.status == 302
    assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize("gallery_config", [{"anonymous_may_read": True}])
async def test_others_may_read_where_that_is_allowed(call: Call) -> None:
    answer = await call("GET", HOME, with_token=False)
    assert answer.status == 200
    assert "Sign in" in answer.text
    assert "Publish" not in answer.text


async def test_without_the_extra_it_says_what_to_install(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "nh3" else found(name, *a)
    )
    loaded = {name for name in sys.modules if name.startswith("bookstore.gallery.")}
    for name in (*loaded, "bookstore.gallery"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    page = await call("GET", f"{HOME}/anything")
    assert page.status == 501
    assert "pip install &#34;bookstore[gallery]&#34;" in page.text
    api = await call("POST", "/api/bookstore/gallery/notebooks", json_body={})
    assert api.is_error(501, "extra_missing")


@WITHOUT_PUBLISHING
async def test_where_publishing_is_switched_off_there_is_no_gallery(call: Call) -> None:
    page = await call("GET", HOME)
    assert page.status == 403
    assert "BookstoreSettings.published_prefix" in page.text


@pytest.mark.parametrize(
    ("gallery_config", "told"),
    [
        ({"most_bytes": 5}, "GallerySettings.most_bytes is 5"),
        ({"search_engine": "guess"}, "search_engine"),
        ({"database": "oracle://scott:tiger@db/gallery"}, "oracle"),
    ],
)
async def test_a_setting_that_cannot_be_right_is_told(call: Call, told: str) -> None:
    """The rest of the server works, and no password is shown."""
    page = await call("GET", HOME)
    assert page.status == 500
    assert told in page.text
    assert "tiger" not in page.text
    assert (await call("GET", "/api/bookstore/gallery/notebooks")).json["message"]
    assert (await call("GET", "/api/bookstore")).status == 200


async def test_a_database_that_is_none_is_told_and_tried_again(call: Call, tmp_path: Path) -> None:
    (tmp_path / "gallery.db").write_text("This is no database at all.\n" * 99)
    assert (await call("GET", HOME)).status in (500, 503)
    (tmp_path / "gallery.db").unlink()
    assert (await call("GET", HOME)).status == 200


async def test_jupyters_user_is_one_of_the_gallery(call: Call, tmp_path: Path) -> None:
    for _ in range(2):
        assert (await call("GET", HOME)).status == 200
    with create_engine(f"sqlite:///{tmp_path}/gallery.db").connect() as connection:
        assert len(connection.execute(text("SELECT user_name FROM users")).all()) == 1


async def test_it_is_closed_with_the_server(server: ServerApp, call: Call) -> None:
    assert (await call("GET", HOME)).status == 200
    service: GalleryService = server.web_app.settings[GALLERY]
    database = (await service.opened()).database
    await server.web_app.settings[WIRING].close(deadline_s=0)
    with pytest.raises(RuntimeError, match="shutdown"):
        await database.run(lambda session: None)


async def test_pages_say_what_browsers_must_not_do(call: Call) -> None:
    answer: Answer = await call("GET", HOME)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
