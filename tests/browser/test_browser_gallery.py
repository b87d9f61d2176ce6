"""Publish, find, read, clone and open: the gallery as somebody at a browser has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_user import LAB, BrowserUser, NewServer, NewUser, expect
from processes import WITHOUT_FRONT_ENDS, Server

GALLERY = "bookstore/gallery"
NARROW = {"width": 400, "height": 800}
RISKY = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def lab_server(new_server: NewServer) -> Server:
    """A server with JupyterLab."""
    return new_server(LAB)


@pytest.fixture(scope="module")
def plain_server(new_server: NewServer) -> Server:
    """A server of somebody else, who visits the gallery's pages only."""
    return new_server(LAB, "ben", arguments=WITHOUT_FRONT_ENDS[1:])


@pytest.fixture
def ada(new_user: NewUser, lab_server: Server) -> BrowserUser:
    return new_user(lab_server, LAB)


def publish(user: BrowserUser, path: str, title: str, *, public: bool = True) -> None:
    """Publish by the form, with the keyboard alone."""
    page = user.page
    page.get_by_label("Notebook", exact=True).fill(path)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("When **the water** comes.")
    page.get_by_label("Tags").fill("sea, Low Tide")
    if public:
        page.get_by_label("Everybody in this gallery").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Publish").focus()
    page.keyboard.press("Enter")


def asked_elsewhere(user: BrowserUser) -> list[str]:
    """Notes the requests that leave the server from now on."""
    found: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((user.server.url, "data:", "blob:")):
            found.append(request.url)

    user.context.on("request", note)
    return found


def test_a_notebook_is_published_found_read_cloned_and_opened(ada: BrowserUser) -> None:
    elsewhere = asked_elsewhere(ada)
    cells = [f"step_{number}()" for number in range(24)]
    ada.write_notebook("water/tides.ipynb", *cells, "def read_tides(path):\n    return path")
    ada.go(GALLERY)
    page = ada.page
    page.get_by_role("link", name="Publish a notebook").click()
    publish(ada, "water/tides.ipynb", "The tides of the north")

    expect(page.get_by_role("heading", level=1)).to_have_text("The tides of the north")
    expect(page.locator(".description strong")).to_have_text("the water")
    expect(page.locator(".tags .tag")).to_have_text(["lowtide", "sea"])

    page.get_by_role("link", name="Gallery").click()
    expect(page.locator(".notebook-card h3")).to_have_text(["The tides of the north"])
    page.get_by_label("Search notebooks").fill("read tides")
    page.keyboard.press("Enter")
    expect(page.locator(".result h2 mark")).to_have_text(["tides"])
    page.locator(".snippet").click()
    expect(page.locator("#cell-25")).to_be_in_viewport()
    expect(page.locator("#cell-25")).to_contain_text("read_tides")
    assert page.locator(".nb-cell[id^=cell-]").count() == 5

    page.get_by_role("button", name="☆ Star").click()
    expect(page.get_by_role("button", name="★ Starred")).to_be_visible()
    assert elsewhere == []
    page.get_by_role("button", name="Clone into Jupyter").click()
    panel = ada.notebook()
    expect(panel.locator(".jp-Cell").first).to_contain_text("step_0()")
    assert (ada.server.root / "The tides of the north.ipynb").is_file()


def test_it_is_whole_without_a_script(new_user: NewUser, plain_server: Server) -> None:
    ben = new_user(plain_server, LAB, java_script_enabled=False, viewport=NARROW)
    ben.write_notebook("dust.ipynb", *(f"dust_{number}()" for number in range(30)))
    ben.go(f"{GALLERY}/publish?path=dust.ipynb")
    page = ben.page
    page.get_by_label("Title").fill("a/b")
    page.get_by_label("Description").fill("Of the room.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#wrong-title")).to_contain_text("slash")
    expect(page.get_by_label("Description")).to_have_value("Of the room.")
    page.get_by_label("Title").fill("Dust")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dust")
    page.get_by_role("link", name="More cells").click()
    expect(page.locator("#cell-30")).to_contain_text("dust_29()")
    page.get_by_role("link", name="New revision").click()
    page.get_by_label("Notebook", exact=True).fill("dust.ipynb")
    page.get_by_label("What changed").fill("Less dust")
    ben.write_notebook("dust.ipynb", "clean()")
    page.get_by_role("button", name="Publish the revision").click()
    page.get_by_role("link", name="Compare revisions").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".nb-diff")).to_contain_text("clean()")


def test_a_search_box_suggests_and_a_notebook_goes_on(
    new_user: NewUser, plain_server: Server
) -> None:
    ben = new_user(plain_server, LAB)
    cells = [
        {"cell_type": "raw", "metadata": {}, "source": f"cell {number}"} for number in range(70)
    ]
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    told = {"title": "Migrating birds", "description": "South.", "tags": ["migration"]}
    route = "api/bookstore/gallery/notebooks"
    made = plain_server.request("POST", route, {**told, "content": content})
    page = ben.go(GALLERY)
    page.get_by_label("Search notebooks").press_sequentially("migr")
    options = page.locator("datalist option")
    expect(options.first).to_have_attribute("value", "Migrating birds")
    expect(options.last).to_have_attribute("value", "tag:migration")

    page.goto(f"{plain_server.url}{GALLERY}/nb/{made['uuid']}")
    for number in (40, 60, 70):
        page.locator(".nb-cell").last.scroll_into_view_if_needed()
        page.mouse.wheel(0, 5000)
        expect(page.locator(f"#cell-{number}")).to_be_attached()
    expect(page.locator(".nb-cell[id]")).to_have_count(70)
    expect(page.get_by_role("link", name="More cells")).to_have_count(0)


PAGES: dict[str, Callable[[str], str]] = {
    "home": lambda uuid: GALLERY,
    "search": lambda uuid: f"{GALLERY}/search?q=long",
    "notebook": lambda uuid: f"{GALLERY}/nb/{uuid}",
    "revisions": lambda uuid: f"{GALLERY}/nb/{uuid}/revisions",
    "publish": lambda uuid: f"{GALLERY}/publish?uuid={uuid}",
    "tag": lambda uuid: f"{GALLERY}/tag/{'t' * 200}",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_and_nothing_is_wider_than_a_telephone(
    new_user: NewUser, plain_server: Server, scheme: str, tmp_path: Path
) -> None:
    """With words that are scripts, and with the longest there may be."""
    told = {
        "title": f"{scheme} long {RISKY.replace('/', '')} {'W' * 100}",
        "description": f"long {RISKY} [a](javascript:document.title='run') {'w' * 2000}",
        "tags": ["t" * 200, "u" * 200],
        "content": {
            "nbformat": 4,
            "nbformat_minor": 4,
            "metadata": {},
            "cells": [{"cell_type": "markdown", "metadata": {}, "source": f"# {RISKY}{'w' * 500}"}],
        },
        "summary": "s" * 250,
        "public": True,
    }
    uuid = plain_server.request("POST", "api/bookstore/gallery/notebooks", told)["uuid"]
    ben = new_user(plain_server, LAB, viewport=NARROW, color_scheme=scheme)
    elsewhere = asked_elsewhere(ben)
    ben.go(GALLERY)
    for name, route in PAGES.items():
        ben.page.goto(plain_server.url + route(uuid))
        ben.page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
        assert ben.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
        assert ben.page.title() != "run"
    assert elsewhere == []
    refused = [line for line in ben.console if re.search("Content.Security.Policy|Refused", line)]
    assert refused == []
