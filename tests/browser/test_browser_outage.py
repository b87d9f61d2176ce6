"""The store goes down and comes back: the status item is right within seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_user import BrowserUser, FrontEnd, NewServer, expect
from embedded import out_of_use
from processes import Server
from proxy import Proxy
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, new_bucket


@pytest.fixture(scope="module")
def proxy(s3_url: str) -> Iterator[Proxy]:
    with Proxy(s3_url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd, proxy: Proxy, s3_url: str) -> Server:
    """A server whose store can be made unreachable."""
    environment = {
        "JPYNB_S3_ENDPOINT_URL": proxy.url,
        "JPYNB_S3_BUCKET": new_bucket(s3_url),
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    quick = ("--BookstoreSettings.store_timeout_s=2", "--BookstoreSettings.drain_deadline_s=1")
    return new_server(front_end, arguments=quick, environment=environment)


@pytest.fixture
def outage(proxy: Proxy) -> Iterator[Proxy]:
    """A store that can be reached again after the test, whatever happens."""
    yield proxy
    proxy.refuse()
    proxy.listen()


def test_the_status_item_tells_of_an_outage_and_of_its_end(
    user: BrowserUser, outage: Proxy
) -> None:
    user.write_notebook("outage.ipynb", "1")
    notebook = user.open_notebook("outage.ipynb")
    user.save()
    user.server.wait_until_delivered()
    status = user.page.locator("#bookstore-status")
    expect(status).to_contain_text("Archived")

    outage.refuse()
    for source in ("2", "3"):
        user.edit(notebook, source)
        user.save()
    expect(status.get_by_role("button")).to_contain_text("2 waiting: store unreachable since")
    expect(status.get_by_role("status")).to_contain_text("2 waiting")

    status.get_by_role("button").click()
    details = user.page.get_by_role("dialog", name="Archive status")
    expect(details).to_contain_text("outage.ipynb")
    expect(details).to_contain_text("s3://")
    expect(details).to_contain_text("is safe on the server")

    outage.listen()
    expect(status.get_by_role("button")).to_contain_text("Archived")
    expect(details).to_contain_text("Every save is in the store")
    expect(status.get_by_role("status")).to_have_text("")


def test_the_details_close_with_escape_and_give_the_keyboard_back(user: BrowserUser) -> None:
    user.open_files()
    button = user.page.locator("#bookstore-status").get_by_role("button")
    button.focus()
    user.page.keyboard.press("Enter")
    details = user.page.get_by_role("dialog", name="Archive status")
    expect(details).to_be_visible()
    user.page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    expect(button).to_be_focused()


def test_publishing_during_an_outage_fails_in_words(user: BrowserUser, outage: Proxy) -> None:
    user.write_notebook("later.ipynb", "1")
    user.open_notebook("later.ipynb")
    outage.refuse()
    user.run_command("bookstore:publish", "Publish Notebook")
    user.accept_to_publish()
    expect(user.dialog("is not published")).to_contain_text("store")


def test_a_save_that_is_only_in_memory_is_told_and_archived_later(user: BrowserUser) -> None:
    """The outbox's disk fails: the status cannot count what waits, and says what is wrong."""
    user.write_notebook("kept.ipynb", "1")
    notebook = user.open_notebook("kept.ipynb")
    user.server.wait_until_delivered()
    [file] = (user.server.home / "data" / "bookstore" / "outbox").glob("*/outbox.sqlite3")
    with out_of_use(file.parent):
        user.edit(notebook, "2")
        user.save()

        status = user.page.locator("#bookstore-status")
        expect(status.get_by_role("button")).to_contain_text(
            "Not archived: Saves are not being recorded."
        )
        status.get_by_role("button").click()
        details = user.page.get_by_role("dialog", name="Archive status")
        expect(details).to_contain_text("only in memory")
        expect(details).to_contain_text("not known")

    expect(details).to_contain_text("Every save is in the store")
