"""The form of what nbgallery's extension uploaded: in every window, without a script."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gallery_web import ipynb
from hosted_gallery import GALLERY, PASSWORD, Hosted, Visitor, hosted
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LAB = "http://localhost:8888"
NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery that the extension finds."""
    settings = {"nbgallery_origins": [LAB]}
    with hosted(tmp_path_factory.mktemp("uploads"), GallerySettings=settings) as served:
        yield served


def upload(member: Visitor) -> str:
    """Send a notebook as the extension does, and return where its form is."""
    answer = member.send(
        "POST",
        "/stages?agree=yes",
        data=json.dumps(ipynb("# Tides", "import seaborn, sqlalchemy")),
        headers={"Origin": LAB, "Content-Type": "text/plain"},
    )
    return f"{member.url}/bookstore/nbgallery/form?staged={answer.json()['staging_id']}"


def signed_in(page: Page, gallery: Hosted, name: str) -> None:
    page.goto(f"{gallery.url}{GALLERY}/sign-in")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{GALLERY}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_form_fits_and_keeps_what_was_typed(
    gallery: Hosted, browser: Browser, scheme: str, size: dict[str, int], tmp_path: Path
) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    member = gallery.visitor(name := gallery.member())
    theirs = gallery.visitor(gallery.member())
    title = f"{'Tides ' * 30}{scheme} {size['width']}"
    other = theirs.publish(title=title, public=True)

    def fits(page: Page, what: str) -> None:
        picture = f"upload-{what}-{scheme}-{size['width']}.png"
        page.screenshot(path=folder / picture, full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], what

    options = {"color_scheme": scheme, "viewport": size, "java_script_enabled": False}
    with browser.new_context(**options) as context:
        page = context.new_page()
        signed_in(page, gallery, name)
        page.goto(upload(member))
        expect(page.get_by_text("Tags that fit what is in it")).to_contain_text("databases")
        page.get_by_label("Title").fill("a:b")
        page.get_by_label("Description").fill("W" * 300)
        page.get_by_role("button", name="Publish").click()
        expect(page.locator("#wrong-title")).to_be_visible()
        expect(page.get_by_label("Description")).to_have_value("W" * 300)
        fits(page, "refused")
        page.get_by_label("Title").fill("W" * 200)
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("heading", level=1).first).to_have_text("W" * 200)
        mine = page.url.rpartition("/")[2]
        page.goto(f"{upload(member)}&uuid={mine}")
        fits(page, "revision")
        page.goto(f"{upload(member)}&uuid={other}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask for this change")
        fits(page, "asks")
        page.get_by_role("button", name="Ask for the change").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You have asked for the change")
        fits(page, "asked")
