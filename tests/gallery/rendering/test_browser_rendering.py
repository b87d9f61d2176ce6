"""In a browser nothing of a notebook runs, asks another server or leaves its place."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from chromium import running_chromium
from endless_drawings import ENDLESS, QUICK
from hostile_cells import EVIL, PAYLOADS, RUN, everywhere, notebook_of

from bookstore.gallery.rendering import (
    STYLES,
    Options,
    Rendered,
    document,
    document_headers,
    page_headers,
    render,
)
from bookstore.gallery.rendering.cleaning import clean_whole
from bookstore.http.pages import STATIC_DIR

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

ADDRESS = "http://gallery.test/page"
SHEETS = [(STATIC_DIR / "bookstore.css").read_text(), STYLES.read_text()]
each_payload = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())

TRY_ALL = """() => {
    const main = document.querySelector("main");
    for (let round = 0; round < 2; round++) {
        for (const one of document.querySelectorAll("details")) one.open = !one.open;
        for (const one of document.querySelectorAll("[tabindex], a, summary")) {
            one.focus();
            for (const name of ["mouseover", "pointerenter", "animationstart"])
                one.dispatchEvent(new Event(name, { bubbles: true }));
        }
        if (main) main.innerHTML = main.innerHTML;  // so that it is parsed once more
    }
}"""
FOUND = """() => ({
    ran: window.ran === undefined ? null : window.ran,
    config: typeof window.config,
    cookie: typeof document.cookie,
    find: typeof document.getElementById,
    body: document.body instanceof HTMLBodyElement,
    base: document.baseURI,
    handlers: [...document.querySelectorAll("*")].flatMap((one) =>
        one.getAttributeNames().filter((name) => name.startsWith("on"))),
    moved: [...document.querySelectorAll("main *")].filter((one) =>
        !["static", "relative"].includes(getComputedStyle(one).position)).length,
})"""
HARMLESS = {
    "ran": None,
    "config": "undefined",
    "cookie": "string",
    "find": "function",
    "body": True,
    "base": ADDRESS,
    "handlers": [],
    "moved": 0,
}


class Visit:
    """A page that is served from here, and everything else that it asks for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self._body, self._headers = "", {}
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.route("**/*", self._answer)

    def see(self, body: str, headers: Mapping[str, str] | None = None) -> None:
        """Open a page."""
        self._body, self._headers = body, {**(headers or {})}
        self.asked = []
        self.page.goto(ADDRESS)

    def _answer(self, route: Route) -> None:
        if route.request.url == ADDRESS:
            html = {"Content-Type": "text/html; charset=utf-8"}
            route.fulfill(
                body=self._body.encode(errors="replace"), headers={**self._headers, **html}
            )
        else:
            self.asked.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def visit(chromium: Browser) -> Iterator[Visit]:
    page = chromium.new_page()
    yield Visit(page)
    page.close()


def inside(html: str) -> str:
    """A page without any policy that holds *html*."""
    return f"<!DOCTYPE html><html><body><main>{html}</main></body></html>"


def test_what_runs_and_what_is_asked_for_would_be_seen(visit: Visit) -> None:
    visit.see(inside(f"<img src={EVIL} onerror={RUN}><a id=config></a>"))
    visit.page.wait_for_function("window.ran === 1")
    assert visit.asked == [EVIL]
    assert visit.page.evaluate("typeof config") == "object"


@each_payload
def test_nothing_runs_and_nothing_is_asked_for_even_without_a_policy(
    visit: Visit, payload: str
) -> None:
    shown = render(everywhere(payload), cells=slice(0, None))
    by_one_wall = clean_whole(payload.encode(errors="replace").decode())
    visit.see(inside(shown.html + by_one_wall))
    visit.page.evaluate(TRY_ALL)
    assert visit.page.evaluate(FOUND) == HARMLESS
    assert visit.asked == []


@each_payload
def test_where_cleaning_had_a_hole_the_policy_would_hold(visit: Visit, payload: str) -> None:
    raw = Rendered(html=payload, start=0, stop=1, cells=1)
    visit.see(document(raw, title="x", styles=[]), document_headers(Options()))
    visit.page.evaluate(TRY_ALL)
    assert visit.page.evaluate("window.ran === undefined")
    assert visit.asked == []


# -- how it looks ----------------------------------------------------------------------------------

_WIDE_SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='3000' height='40'/>"


def wide() -> dict[str, Any]:
    """A notebook in which everything is wider than a telephone."""
    table = f"<table><tr>{'<td>long words here</td>' * 40}</tr></table>"
    shown = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 900},
        {"output_type": "display_data", "data": {"text/html": table}},
        {"output_type": "display_data", "data": {"image/svg+xml": _WIDE_SVG}},
        {"output_type": "display_data", "data": {"text/html": "<p style='width:4000px'>x</p>"}},
    ]
    text = f"# {'Long' * 60}\n\n|{'a|' * 60}\n|{'-|' * 60}\n\n$${'x+' * 300}$$\n\n`{'y' * 500}`"
    return notebook_of(
        {"cell_type": "markdown", "source": text},
        {"cell_type": "code", "source": "x = 1  # " + "long " * 200, "outputs": shown},
    )


@pytest.mark.parametrize("width", [400, 1200])
def test_a_page_is_no_wider_than_the_window(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.see(document(render(wide()), title="Wide", styles=SHEETS), document_headers(Options()))
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_images_and_colours_are_let_through_by_the_policy_of_a_page(visit: Visit) -> None:
    picture = "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='40'/>"
    image = base64.b64encode(picture.encode()).decode()
    cell = {
        "cell_type": "markdown",
        "source": "![x](attachment:a) <b style='color: rgb(1, 2, 3)'>y</b>",
        "attachments": {"a": {"image/svg+xml": image}},
    }
    html = render(json.dumps(notebook_of(cell)).encode()).html
    for headers, page in (
        (page_headers(Options()), inside(html)),
        (document_headers(Options()), document(render(notebook_of(cell)), title="x", styles=[])),
    ):
        visit.see(page, headers)
        visit.page.wait_for_function("document.images[0].naturalWidth === 30")  # loaded lazily
        assert visit.page.evaluate("getComputedStyle(document.querySelector('b')).color") == (
            "rgb(1, 2, 3)"
        )


def test_no_drawing_of_a_page_keeps_the_browser_busy(visit: Visit) -> None:
    outputs = [
        {"output_type": "display_data", "data": {"image/svg+xml": svg}}
        for svg in (*ENDLESS.values(), *QUICK.values())
    ]
    cells = [{"cell_type": "code", "source": "draw()", "outputs": outputs}]
    visit.see(document(render(notebook_of(*cells)), title="x", styles=SHEETS))
    visit.page.screenshot(full_page=True)
    assert visit.page.evaluate("document.images.length") == len(QUICK)


def test_what_scrolls_can_be_reached_with_the_keyboard(visit: Visit) -> None:
    visit.see(document(render(wide()), title="Wide", styles=SHEETS), document_headers(Options()))
    reached = set()
    for _ in range(12):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.className"))
    assert {"nb-anchor", "nb-source"} <= reached
