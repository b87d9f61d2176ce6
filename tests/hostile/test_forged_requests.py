"""A page of somebody else that the user's browser has open changes nothing and reads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from embedded import versions_in
from hostile_kit import BUCKET, Reply, Victim, as_bytes
from notebooks import notebook
from processes import TOKEN

from bookstore.handlers import ROUTES
from bookstore.store.local.store import DATABASE

EVIL = "http://evil.example"
READS = [
    ("GET", "/api/bookstore"),
    ("GET", "/api/bookstore/status"),
    ("GET", "/api/bookstore/published"),
    ("GET", "/api/bookstore/deleted"),
    ("GET", "/api/bookstore/versions/forged.ipynb"),
    ("GET", "/api/bookstore/diff/forged.ipynb?base={version}"),
]
PAGES = [
    f"/bookstore/clone?s3_bucket={BUCKET}&s3_key=workspace/forged.ipynb",
    f"/api/bookstore/cloned?s3_bucket={BUCKET}&s3_key=workspace/forged.ipynb",
    "/bookstore/fs-clone?relpath=a.ipynb",
]
CLONE = {"s3_bucket": BUCKET, "s3_key": "workspace/forged.ipynb", "target_path": "stolen.ipynb"}
FILE = {"relpath": "a.ipynb", "target_path": "stolen.ipynb"}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "/api/bookstore/published/forged.ipynb", {"type": "notebook"}),
    ("PUT", "/api/bookstore/publish/forged.ipynb", {"type": "notebook"}),
    ("PUT", "/api/bookstore/published", {"type": "notebook"}),
    ("DELETE", "/api/bookstore/published/shown.ipynb", {}),
    ("DELETE", "/api/bookstore/publish/shown.ipynb", {}),
    ("PATCH", "/api/bookstore/versions/forged.ipynb", {"version_id": "{version}", "label": "x"}),
    ("POST", "/api/bookstore/diff/forged.ipynb", {"base": "{version}", "content": notebook("2")}),
    ("POST", "/api/bookstore/restore/forged.ipynb", {"version_id": "{version}"}),
    ("POST", "/api/bookstore/checkpoint", {"path": "forged.ipynb", "label": "x"}),
    ("POST", "/api/bookstore/undo/forged.ipynb", {"actor": "ana"}),
    ("POST", "/api/bookstore/links/forged.ipynb", {"hours": 1}),
    ("DELETE", "/api/bookstore/links/forged.ipynb", {}),
    ("POST", "/api/bookstore/join/forged.ipynb", {"folder": "work"}),
    ("POST", "/api/bookstore/cloned", CLONE),
    ("POST", "/api/bookstore/clone", CLONE),
    ("POST", "/api/bookstore/fs-clone", FILE),
    ("POST", "/bookstore/clone", CLONE),
    ("POST", "/bookstore/fs-clone", FILE),
    ("POST", "/api/bookstore/runs", {"address": "forged.ipynb"}),
    ("DELETE", "/api/bookstore/runs/{run_id}", {}),
    ("POST", "/api/bookstore/gallery-clone", {"gallery": "https://a.test/", "notebook": "a"}),
    ("POST", "/bookstore/gallery-clone", {"gallery": "https://a.test/", "notebook": "a"}),
]


@pytest.fixture(scope="module")
def version(victim: Victim) -> str:
    """A notebook with an earlier version, and one that is published."""
    victim.write("forged.ipynb", as_bytes(notebook("1")))
    body = {"type": "notebook", "content": notebook("1")}
    victim.send("PUT", "/api/bookstore/published/shown.ipynb", body)
    first = victim.newest("forged.ipynb")
    victim.wait_until_delivered()
    victim.save("forged.ipynb", "2")
    victim.wait_until_delivered()
    return first


@pytest.fixture(scope="module")
def cookies(victim: Victim) -> dict[str, str]:
    """What the browser of a user who is signed in sends along with every request."""
    page = victim.send("GET", f"{PAGES[2]}&token={TOKEN}", with_token=False)
    jar: SimpleCookie = SimpleCookie()
    for name, value in page.headers.items():
        if name.lower() == "set-cookie":
            jar.load(value)
    found = {name: morsel.value for name, morsel in jar.items()}
    assert "_xsrf" in found
    assert any(name.startswith("username-") for name in found)
    return found


class Browser:
    """Sends requests as the signed-in user's browser does, on behalf of any page."""

    def __init__(self, victim: Victim, cookies: Mapping[str, str]) -> None:
        self.victim = victim
        self.cookies = dict(cookies)

    def send(self, method: str, target: str, body: Any = None, **headers: str) -> Reply:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.victim.send(
            method, target, body, headers={"Cookie": jar, **sent}, with_token=False
        )


@pytest.fixture
def browser(victim: Victim, cookies: dict[str, str]) -> Browser:
    return Browser(victim, cookies)


def filled(value: Any, version: str) -> Any:
    if isinstance(value, dict):
        return {name: filled(inner, version) for name, inner in value.items()}
    return value.replace("{version}", version) if isinstance(value, str) else value


def everything(victim: Victim) -> dict[str, object]:
    """What the user has: files, versions, labels, what is published."""
    files = {
        str(file.relative_to(victim.root)): file.read_bytes()
        for file in victim.root.rglob("*")
        if file.is_file()
    }
    file = victim.home / "data" / "bookstore" / "store" / BUCKET / DATABASE
    return {"files": files, "versions": versions_in(file)}


@pytest.fixture
def unchanged(victim: Victim, version: str) -> Iterator[None]:
    """Whatever the test does, nothing of the user's is changed by it."""
    victim.wait_until_delivered()
    before = everything(victim)
    yield
    victim.wait_until_delivered()
    assert everything(victim) == before


def test_every_route_that_writes_is_tried() -> None:
    verbs = {
        (verb, route.path.replace("{path}", "x"))
        for route in ROUTES
        for verb in ("POST", "PUT", "PATCH", "DELETE")
        if verb.lower() in vars(route.handler)
    }
    tried = {
        (verb, target.replace("/forged.ipynb", "/x").replace("/shown.ipynb", "/x"))
        for verb, target, _ in WRITES
    }
    assert tried == verbs


FORGERIES: dict[str, dict[str, str]] = {
    "no token": {},
    "wrong token": {"X_XSRFToken": "2|00000000|00000000000000000000000000000000|1"},
    "malformed token": {"X_XSRFToken": "\xff%"},
    "text that needs no preflight": {"Content_Type": "text/plain", "Origin": EVIL},
    "a form": {"Content_Type": "application/x-www-form-urlencoded", "Origin": EVIL},
    "a sandboxed frame": {"Origin": "null"},
    "a referer that begins alike": {"Referer": "http://127.0.0.1.evil.example/"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_write_without_the_pages_token_is_refused(
    browser: Browser, version: str, unchanged: None, forgery: str
) -> None:
    for method, target, fields in WRITES:
        body: Any = filled(fields, version)
        if forgery == "a form":
            flat = {name: str(value) for name, value in body.items()}
            body = urlencode({**flat, "_xsrf": "guessed"}).encode()
        reply = browser.send(method, target, body, **FORGERIES[forgery])
        assert reply.status in (403, 404), (method, target)


def test_a_write_from_elsewhere_is_refused_even_with_the_token(
    browser: Browser, version: str, unchanged: None
) -> None:
    """Somebody may have read the token, on a subdomain for example."""
    for method, target, fields in WRITES:
        if target.startswith("/api/"):
            token = browser.cookies["_xsrf"]
            body = filled(fields, version)
            reply = browser.send(method, target, body, X_XSRFToken=token, Origin=EVIL)
            assert reply.status in (403, 404), (method, target)


def test_reading_from_elsewhere_is_refused(browser: Browser, version: str) -> None:
    for method, target in READS:
        reply = browser.send(method, filled(target, version), Origin=EVIL)
        assert reply.status in (403, 404), target
        assert "Access-Control-Allow-Origin" not in reply.headers


def test_pages_are_shown_in_no_frame_of_somebody_else(browser: Browser, version: str) -> None:
    for target in PAGES:
        page = browser.send("GET", target)
        assert page.status == 200
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]


def test_looking_changes_nothing(browser: Browser, version: str, unchanged: None) -> None:
    """An image, a link or a redirect can make a browser send any GET."""
    targets = [target for _, target in READS] + PAGES
    for target in targets:
        assert browser.send("GET", filled(target, version), Referer=f"{EVIL}/").status == 200


def test_without_a_sign_in_nothing_is_told(victim: Victim, version: str, unchanged: None) -> None:
    asked = [(method, target, None) for method, target in READS]
    for method, target, fields in [*asked, *WRITES]:
        reply = victim.send(method, filled(target, version), fields, with_token=False)
        assert reply.status in (302, 403), (method, target)
        assert b"forged" not in reply.body


REFUSED_FOR_OTHER_REASONS = {
    "/api/bookstore/gallery-clone": "BookstoreSettings.galleries",
    "/bookstore/gallery-clone": "BookstoreSettings.galleries",
    "/api/bookstore/runs": "names no kernel",
    "/api/bookstore/runs/{run_id}": "that this server started goes on",
    "/api/bookstore/links/forged.ipynb": "cannot be reached from elsewhere",
    "/api/bookstore/undo/forged.ipynb": "is by 'ana', as far as was looked",
    "/api/bookstore/join/forged.ipynb": "No server had 'work' as its root",
}


def test_the_users_own_page_works(browser: Browser, version: str) -> None:
    """All of the above would also pass if nothing worked."""
    token, origin = browser.cookies["_xsrf"], browser.victim.url.rstrip("/")
    for method, target, fields in WRITES:
        if target != "/api/bookstore/published":
            body: Any = filled(fields, version)
            if not target.startswith("/api/"):
                body = urlencode({**body, "_xsrf": token}).encode()
                kind = "application/x-www-form-urlencoded"
                reply = browser.send(method, target, body, Content_Type=kind, Origin=origin)
            else:
                reply = browser.send(method, target, body, X_XSRFToken=token, Origin=origin)
            if (refused := REFUSED_FOR_OTHER_REASONS.get(target)) is not None:  # it gets in
                assert refused in reply.text
                continue
            again = target == "/api/bookstore/publish/shown.ipynb"
            assert reply.status in ((404,) if again else (200, 303)), (method, target, reply.text)
