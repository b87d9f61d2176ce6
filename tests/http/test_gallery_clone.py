"""A notebook opens from a gallery on another server: only from one that the settings list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from http_fixtures import *  # noqa: F403
from http_helpers import Call
from notebooks import notebook
from pretend_gallery import PretendGallery, given, pretend_gallery

from bookstore.wiring import Bookstore

API, PAGE = "/api/bookstore/gallery-clone", "/bookstore/gallery-clone"


@pytest.fixture
def gallery() -> Iterator[PretendGallery]:
    with pretend_gallery() as gallery:
        yield gallery


@pytest.fixture
def bookstore_config(gallery: PretendGallery) -> dict[str, Any]:
    return {"galleries": [gallery.url]}


def asked(there: PretendGallery, **told: Any) -> dict[str, Any]:
    return {"gallery": there.url, "notebook": "tides", "ticket_code": "t1", **told}


def files_in(root: Path) -> list[str]:
    return [each.name for each in root.iterdir()]


async def test_the_page_shows_what_would_be_cloned_and_changes_nothing(
    call: Call, gallery: PretendGallery, root: Path
) -> None:
    url = f"{PAGE}?gallery={quote(gallery.url, safe='')}&notebook=tides"
    sent = await call("GET", f"{url}&ticket_code=t1")
    [kept] = [
        each.partition(";")[0] for each in sent.headers.get_list("Set-Cookie") if "t1" in each
    ]
    assert (sent.status, sent.headers["Location"].endswith(url)) == (302, True)
    page = await call("GET", url, headers={"Cookie": kept})
    assert page.status == 200, page.text
    for word in ("Tides", urlsplit(gallery.url).netloc, "ada", "tide()", 'value="t1"'):
        assert word in page.text
    assert gallery.asked == ["/api/bookstore/gallery/notebooks/tides/copy"]
    assert gallery.tickets == ["t1"]
    assert files_in(root) == []


async def test_a_ticket_is_no_part_of_where_one_signs_in(
    call: Call, gallery: PretendGallery, caplog: pytest.LogCaptureFixture
) -> None:
    """What is on the way there is written into logs, of proxies and of a Hub as well."""
    caplog.set_level("DEBUG")
    url = f"{PAGE}?gallery={quote(gallery.url, safe='')}&notebook=tides"
    sent = await call("GET", f"{url}&ticket_code=SECRET", with_token=False)
    assert "SECRET" not in sent.headers["Location"]
    cookie = sent.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    to_sign_in = await call("GET", url, with_token=False, headers=kept)
    assert "/login?next=" in to_sign_in.headers["Location"]
    assert "SECRET" not in to_sign_in.headers["Location"] + caplog.text
    await call("GET", url.replace("tides", "waves"), headers=kept)
    assert gallery.tickets == [None]  # it is for the other notebook
    await call("GET", url, headers=kept)
    assert gallery.tickets == [None, "SECRET"]


async def test_a_clone_remembers_where_it_is_from_and_is_not_trusted(
    call: Call, gallery: PretendGallery, root: Path
) -> None:
    content = notebook("tide()")
    content["metadata"] = {"trusted": True, "title": "kept"}
    gallery.body = lambda: given(content=content)
    answer = await call("POST", API, json_body=asked(gallery, revision=3))
    assert answer.status == 200, answer.text
    assert answer.json["path"] == "Tides.ipynb"
    saved = json.loads((root / "Tides.ipynb").read_text())
    origin = {"uuid": "tides", "commit": "c3", "url": gallery.url}
    assert saved["metadata"] == {"title": "kept", "gallery": origin}
    assert gallery.asked[-1].endswith("/tides/copy?revision=3")
    again = await call("POST", API, json_body=asked(gallery, target_path="inbox/"))
    assert again.json["path"] == "inbox/Tides.ipynb"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:1/",
        "{url}@evil.test/",
        "{url}elsewhere/",
        "{url}../",
        "{url}?a=b",
        "{host}@127.0.0.1:1/",
        "file:///etc/passwd",
        "gopher://{host}/",
        "//{host}/",
        "http://[::1",
        "",
        "\0",
    ],
)
async def test_nothing_is_fetched_from_what_is_not_listed(
    call: Call, gallery: PretendGallery, elsewhere: str
) -> None:
    host = urlsplit(gallery.url).netloc
    url = elsewhere.replace("{url}", gallery.url).replace("{host}", host)
    answer = await call("POST", API, json_body=asked(gallery, gallery=url))
    assert answer.status in (400, 403), answer.text
    assert gallery.asked == []


@pytest.mark.parametrize("bookstore_config", [{}])
async def test_without_the_setting_there_is_no_gallery_to_clone_from(
    call: Call, gallery: PretendGallery
) -> None:
    answer = await call("POST", API, json_body=asked(gallery))
    assert answer.is_error(403, "forbidden")
    assert "BookstoreSettings.galleries" in answer.json["hint"]
    assert gallery.asked == []


async def test_no_redirect_is_followed(call: Call, gallery: PretendGallery) -> None:
    gallery.status, gallery.headers = 302, {"Location": f"{gallery.url}elsewhere"}
    assert (await call("POST", API, json_body=asked(gallery))).is_error(403, "forbidden")
    assert len(gallery.asked) == 1


@pytest.mark.parametrize(
    ("status", "told", "answered"),
    [
        (404, b"{}", 404),
        (401, b"{}", 403),
        (403, b'{"message": "<script>"}', 403),
        (500, b"oh", 502),
        (200, b"<html>", 502),
        (200, b"[]", 502),
        (200, b"{}", 502),
        (200, given(content=[]), 502),
        (200, given(content={"metadata": 5}), 502),
        (200, given(content={}), 422),
        (200, given(revision="x"), 502),
        (200, b"[" * 100_000, 502),
    ],
)
async def test_what_a_gallery_does_not_give_is_told_in_words(
    call: Call, gallery: PretendGallery, root: Path, status: int, told: bytes, answered: int
) -> None:
    gallery.status, gallery.body = status, lambda: told
    answer = await call("POST", API, json_body=asked(gallery))
    assert answer.status == answered, answer.text
    assert answer.json["message"]
    assert "<script>" not in answer.text
    assert files_in(root) == []


async def test_names_that_a_gallery_gives_stay_inside(
    call: Call, gallery: PretendGallery, root: Path
) -> None:
    for name in ("../../evil.ipynb", "..", ".hidden.ipynb", "a.sh", ""):
        gallery.body = lambda name=name: given(name=name)
        answer = await call("POST", API, json_body=asked(gallery))
        assert answer.status == 200, answer.text
        assert "/" not in answer.json["path"]
        assert answer.json["path"].endswith(".ipynb")
    assert not (root.parent / "evil.ipynb").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"notebook": ""},
        {"notebook": "u" * 300},
        {"revision": "first"},
        {"ticket_code": "a\r\nX-Evil: 1"},
        {"ticket_code": "t" * 600},
        {"target_path": "../a.ipynb"},
        {"gallery": 5},
    ],
)
async def test_what_is_malformed_is_named(
    call: Call, gallery: PretendGallery, wrong: dict[str, Any]
) -> None:
    answer = await call("POST", API, json_body=asked(gallery, **wrong))
    assert answer.is_error(400, "bad_request")
    assert next(iter(wrong)) in answer.json["message"]


async def test_what_is_too_large_is_not_read_to_its_end(
    bookstore: Bookstore, call: Call, gallery: PretendGallery
) -> None:
    bookstore.settings.clone_max_bytes = 1000
    gallery.body = lambda: given(content=notebook("x" * 5000))
    answer = await call("POST", API, json_body=asked(gallery))
    assert answer.status == 413
    assert "clone_max_bytes" in answer.json["hint"]
