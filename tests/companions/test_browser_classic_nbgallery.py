"""nbgallery's extension for the classic notebook, as PyPI has it, with a gallery of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import *  # noqa: F403
from browser_user import LAB, NewUser, expect
from gallery_web import API
from hosted_gallery import GALLERY, PASSWORD, hosted
from processes import Server, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXTENSIONS = {"bookstore": True, "nbclassic": True, "notebook_shim": True, "jupyterlab": False}

NOTES_RUNS = "jupyter_nbgallery/instrumentation/instrumentation"


def chosen(page: Page, item: str) -> None:
    """Choose something in the extension's menu."""
    page.locator("a.dropdown-toggle", has_text="Gallery").first.click()
    page.locator(item).click()


def test_a_notebook_is_uploaded_run_compared_replaced_and_saved(
    new_user: NewUser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("classic-")
    arguments = (f"--ServerApp.jpserver_extensions={EXTENSIONS}",)
    server = Server(home=home, token="ada-only", arguments=arguments)
    settings, folder = {"nbgallery_origins": [server.url]}, home / "gallery"
    folder.mkdir()
    with hosted(folder, GallerySettings=settings) as gallery:
        told = {"nbgallery": {"url": gallery.url, "client": {"name": "Classic"}}}
        noted = {"load_extensions": {NOTES_RUNS: True}}
        nbconfig = home / "config" / "nbconfig"
        nbconfig.mkdir(parents=True)
        (nbconfig / "common.json").write_text(json.dumps(told))
        (nbconfig / "notebook.json").write_text(json.dumps(noted))
        member = gallery.visitor(name := gallery.member())
        with server:
            user = new_user(server, LAB)
            page = user.page
            page.goto(f"{gallery.url}{GALLERY}/sign-in")
            page.get_by_label("User name").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{GALLERY}")
            user.write_notebook("tides.ipynb", "tide = 1\nprint(tide)")
            page.goto(f"{server.url}nbclassic/notebooks/tides.ipynb?token={server.token}")
            page.locator(".kernel_idle_icon").wait_for()

            with user.context.expect_page() as opened:
                chosen(page, "#gallery_upload")
            form = opened.value
            form.get_by_label("Title").fill("The tides")
            form.get_by_label("Description").fill("When the water comes.")
            form.get_by_role("button", name="Publish").click()
            expect(form.get_by_role("heading", level=1).first).to_have_text("The tides")
            uuid = form.url.rpartition("/")[2]
            form.close()
            [known] = member.get("/environments", headers={"Origin": server.url}).json()
            assert (known["name"], known["url"]) == ("Classic", f"{server.url}")

            page.locator(".code_cell .input_prompt").first.click()
            page.keyboard.press("Control+Enter")
            expect(page.locator(".output_stdout")).to_have_text("1")
            here = {"Origin": server.url, "Accept": "application/json"}
            [ran] = eventually(
                lambda: member.get("/notebooks/recently_executed", headers=here).json(), "it ran"
            )
            assert ran["uuid"] == uuid

            member.publish("tide = 2\nprint(tide)", uuid=uuid, title="The tides")
            chosen(page, "#gallery_update")
            page.get_by_role("button", name="View Diffs").click()
            expect(page.locator(".nb-diff")).to_contain_text("tide = 2")
            page.get_by_role("button", name="Download and replace local").click()
            expect(page.locator(".CodeMirror-code").first).to_contain_text("tide = 2")

            expect(page.locator(".bootbox")).to_have_count(0)
            with user.context.expect_page() as opened:
                chosen(page, "#gallery_save")
            form = opened.value
            expect(form.get_by_role("heading", level=1)).to_have_text("Publish a new revision")
            form.get_by_role("button", name="Publish the revision").click()
            expect(form.get_by_role("heading", level=1).first).to_have_text("The tides")
            told = member.get(f"{API}/{uuid}?content=1").json()
            assert "".join(told["content"]["cells"][0]["source"]) == "tide = 2\nprint(tide)"
