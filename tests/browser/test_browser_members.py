"""Members of a gallery that is served by itself, at a browser: without a script, on a telephone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gallery_web import ipynb
from hosted_gallery import GALLERY, PASSWORD, Hosted, hosted
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery in which everybody may make an account, at the browser's own address."""
    settings = {"sign_up": "open", "trusted_proxies": []}
    with hosted(tmp_path_factory.mktemp("gallery"), GalleryServer=settings) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow window whose browser runs no script."""
    with browser.new_context(java_script_enabled=False, viewport=NARROW) as context:
        yield context.new_page()


def test_somebody_comes_publishes_makes_a_token_and_goes(
    gallery: Hosted, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "tides.ipynb"
    file.write_text(json.dumps(ipynb("# Tides", "print('tide')")))
    page.goto(f"{gallery.url}{GALLERY}/publish")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("User name").fill("no name")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#wrong-name")).to_contain_text("begins with a letter or digit")
    page.get_by_label("User name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Publish a notebook").click()
    page.get_by_label("Notebook", exact=True).set_input_files(file)
    page.get_by_label("Title").fill("The tides")
    page.get_by_label("Description").fill("When the water comes.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("The tides")
    expect(page.get_by_role("button", name="Clone into Jupyter")).to_have_count(0)

    page.get_by_role("link", name="ada", exact=True).first.click()
    page.get_by_label("What is it for?").fill("nightly reports")
    page.get_by_label("Publish notebooks, and revisions of them").check()
    page.get_by_role("button", name="Make a token").click()
    expect(page.locator(".token code")).to_contain_text("bookstore_")
    page.get_by_role("button", name="Revoke nightly reports").click()
    expect(page.get_by_text("There are none.")).to_be_visible()
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("another horse entirely")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("not the name and the password")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("User name").fill("ADA")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ada")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_is_wider_than_the_window(
    gallery: Hosted, browser: Browser, scheme: str, size: dict[str, int], tmp_path: Path
) -> None:
    """However long what somebody calls things, and says of itself, may be."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    name = f"{'w' * 40}-{scheme}-{size['width']}"
    gallery.accounts(lambda accounts: accounts.add(name, PASSWORD))
    words = {"color_scheme": scheme, "viewport": size, "user_agent": "W" * 200}
    with browser.new_context(**words) as context:
        page = context.new_page()
        for place in ("sign-in", "sign-up"):
            page.goto(f"{gallery.url}{GALLERY}/{place}")
            page.screenshot(path=folder / f"{place}-{scheme}-{size['width']}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], place
        page.goto(f"{gallery.url}{GALLERY}/sign-in?next={GALLERY}/account")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("What is it for?").fill("W" * 100)
        page.get_by_role("button", name="Make a token").click()
        expect(page.locator(".token code")).to_be_visible()
        page.screenshot(path=folder / f"account-{scheme}-{size['width']}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
