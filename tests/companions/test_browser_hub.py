"""The gallery as a service of a real JupyterHub, set up as the page about it says."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from browser_fixtures import *  # noqa: F403
from gallery_web import ipynb
from hub_kit import (
    API,
    GALLERY,
    LISTED,
    PAGE,
    PASSWORD,
    PREFIX,
    ROBOT,
    USERS,
    Hub,
    Visitor,
    running_hub,
)
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCOPE = "access:services!service=gallery"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub whose users have never had a server."""
    folder = tmp_path_factory.mktemp("hub")
    text = (Path(__file__).parents[2] / PAGE).read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    [snippet] = [each for each in snippets if "JupyterHub.services" in each]
    with running_hub(folder, f"sqlite:///{folder}/gallery.db", snippet) as running:
        for name in USERS:  # who comes once is known
            running.visitor(name)
        yield running


def publish(hub: Hub, visitor: Visitor, title: str, **words: Any) -> str:
    """Publish a notebook as a script of the page would, and return its uuid."""
    told = {"title": title, "description": "Sent.", "content": ipynb("print('tide')"), **words}
    answer = visitor.send("POST", API, json=told, headers={"X-XSRFToken": visitor.mark()})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uuid"])


# -- in the browser ------------------------------------------------------------------------------


def test_a_notebook_is_published_found_and_opened_in_a_server_that_sleeps(
    hub: Hub, browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context() as hers, browser.new_context() as his:
        ada, bob = hers.new_page(), his.new_page()
        ada.goto(f"{hub.url}{GALLERY}/publish")
        sign_in(ada, "ada")
        ada.wait_for_url(f"**{GALLERY}/publish")
        file = tmp_path / "tides.ipynb"
        file.write_text(json.dumps(ipynb("# Tides", "print('tide')")))
        for title, is_public in (("The tides", True), ("A secret of the sea", False)):
            ada.goto(f"{hub.url}{GALLERY}/publish")
            ada.get_by_label("Notebook", exact=True).set_input_files(file)
            ada.get_by_label("Title").fill(title)
            ada.get_by_label("Description").fill("When the water comes.")
            ada.get_by_label("Everybody").set_checked(is_public)
            ada.get_by_role("button", name="Publish").click()
            expect(ada.get_by_role("heading", level=1).first).to_have_text(title)

        bob.goto(f"{hub.url}{GALLERY}/search?q=water")
        sign_in(bob, "bob")
        expect(bob.get_by_role("link", name="A secret of the sea")).to_have_count(0)
        bob.get_by_role("link", name="The tides").click()
        expect(bob.get_by_role("link", name="Edit")).to_have_count(0)
        assert hub.api("GET", "users/bob")["servers"] == {}
        bob.get_by_role("link", name="Open in Jupyter").click(no_wait_after=True)
        bob.wait_for_url("**/user/bob/bookstore/gallery-clone?**", timeout=180_000)
        expect(bob.get_by_role("main")).to_contain_text("print('tide')")
        bob.get_by_role("button", name="Clone").click(no_wait_after=True)
        bob.wait_for_url("**/user/bob/lab/tree/**", timeout=180_000)
        assert [*(hub.folder / "homes/bob").glob("*.ipynb")]
    his_server = [line for line in hub.log.splitlines() if " ServerApp] " in line]
    assert any("gallery-clone?" in line for line in his_server)
    assert not [line for line in his_server if "bookstore_" in line], "a ticket"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_of_an_account_fits_its_window(
    hub: Hub, browser: Browser, scheme: str, width: int, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    size = {"width": width, "height": 800}
    with browser.new_context(color_scheme=scheme, viewport=size) as context:
        page = context.new_page()
        page.goto(f"{hub.url}{GALLERY}/account")
        sign_in(page, "ada")
        expect(page.get_by_text("Ocean Team")).to_be_visible()
        page.screenshot(path=folder / f"hub-account-{scheme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_script_of_the_gallery_carries_the_mark_of_forms(hub: Hub, browser: Browser) -> None:
    publish(hub, hub.visitor("ada"), "Spring tides", public=True)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{hub.url}{GALLERY}")
        sign_in(page, "ada")
        with page.expect_response("**/suggestions?**") as suggested:
            page.locator("input[name=q]").press_sequentially("spring")
        assert suggested.value.json()["titles"] == ["Spring tides"]


def sign_in(page: Page, name: str) -> None:
    """Fill in the Hub's form."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


# -- who may do what -----------------------------------------------------------------------------


def test_a_group_of_the_hub_owns_notebooks_together(hub: Hub) -> None:
    ada, bob = hub.visitor("ada"), hub.visitor("bob")
    page = ada.send("GET", f"{GALLERY}/account").text
    assert "Ocean Team" in page
    [gid] = re.findall(r"group:(ocean-team-[0-9a-f]{12})", page)
    uuid = publish(hub, ada, "Currents", owner=f"group:{gid}")
    assert "Edit" in bob.send("GET", f"{GALLERY}/nb/{uuid}").text
    hub.api("DELETE", "groups/Ocean%20Team/users", users=["bob"])
    try:
        again = hub.visitor("bob")
        assert again.send("GET", f"{GALLERY}/nb/{uuid}").status_code == 404
        assert "Ocean Team" not in again.send("GET", f"{GALLERY}/account").text
    finally:
        hub.api("POST", "groups/Ocean%20Team/users", users=["bob"])


def test_an_administrator_is_who_has_the_scope(hub: Hub) -> None:
    uuid = publish(hub, hub.visitor("ada"), "Mine alone")
    for name, status in (("root-of-all", 200), ("bob", 404)):
        visitor = hub.visitor(name)
        asked = visitor.send("GET", f"{API}/{uuid}", params={"use_admin": "true"})
        assert asked.status_code == status, name
        assert visitor.send("GET", f"{API}/{uuid}").status_code == 404, name


def test_who_signs_out_of_the_hub_is_out(hub: Hub) -> None:
    visitor = hub.visitor("bob")
    assert visitor.is_known
    visitor.send("GET", "/hub/logout")
    assert not visitor.is_known


def test_who_may_not_use_the_service_is_told_so(hub: Hub) -> None:
    with_less = hub.token("ada", "read:users!user=ada")
    answer = by(hub, with_less, "GET", API)
    assert answer.status_code == 403
    assert answer.json()["message"]


@pytest.mark.parametrize(
    ("origin", "statuses"),
    [(LISTED, [200, 201, 201, 204]), ("https://evil.example", [403] * 4), ("null", [403] * 4)],
)
def test_nbgallerys_extensions_use_the_session_at_the_hub(
    hub: Hub, origin: str, statuses: list[int]
) -> None:
    """From listed origins alone; where the extensions carry no mark of the Hub's forms."""
    ada = hub.visitor("ada")
    uuid = publish(hub, ada, f"Tides for {origin.rpartition('/')[2]}")
    headers = {"Origin": origin, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-site"}
    ran = {"uuid": uuid, "md5": "0" * 32, "success": "true", "runtime": "1"}
    text = {"Content-Type": "text/plain", **headers}
    body = json.dumps(ipynb("2"))
    found = []
    for place in ("", "/bookstore/nbgallery"):
        stages = f"{PREFIX}{place}/stages?agree=yes&id={uuid}"
        found.append(ada.send("POST", stages, data=body, headers=text).status_code)
    about = ada.send("GET", f"{PREFIX}/notebooks/{uuid}/metadata", headers=headers).status_code
    noted = ada.send("POST", f"{PREFIX}/executions", data=ran, headers=headers).status_code
    assert [about, *found, noted] == statuses


# -- programs ------------------------------------------------------------------------------------


def by(hub: Hub, token: str, verb: str, path: str, **told: Any) -> requests.Response:
    """What a program is answered."""
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(verb, hub.url + path, headers=headers, timeout=60, **told)


def test_a_token_of_the_hub_is_for_what_it_says(hub: Hub) -> None:
    told = {"title": "By a program", "description": "Sent.", "content": ipynb("1")}
    token = hub.token("ada", SCOPE)
    made = by(hub, token, "POST", API, json=told)
    assert made.status_code == 201, made.text
    uuid = made.json()["uuid"]
    assert hub.visitor("ada").send("GET", f"{GALLERY}/nb/{uuid}").status_code == 200
    assert by(hub, hub.token("bob", SCOPE), "GET", f"{API}/{uuid}").status_code == 404
    # Of a token that is for less, nothing follows for its owner.
    less = hub.token("root-of-all", SCOPE)
    assert by(hub, less, "GET", f"{API}/{uuid}?use_admin=true").status_code == 403
    more = hub.token("root-of-all", SCOPE, "custom:gallery:administer")
    assert by(hub, more, "GET", f"{API}/{uuid}?use_admin=true").status_code == 200


def test_a_service_is_no_user(hub: Hub) -> None:
    answer = by(hub, ROBOT, "GET", API)
    assert answer.status_code == 403
    assert "robot" in answer.json()["message"]


def test_a_token_that_is_none_is_nobody(hub: Hub) -> None:
    assert by(hub, "0" * 32, "GET", API).status_code == 403


# -- pages of others on the same host ------------------------------------------------------------


@pytest.mark.parametrize("mode", ["navigate", "cors", "same-origin", "no-cors"])
def test_a_form_without_its_mark_is_refused(hub: Hub, mode: str) -> None:
    visitor, other = hub.visitor("ada"), hub.visitor("bob")
    told = {"title": "Forged", "description": "x", "content": ipynb("1")}
    sites = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": "same-origin"}
    for mark in ("", "forged", other.mark()):
        tossed = {"Cookie": "; ".join(cookies_of(visitor, _xsrf=mark))}
        answer = requests.post(
            hub.url + API, json=told, timeout=60, headers={**sites, **tossed, "X-XSRFToken": mark}
        )
        assert answer.status_code == 403, mark


def cookies_of(visitor: Visitor, **others: str) -> Iterator[str]:
    """A browser's cookies, with those that a page of another user has put before them."""
    yield from (f"{name}={value}" for name, value in others.items())
    visitor.send("GET", GALLERY)
    for each in visitor.browser.cookies:
        if each.path.startswith((PREFIX, "/")) and each.name not in others:
            yield f"{each.name}={each.value}"


def test_a_script_of_another_page_reads_nothing(hub: Hub) -> None:
    """It has the cookies, and says what browsers let no script leave out."""
    visitor = hub.visitor("ada")
    uuid = publish(hub, visitor, "Not for others")
    for mode in ("cors", "same-origin"):
        script = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": "same-origin"}
        for path in (f"{GALLERY}/nb/{uuid}", f"{API}/{uuid}", f"{GALLERY}/nb/{uuid}/download"):
            answer = visitor.send("GET", path, headers=script, allow_redirects=False)
            assert answer.status_code in (302, 403, 404), path
            assert "Not for others" not in answer.text


def test_the_way_back_is_for_the_browser_that_began(hub: Hub) -> None:
    victim, attacker = hub.visitor(), hub.visitor("bob")
    attacker.browser.cookies.clear(domain="127.0.0.1", path=f"{PREFIX}/")
    begun = attacker.send("GET", f"{GALLERY}/account", allow_redirects=False)
    back = attacker.send("GET", begun.headers["Location"], allow_redirects=False)
    assert f"{PREFIX}/oauth_callback?" in back.headers["Location"]
    answer = victim.send("GET", back.headers["Location"], allow_redirects=False)
    assert answer.status_code == 403
    assert not victim.is_known
    assert answer.headers["Content-Security-Policy"]


def test_one_comes_back_to_the_page_that_one_wanted(hub: Hub) -> None:
    visitor = hub.visitor("ada")
    answer = visitor.send("GET", f"{GALLERY}/search?q=a%26b")
    assert urlsplit(answer.url).path == f"{GALLERY}/search"
    assert urlsplit(answer.url).query == "q=a%26b"
    visitor.send("GET", f"{GALLERY}/sign-in?next=//evil.example/")
    answer = visitor.send("GET", f"{GALLERY}/sign-in", params={"next": "https://evil.example/"})
    assert answer.url == f"{hub.url}{GALLERY}"


def test_no_secret_is_in_the_log(hub: Hub) -> None:
    visitor = hub.visitor("ada")
    assert visitor.is_known
    token = hub.token("ada", SCOPE)
    by(hub, token, "GET", f"{API}?token={token}")
    ours = [line for line in hub.log.splitlines() if line.startswith(("[tornado", "[GalleryHub"))]
    assert any("/bookstore/gallery/account (127.0.0.1 ada)" in line for line in ours)
    cookies = [each.value for each in visitor.browser.cookies if len(each.value) > 20]
    assert len(cookies) > 2
    assert not [each for each in (token, ROBOT, *cookies) if any(each in line for line in ours)]
