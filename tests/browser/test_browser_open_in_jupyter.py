"""From a gallery by itself into the reader's own Jupyter, which has no bucket of the gallery's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_user import LAB, BrowserUser, NewServer, NewUser, expect
from hosted_gallery import GALLERY, PASSWORD, Hosted, hosted
from processes import Server


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery whose members have Jupyters of their own."""
    settings = {"members_have_jupyter": True}
    with hosted(tmp_path_factory.mktemp("gallery"), GallerySettings=settings) as served:
        yield served


@pytest.fixture(scope="module")
def jupyter(new_server: NewServer, gallery: Hosted) -> Iterator[Server]:
    """A Jupyter that fetches from this gallery."""
    server = new_server(LAB, arguments=(f"--BookstoreSettings.galleries={gallery.url}/",))
    yield server
    # JupyterLab asks once what nbconvert can do, and a server that is told to stop before it has
    # answered that never ends: the thread that looks is waited for.
    server.kill()


@pytest.fixture
def ada(new_user: NewUser, jupyter: Server) -> BrowserUser:
    return new_user(jupyter, LAB)


def test_a_private_notebook_opens_in_the_readers_own_jupyter(
    ada: BrowserUser, gallery: Hosted
) -> None:
    """Nothing is saved before the reader says so, and the form carries Jupyter's own mark."""
    name = gallery.member()
    uuid = gallery.visitor(name).publish("tide = 'low'", title="Low tide", public=False)
    ada.go("tree")  # signed in at Jupyter
    page = ada.page
    page.goto(f"{gallery.url}{GALLERY}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Gallery", exact=True).wait_for()
    page.goto(f"{gallery.url}{GALLERY}/nb/{uuid}")
    page.get_by_role("link", name="Open in Jupyter").click()
    page.get_by_label("Address of your Jupyter").fill(ada.server.url)
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Open in http").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Low tide")
    expect(page.locator("body")).to_contain_text("from the gallery at")
    expect(page.locator("body")).to_contain_text("tide = 'low'")
    assert not (ada.server.root / "Low tide.ipynb").exists()
    page.get_by_role("button", name="Clone notebook").click()
    panel = ada.notebook()
    expect(panel.locator(".cm-content").first).to_have_text("tide = 'low'")
    assert uuid in (ada.server.root / "Low tide.ipynb").read_text()

    page.goto(f"{gallery.url}{GALLERY}/nb/{uuid}")
    page.get_by_role("link", name="Open in Jupyter").click()
    expect(page.locator("body")).to_contain_text("the copy gets another name")
    page.wait_for_load_state("networkidle")
