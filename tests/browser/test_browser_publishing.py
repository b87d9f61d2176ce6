"""A notebook goes from one user to another, who has a server of their own on the same bucket."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browser_user import BrowserUser, FrontEnd, NewServer, NewUser, expect
from history_panel import HistoryPanel
from notebooks import model
from processes import Server
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, new_bucket

if TYPE_CHECKING:
    from playwright.sync_api import Locator


@dataclass(frozen=True)
class Neighbours:
    """Two servers on one bucket."""

    ada: Server
    ben: Server


@pytest.fixture(scope="module")
def neighbours(new_server: NewServer, front_end: FrontEnd, s3_url: str) -> Neighbours:
    bucket = new_bucket(s3_url)

    def started(name: str) -> Server:
        environment = {
            "JPYNB_S3_ENDPOINT_URL": s3_url,
            "JPYNB_S3_BUCKET": bucket,
            "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "JUPYTERHUB_USER": name,
        }
        own = ("--BookstoreSettings.workspace_prefix=workspace/{username}",)
        if name == "ada":
            own += ("--BookstoreSettings.links_most_hours=48",)
        return new_server(front_end, name, arguments=own, environment=environment)

    return Neighbours(ada=started("ada"), ben=started("ben"))


@pytest.fixture
def ada(new_user: NewUser, neighbours: Neighbours, front_end: FrontEnd) -> BrowserUser:
    return new_user(neighbours.ada, front_end)


@pytest.fixture
def ben(new_user: NewUser, neighbours: Neighbours, front_end: FrontEnd) -> BrowserUser:
    return new_user(neighbours.ben, front_end)


def published(user: BrowserUser, path: str, source: str) -> str:
    """Write a notebook, publish it from the front end, and return the link that is shown."""
    user.write_notebook(path, "unsaved")
    notebook = user.open_notebook(path)
    user.edit(notebook, source)
    user.page.locator("[data-jp-item-name='bookstore-publish']:visible").click()
    user.accept_to_publish()
    dialog = user.dialog("is published")
    dialog.get_by_role("button", name="Copy Link").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    link = dialog.get_by_label("Link").input_value()
    assert user.clipboard() == link
    user.dismiss(dialog)
    return link


def clone(user: BrowserUser, link: str, target: str) -> None:
    """Clone *link* with the dialog of the front end."""
    user.run_command("bookstore:clone", "Clone Notebook from Link")
    dialog = user.dialog("Clone Notebook from Link")
    dialog.get_by_label("Link").fill(link)
    dialog.get_by_label("Save in").fill(target)
    dialog.get_by_role("button", name="Clone").click()


def test_a_published_notebook_is_cloned_from_its_page_by_another_user(
    ada: BrowserUser, ben: BrowserUser
) -> None:
    """What is published is what the editor showed: changes are saved first."""
    link = urlsplit(published(ada, "handed/over.ipynb", "greeting = 'hello ben'"))
    assert "greeting" in (ada.server.root / "handed/over.ipynb").read_text()

    ben.go(f"{link.path.strip('/')}?{link.query}")
    expect(ben.page.locator("body")).to_contain_text("greeting = 'hello ben'")
    ben.page.get_by_role("button", name="Clone").click()
    expect(ben.notebook().locator(".cm-content").first).to_have_text("greeting = 'hello ben'")
    assert "hello ben" in (ben.server.root / "over.ipynb").read_text()


def test_an_earlier_version_is_published_from_its_menu(ada: BrowserUser) -> None:
    """Its link leads to it; the dialog says the second time that there is one already."""
    ada.write_notebook("chosen.ipynb", "the good one")
    notebook = ada.open_notebook("chosen.ipynb")
    history = HistoryPanel(ada).open()
    expect(history.versions).to_have_count(1)
    ada.edit(notebook, "the newer one")
    history.save()
    history.choose(history.versions.last, "bookstore:publish-version")
    asking = ada.dialog("Publish “")
    expect(asking).to_contain_text("What is published is the version of")
    expect(asking).to_contain_text("Publishing it again later")
    ada.accept("Publish “")
    told = ada.dialog("is published")
    link = urlsplit(told.get_by_label("Link").input_value())
    ada.dismiss(told)

    history.choose(history.versions.first, "bookstore:publish-version")
    asking = ada.dialog("Publish “")
    expect(asking).to_contain_text("Already published, as of")
    ada.dismiss(asking)
    ada.go(f"{link.path.strip('/')}?{link.query}")
    expect(ada.page.locator("body")).to_contain_text("the good one")
    expect(ada.page.locator("body")).not_to_contain_text("the newer one")


def test_the_page_of_a_link_tells_times_where_its_reader_is(
    new_user: NewUser, neighbours: Neighbours, front_end: FrontEnd
) -> None:
    reader = new_user(neighbours.ben, front_end, timezone_id="Asia/Kolkata", locale="en-GB")
    there = neighbours.ada.request("PUT", "api/bookstore/published/timed.ipynb", model("1"))
    reader.go(there["url"].lstrip("/"))
    time = reader.page.locator(".facts time")
    expect(time).to_have_attribute("title", re.compile("UTC"))
    then = datetime.fromisoformat(time.get_attribute("datetime") or "")
    expect(time).to_contain_text(f"{then + timedelta(hours=5, minutes=30):%H:%M}")


def test_a_link_is_cloned_without_leaving_the_front_end(ada: BrowserUser, ben: BrowserUser) -> None:
    link = published(ada, "linked.ipynb", "shared = True")
    ben.open_files()
    ben.follow_new_page(lambda: clone(ben, link, "inbox/"))
    expect(ben.notebook().locator(".cm-content").first).to_have_text("shared = True")
    assert (ben.server.root / "inbox" / "linked.ipynb").exists()


def test_what_is_no_link_is_said_in_words_and_can_be_corrected(ben: BrowserUser) -> None:
    ben.open_files()
    clone(ben, "https://example.org/", "")
    dialog = ben.dialog("Clone Notebook from Link")
    expect(dialog.get_by_role("alert")).to_contain_text("not a link to a notebook")
    expect(dialog.get_by_label("Link")).to_have_value("https://example.org/")
    dialog.get_by_label("Link").fill("s3://somebody-elses-bucket/published/a.ipynb")
    dialog.get_by_role("button", name="Clone").click()
    expect(ben.dialog("Clone Notebook from Link").get_by_role("alert")).to_contain_text(
        "not allowed"
    )


def test_a_notebook_is_taken_back_from_the_list_of_published_ones(
    ada: BrowserUser, ben: BrowserUser
) -> None:
    link = urlsplit(published(ada, "regretted.ipynb", "1"))
    ada.run_command("bookstore:show-published", "Published Notebooks")
    row = ada.page.locator(".bs-List-row[data-path='regretted.ipynb']:visible")
    expect(row).to_contain_text("ada")
    row.get_by_role("button", name="Unpublish").click()
    with ada.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        ada.accept("Unpublish “")
    expect(row).to_have_count(0)

    ben.go(f"{link.path.strip('/')}?{link.query}")
    expect(ben.page.locator("body")).not_to_contain_text("Clone notebook")
    ada.server.request("GET", "api/contents/regretted.ipynb?content=0")


def test_what_is_not_valid_is_told_to_who_publishes_and_who_clones(
    ada: BrowserUser, ben: BrowserUser
) -> None:
    """It is handed on all the same, or mended on the page."""
    ada.write_notebook("odd.ipynb", "odd = True")
    file = ada.server.root / "odd.ipynb"
    body = json.loads(file.read_bytes())
    body["metadata"]["title"] = ["no text"]
    file.write_text(json.dumps(body))
    ada.open_files()
    ada.page.get_by_text("odd.ipynb").first.click(button="right")
    ada.page.locator(".lm-Menu-item[data-command='bookstore:publish']:visible").click()
    ada.accept_to_publish()
    told = ada.dialog("is published")
    expect(told.locator(".bs-DialogText-warning")).to_contain_text("metadata.title")
    link = told.get_by_label("Link").input_value()

    ben.open_files()
    clone(ben, link, "odd/")
    copied = ben.dialog("Cloned as “odd/odd.ipynb”")
    expect(copied).to_contain_text("metadata.title")
    expect(copied).to_contain_text("--mend")
    ben.follow_new_page(lambda: ben.accept("Cloned as “"))
    expect(ben.notebook().locator(".cm-content").first).to_have_text("odd = True")
    assert "no text" in (ben.server.root / "odd" / "odd.ipynb").read_text()

    parts = urlsplit(link)
    ben.go(f"{parts.path.strip('/')}?{parts.query}")
    expect(ben.page.locator("body")).to_contain_text("metadata.title")
    ben.page.get_by_label("Make a valid notebook of it").check()
    ben.page.get_by_role("button", name="Clone").click()
    expect(ben.notebook().locator(".cm-content").first).to_have_text("odd = True")
    assert "no text" not in (ben.server.root / "odd.ipynb").read_text()


def menu_of(user: BrowserUser, path: str) -> Locator:
    """Save a notebook, and return the file browser's menu of it."""
    user.server.save(path, "tides = 'high'")
    listing = user.open_files()
    listing.locator(".jp-DirListing-item", has_text=path).click(button="right")
    menu = user.page.locator(".lm-Menu")
    expect(menu.get_by_text("Publish Notebook…")).to_be_visible()
    return menu


def test_a_public_link_gives_the_notebook_to_whoever_has_it(
    ada: BrowserUser, ben: BrowserUser
) -> None:
    """Where the administrator allows links; elsewhere none is offered."""
    expect(menu_of(ben, "link.ipynb").get_by_text("Get Public Link…")).to_be_hidden()
    menu_of(ada, "link.ipynb").get_by_text("Get Public Link…").click()
    dialog = ada.dialog("Get a public link to “link.ipynb”?")
    expect(dialog.get_by_label("How long it can be used")).to_have_value("1")
    dialog.get_by_label("How long it can be used").select_option("2 days")
    dialog.get_by_role("button", name="Get Link").click()
    made = ada.dialog("Public link to “link.ipynb”")
    made.get_by_role("button", name="Copy Link").click()
    expect(made.get_by_role("button", name="Copied")).to_be_visible()
    link = ada.clipboard()
    assert "X-Amz-Expires=172800" in link
    with urllib.request.urlopen(link) as answer:
        assert b"high" in answer.read()
    ada.dismiss(made)
