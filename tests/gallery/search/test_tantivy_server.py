"""A server that is told to search by tantivy does, whatever happens to it and to its index."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from gallery_web import API, ipynb
from processes import WITHOUT_FRONT_ENDS, Server, eventually

ROUTE = API.strip("/")
ENGINE = "--GallerySettings.search_engine=tantivy"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(home=tmp_path, arguments=(*WITHOUT_FRONT_ENDS, ENGINE))
    with server:
        yield server


def publish(server: Server, title: str, source: str) -> str:
    words = {"title": title, "description": "What it does.", "content": ipynb(source)}
    uuid: str = server.request("POST", ROUTE, words)["uuid"]
    return uuid


def found(server: Server, q: str) -> list[str] | None:
    """The titles that are found, None while there is no index that answers."""
    try:
        told = server.request("GET", f"{ROUTE}?q={q}")
    except urllib.error.HTTPError as error:
        if error.code != 503 or b"try again" not in error.read():
            raise
        return None
    return sorted(each["title"] for each in told["notebooks"])


def comes_to_find(server: Server, q: str, *titles: str) -> None:
    eventually(lambda: found(server, q) == [*titles], f"{q} finds {titles}")


def test_what_is_published_is_found_also_after_a_kill_and_without_the_files_of_the_index(
    server: Server, tmp_path: Path
) -> None:
    """Words come from tantivy's index, which follows; what is said twice is found once."""
    first = publish(server, "Tides", "high_water = moonPhase(now)")
    comes_to_find(server, "moon", "Tides")
    folder = next((tmp_path / "data" / "bookstore" / "gallery" / "search").glob("*/v*-*"))
    assert any(folder.glob("*.store")), "the index is tantivy's"

    server.request("PATCH", f"{ROUTE}/{first}", {"title": "Neap tides"})
    comes_to_find(server, "neap", "Neap tides")
    comes_to_find(server, "moon", "Neap tides")

    publish(server, "Waves", "moon = 1")  # and before the index has followed:
    server.kill()
    with server:
        comes_to_find(server, "moon", "Neap tides", "Waves")
        server.request("DELETE", f"{ROUTE}/{first}")
        comes_to_find(server, "moon", "Waves")
        for each in folder.iterdir():
            each.unlink(missing_ok=True)  # the server takes some away itself
        publish(server, "Ebb", "moon = 2")
        comes_to_find(server, "moon", "Ebb", "Waves")
        server.kill()
    assert "Traceback" not in server.log
    with server:
        comes_to_find(server, "moon", "Ebb", "Waves")
