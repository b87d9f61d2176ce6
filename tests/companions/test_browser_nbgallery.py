"""nbgallery's extension for JupyterLab, as PyPI has it, with a gallery of ours on another port."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import *  # noqa: F403
from browser_user import LAB, BrowserUser, NewUser, expect
from gallery_web import API
from hosted_gallery import GALLERY, PASSWORD, Hosted, Visitor, hosted
from processes import Server, eventually
from sqlalchemy import create_engine, select

from bookstore.gallery.database.models import Environment, Execution

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@dataclass
class Place:
    """A JupyterLab that knows a gallery."""

    lab: Server
    gallery: Hosted


@contextmanager
def place(home: Path, *arguments: str, **environment: str) -> Iterator[Place]:
    """Start a JupyterLab with nbgallery's extension, and a gallery that lists its origin."""
    labconfig = home / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    (labconfig / "page_config.json").write_text(json.dumps(QUIET))
    server = Server(home=home, command=LAB.command, token="ada-only", arguments=arguments)
    listed = {"nbgallery_origins": [server.url]}
    folder = home / "gallery"
    folder.mkdir()
    with hosted(folder, GallerySettings=listed) as gallery:
        server.environment = {"NBGALLERY_URL": gallery.url, **environment}
        with server:
            yield Place(server, gallery)
            server.kill()  # threads of the shared document's may keep it alive


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A JupyterLab whose cells are noted, which is as safe as JupyterLab is."""
    with place(tmp_path_factory.mktemp("lab-"), NBGALLERY_ENABLE_INSTRUMENTATION="1") as made:
        yield made


class Extension:
    """Somebody at JupyterLab, signed in at the gallery, and the extension's menu."""

    def __init__(self, user: BrowserUser, gallery: Hosted, folder: Path) -> None:
        self.user, self.gallery, self.folder = user, gallery, folder
        self.name = gallery.member()
        page = user.context.new_page()
        page.goto(f"{gallery.url}{GALLERY}/sign-in")
        page.get_by_label("User name").fill(self.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=self.name).first).to_be_visible()
        page.close()
        # The extension saves twice at once, and then JupyterLab finds a file that it has not saved.
        lab = user.page
        lab.add_locator_handler(
            lab.get_by_text("has changed on disk since the last time"),
            lambda: lab.get_by_role("button", name="Overwrite").last.click(),
        )

    @property
    def elsewhere(self) -> Visitor:
        """The same member in another browser."""
        return self.gallery.visitor(self.name)

    def chooses(self, item: str) -> None:
        """Choose something in the extension's menu."""
        page = self.user.page
        page.locator(".lm-MenuBar-itemLabel", has_text="Gallery").first.click()
        page.locator(".lm-Menu-itemLabel", has_text=item).click()

    def opens(self, act: Callable[[], None]) -> Page:
        """Do what opens a window, and return it."""
        with self.user.context.expect_page() as opened:
            act()
        opened.value.wait_for_load_state()
        return opened.value

    def shows(self, page: Page, name: str) -> None:
        """Keep a screenshot."""
        page.screenshot(path=self.folder / f"nbgallery-{name}.png", full_page=True)

    def metadata(self, path: str) -> dict[str, str]:
        """What the notebook's file says of the gallery."""
        expect(self.user.page.locator("#jupyterlab-splash")).to_have_count(0)
        told = json.loads((self.user.server.root / path).read_text())
        found: dict[str, str] = told["metadata"].get("gallery", {})
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where screenshots go."""
    return Path(os.environ.get("SCREENSHOTS", tmp_path))


@pytest.fixture
def ada(new_user: NewUser, there: Place, folder: Path) -> Extension:
    """A member of the gallery at a JupyterLab."""
    return Extension(new_user(there.lab, LAB), there.gallery, folder)


def rows_of(gallery: Hosted, model: type[Execution | Environment]) -> list[dict[str, object]]:
    engine = create_engine(gallery.database)
    with engine.connect() as connection:
        found = connection.execute(select(model.__table__)).mappings().all()
    engine.dispose()
    return [dict(row) for row in found]


def test_a_notebook_is_uploaded_saved_compared_and_run(ada: Extension) -> None:
    ada.user.write_notebook("tides.ipynb", "tide = 1", "print(tide)")
    panel = ada.user.open_notebook("tides.ipynb")
    eventually(lambda: rows_of(ada.gallery, Environment), "the server registers itself")
    [environment] = rows_of(ada.gallery, Environment)
    assert (environment["url"], environment["user_interface"]) == (ada.user.server.url, "lab")

    # Upload, and say in the form what it is.
    form = ada.opens(lambda: ada.chooses("Upload to the Gallery"))
    expect(form.get_by_role("heading", level=1)).to_have_text("Publish a notebook")
    ada.shows(form, "form")
    form.get_by_label("Title").fill("The tides")
    form.get_by_label("Description").fill("When the water comes.")
    form.get_by_label("Tags").fill("sea")
    form.get_by_role("button", name="Publish").click()
    expect(form.get_by_role("heading", level=1).first).to_have_text("The tides")
    ada.shows(form, "published")
    form.close()
    told = eventually(lambda: ada.metadata("tides.ipynb"), "the notebook is linked")
    uuid = told["link"]
    assert told["commit"] == told["uuid"] == uuid

    # Save a change: nobody else has changed it, so its form opens at once.
    ada.user.edit(panel, "tide = 2")
    form = ada.opens(lambda: ada.chooses("Save Changes to Gallery"))
    expect(form.get_by_role("heading", level=1)).to_have_text("Publish a new revision")
    form.get_by_label("What changed").fill("Two")
    ada.shows(form, "revision")
    form.get_by_role("button", name="Publish the revision").click()
    expect(form.get_by_role("heading", level=1).first).to_have_text("The tides")
    form.close()
    eventually(lambda: ada.metadata("tides.ipynb")["commit"] != uuid, "the revision is noted")
    about = ada.elsewhere.get(f"{API}/{uuid}?content=1").json()
    assert about["commit_id"] == ada.metadata("tides.ipynb")["commit"]
    assert about["content"]["cells"][0]["source"] == "tide = 2"

    # Somebody changes it elsewhere, which is noticed; the difference is shown.
    ada.elsewhere.publish("tide = 3\nprint(tide)", uuid=uuid, title="The tides")
    ada.chooses("Check for Changes")
    dialog = ada.user.dialog("Remote Notebook Has Changed")
    ada.shows(ada.user.page, "changed")
    dialog.get_by_role("button", name="View Diff").click()
    difference = ada.user.page.locator(".jp-Dialog .nb-diff")
    expect(difference).to_contain_text("tide = 3")
    expect(difference).to_contain_text("tide = 2")
    ada.shows(ada.user.page, "difference")

    # It is fetched in the place of what is here, and what is run of it is noted.
    ada.user.page.get_by_role("button", name="Download and Replace Local").click()
    expect(panel.locator(".jp-Cell .cm-content").first).to_contain_text("tide = 3")
    assert ada.user.run_cell(panel) == "3"
    [execution] = eventually(lambda: rows_of(ada.gallery, Execution), "what was run is noted")
    assert execution["success"]
    [recent] = ada.elsewhere.get("/notebooks/recently_executed").json()
    assert recent["uuid"] == uuid


def test_a_notebook_of_somebody_else_is_fetched_forked_and_a_change_asked_for(
    new_user: NewUser, tmp_path_factory: pytest.TempPathFactory, folder: Path
) -> None:
    """Folders are filled through a route of the extension's that Jupyter's own protection against
    forgery refuses: here it is off."""
    switches = {"NBGALLERY_ENABLE_AUTODOWNLOAD": "1"}
    home = tmp_path_factory.mktemp("folders-")
    with place(home, "--ServerApp.disable_check_xsrf=True", **switches) as there:
        other = there.gallery.visitor(there.gallery.member())
        uuid = other.publish("tide = 1", title="The tides", public=True)
        bob = Extension(new_user(there.lab, LAB), there.gallery, folder)
        mark = {"X-XSRFToken": (at_home := bob.elsewhere).mark()}
        assert at_home.send("PUT", f"{API}/{uuid}/star", headers=mark).status_code == 200
        bob.user.open_files()
        path = "Starred/The tides.ipynb"
        eventually((there.lab.root / path).exists, "what is starred is fetched")
        assert bob.metadata(path)["clone"] == uuid

        panel = bob.user.open_notebook(path)
        bob.user.edit(panel, "tide = 2")
        form = bob.opens(lambda: bob.chooses("Submit Change Request"))
        expect(form.get_by_role("heading", level=1)).to_have_text("Ask for this change")
        form.get_by_label("Why it is better so").fill("It is later.")
        bob.shows(form, "request")
        form.get_by_role("button", name="Ask for the change").click()
        expect(form.get_by_role("heading", level=1)).to_have_text("You have asked for the change")
        form.close()

        form = bob.opens(lambda: bob.chooses("Upload as a New Notebook (Fork)"))
        expect(form.get_by_label("Title")).to_have_value("The tides")
        form.get_by_role("button", name="Publish").click()
        expect(form.get_by_role("heading", level=1).first).to_have_text("The tides")
        mine = form.url.rpartition("/")[2]
        about = bob.elsewhere.get(f"{API}/{mine}?content=1").json()
        assert (about["owner"], about["parent_uuid"]) == (bob.name, uuid)
        assert about["content"]["cells"][0]["source"] == "tide = 2"
