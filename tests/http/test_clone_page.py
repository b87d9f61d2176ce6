"""The landing page: what it shows, what it promises, and that looking changes nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import nbformat
import pytest
from http_helpers import Answer, Call, names_in, put, risky_notebook
from jupyter_server.serverapp import ServerApp
from memory_fixtures import BUCKET
from notebooks import notebook

from bookstore.errors import StoreUnavailable
from bookstore.http.base import BookstoreHandler
from bookstore.http.clone import BookstoreCloneHandler
from bookstore.notebooks.preview import MAX_BYTES, MAX_CELL_CHARACTERS, MAX_CELLS
from bookstore.store.memory import MemoryStore

PAGES = pytest.mark.parametrize("page", ["/bookstore/clone", "/api/bookstore/cloned"])
HOSTILE = """"><script>alert(1)</script><img src=x onerror='x'>&amp;{{7*7}}"""


class Elements(HTMLParser):
    """The elements of a page: tag and attributes of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]

    def fields(self) -> dict[str, str]:
        """What the form would send."""
        return {str(field["name"]): field["value"] or "" for field in self.of("input")}


def query(key: str, **more: str) -> dict[str, str]:
    return {"s3_bucket": BUCKET, "s3_key": key, **more}


def words(answer: Answer) -> str:
    """The page's text."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


@PAGES
async def test_what_the_original_let_others_override_makes_the_page(
    call: Call, store: MemoryStore, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``construct_template_params`` fills it, ``get_template`` loads it."""
    await put(store, "published/a.ipynb", notebook("1"))
    fill, asked = BookstoreCloneHandler.construct_template_params, []

    def renamed(handler: Any, s3_bucket: str, s3_object_key: str, *version: str) -> dict[str, Any]:
        params = fill(handler, s3_bucket, s3_object_key, *version)
        assert fill(handler, s3_bucket, s3_object_key)["origin"] == params["origin"]
        return {**params, "name": f"{s3_object_key} of {s3_bucket}"}

    def load(handler: Any, name: str) -> Any:
        asked.append(name)
        return BookstoreHandler.get_template(handler, name)

    monkeypatch.setattr(BookstoreCloneHandler, "construct_template_params", renamed)
    monkeypatch.setattr(BookstoreCloneHandler, "get_template", load)
    answer = await call("GET", page, query=query("published/a.ipynb"))
    assert f"published/a.ipynb of {BUCKET}" in words(answer)
    assert asked == ["clone.html"]


@PAGES
async def test_where_the_notebook_is_kept_is_folded_away(
    call: Call, store: MemoryStore, page: str
) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    answer = await call("GET", page, query=query("published/a.ipynb"))
    seen, folded = answer.text.split("<summary>", 1)
    assert "published/a.ipynb" in folded.split("</details>")[0]
    assert "<dt>Key</dt>" not in seen
    assert "<dt>Saved</dt>" in seen


@PAGES
async def test_the_page_shows_source_version_size_date_and_author(
    call: Call, store: MemoryStore, page: str
) -> None:
    version_id = await put(store, "published/in/a.ipynb", notebook("1"), author="ana.lima")
    answer = await call("GET", page, query=query("published/in/a.ipynb"))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    text = words(answer)
    for fact in (BUCKET, "published/in/a.ipynb", version_id, " B", "UTC", "ana.lima"):
        assert fact in text
    assert "A copy will be saved as a.ipynb in your files" in text
    assert "will not be trusted until you run it" in text


async def test_the_page_previews_text_and_code_and_never_outputs(
    call: Call, store: MemoryStore
) -> None:
    content = risky_notebook()
    content["cells"] += [
        nbformat.v4.new_markdown_cell("# Heading\n<b>bold</b>", id="m"),
        nbformat.v4.new_code_cell("print('<i>')", id="c"),
    ]
    await put(store, "a.ipynb", content)
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert "steal()" not in answer.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.text
    assert "print(&#39;&lt;i&gt;&#39;)" in answer.text


async def test_a_long_notebook_is_previewed_in_part(call: Call, store: MemoryStore) -> None:
    long = "x" * (MAX_CELL_CHARACTERS + 1)
    await put(store, "a.ipynb", notebook(long, *(f"n = {i}" for i in range(MAX_CELLS + 2))))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert long not in answer.text
    assert "… 3 more cells" in words(answer)


async def test_a_large_object_is_offered_without_reading_it(call: Call, store: MemoryStore) -> None:
    await put(store, "a.txt", b"x" * (MAX_BYTES + 1))
    answer = await call("GET", "/bookstore/clone", query=query("a.txt"))
    assert "No preview" in words(answer)
    assert ("get", "a.txt") not in store.requests


@pytest.mark.parametrize(
    ("body", "note"), [(b"\0\xff", "binary file"), (b"", "empty"), (b"print(1)", "print(1)")]
)
async def test_other_files_are_previewed_as_far_as_they_are_text(
    call: Call, store: MemoryStore, body: bytes, note: str
) -> None:
    await put(store, "a.py", body)
    assert note in words(await call("GET", "/bookstore/clone", query=query("a.py")))


async def test_the_version_that_is_shown_is_the_one_that_is_cloned(
    call: Call, store: MemoryStore
) -> None:
    """Another version may arrive between looking and clicking."""
    first = await put(store, "a.ipynb", notebook("1"))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert Elements(answer.text).fields()["s3_version_id"] == first


async def test_the_page_tells_when_the_name_is_taken(
    call: Call, store: MemoryStore, root: Path
) -> None:
    (root / "a.ipynb").write_text("mine")
    await put(store, "a.ipynb", notebook("1"))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert "You already have a.ipynb" in words(answer)
    assert Elements(answer.text).fields()["target_path"] not in ("", "a.ipynb")


@PAGES
async def test_looking_at_the_page_changes_nothing(
    call: Call, store: MemoryStore, root: Path, page: str
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    store.requests.clear()
    target = query("a.ipynb", target_path="new/folder/a.ipynb")
    assert (await call("GET", page, query=target)).status == 200
    assert {verb for verb, _ in store.requests} == {"head", "get"}
    assert names_in(root) == []


@pytest.mark.parametrize("place", ["key", "author", "source", "target", "bucket", "version"])
async def test_no_field_of_the_page_can_bring_markup(
    call: Call, store: MemoryStore, place: str
) -> None:
    key = f"in/{HOSTILE}.py" if place == "key" else "a.ipynb"
    body: Any = notebook(HOSTILE)
    content = HOSTILE.encode() if place == "key" else body
    await put(store, key, content, author=HOSTILE if place == "author" else "ana")
    asked = query(key)
    if place == "target":
        asked["target_path"] = f"{HOSTILE}.ipynb"
    elif place == "bucket":
        asked["s3_bucket"] = HOSTILE
    elif place == "version":
        asked["s3_version_id"] = HOSTILE
    answer = await call("GET", "/bookstore/clone", query=asked)
    elements = Elements(answer.text)
    assert "<script>alert" not in answer.text
    assert [script["src"] for script in elements.of("script") if "src" in script] == [
        script.get("src") for script in elements.of("script")
    ]
    assert not any("onerror" in attributes for _, attributes in elements.all)
    assert "{{7*7}}" in words(answer)


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({}, 400, "s3_bucket"),
        ({"s3_bucket": BUCKET}, 400, "s3_key"),
        ({"s3_bucket": BUCKET, "s3_key": "missing.ipynb"}, 404, "missing.ipynb"),
        ({"s3_bucket": "elsewhere", "s3_key": "a"}, 403, "elsewhere"),
        ({"s3_bucket": BUCKET, "s3_key": "bad.ipynb"}, 422, "not a notebook"),
        ({"s3_bucket": BUCKET, "s3_key": "bad.ipynb", "target_path": "../x"}, 400, "target_path"),
    ],
)
@PAGES
async def test_what_cannot_be_cloned_is_told_in_words_on_a_page(
    call: Call, store: MemoryStore, page: str, asked: dict[str, str], status: int, told: str
) -> None:
    await put(store, "bad.ipynb", b"no notebook")
    answer = await call("GET", page, query=asked)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert told in words(answer)
    assert Elements(answer.text).of("form") == []


async def test_a_store_that_is_down_is_told_in_words_on_a_page(
    call: Call, store: MemoryStore
) -> None:
    store.fail_with(StoreUnavailable("The store is away."))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert answer.status == 503
    assert "The store is away." in words(answer)


@pytest.mark.parametrize("bookstore_config", [{"clone_max_bytes": 10}])
async def test_too_large_is_told_in_words_on_a_page(call: Call, store: MemoryStore) -> None:
    await put(store, "a.ipynb", notebook("1"))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert answer.status == 413
    assert "clone_max_bytes" in words(answer)


async def test_a_query_that_is_not_utf8_is_a_bad_request(call: Call) -> None:
    assert (await call("GET", "/bookstore/clone?s3_bucket=b&s3_key=%ff")).status == 400


async def test_the_page_needs_no_other_server(
    call: Call, store: MemoryStore, jp_base_url: str
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    elements = Elements(answer.text)
    assets = [link["href"] for link in elements.of("link")]
    assets += [script["src"] for script in elements.of("script")]
    assert len(assets) == 3
    assert not any("style" in attributes for _, attributes in elements.all)
    for asset in assets:
        assert asset is not None
        assert asset.startswith(jp_base_url)
        served = await call("GET", asset.removeprefix(jp_base_url.rstrip("/")), with_token=False)
        assert served.status == 200


async def test_the_form_works_without_a_script(
    call: Call, store: MemoryStore, root: Path, jp_base_url: str
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    page = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    elements = Elements(page.text)
    action = str(elements.of("form")[0]["action"]).removeprefix(jp_base_url.rstrip("/"))
    answer = await call("POST", action, form={**elements.fields(), "target_path": "b/c.ipynb"})
    assert answer.status == 303
    assert answer.headers["Location"].endswith("/b/c.ipynb")
    assert (root / "b/c.ipynb").exists()


async def test_the_form_tells_what_goes_wrong_on_a_page(call: Call, root: Path) -> None:
    answer = await call("POST", "/bookstore/clone", form=query("missing.ipynb"))
    assert answer.status == 404
    assert "missing.ipynb" in words(answer)
    assert names_in(root) == []


class Browser:
    """Somebody who signed in: has cookies, and no token."""

    def __init__(self, call: Call, token: str) -> None:
        self._call = call
        self._token = token
        self._cookies: SimpleCookie = SimpleCookie()

    async def ask(self, verb: str, route: str, **sent: Any) -> Answer:
        headers = sent.pop("headers", {})
        cookies = "; ".join(f"{name}={crumb.value}" for name, crumb in self._cookies.items())
        headers = {"Cookie": cookies, **headers}
        answer = await self._call(verb, route, headers=headers, with_token=False, **sent)
        for cookie in answer.headers.get_list("Set-Cookie"):
            self._cookies.load(cookie)
        return answer

    async def sign_in(self) -> None:
        """As the link does that a starting server prints."""
        answer = await self.ask("GET", "/api/status", query={"token": self._token})
        assert answer.status == 200


@pytest.fixture
def browser(call: Call, server: ServerApp) -> Browser:
    return Browser(call, server.identity_provider.token)


@pytest.mark.parametrize(
    "route",
    [
        "/api/bookstore/cloned",
        "/api/bookstore/clone",
        "/bookstore/clone",
        "/api/bookstore/fs-clone",
        "/bookstore/fs-clone",
    ],
)
async def test_a_foreign_page_cannot_make_a_browser_clone(
    browser: Browser, store: MemoryStore, root: Path, route: str
) -> None:
    """The cookie alone is not enough: XSRF protection stays on."""
    await put(store, "a.ipynb", notebook("1"))
    await browser.sign_in()
    assert (await browser.ask("POST", route, json_body=query("a.ipynb"))).status == 403
    assert names_in(root) == []


async def test_the_page_gives_its_script_what_it_needs_to_clone(
    browser: Browser, store: MemoryStore, root: Path, jp_base_url: str
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    await browser.sign_in()
    page = await browser.ask("GET", "/bookstore/clone", query=query("a.ipynb"))
    elements = Elements(page.text)
    fields, form = elements.fields(), elements.of("form")[0]
    route = str(form["data-api-url"]).removeprefix(jp_base_url.rstrip("/"))
    token = fields.pop("_xsrf")
    answer = await browser.ask("POST", route, json_body=fields, headers={"X-XSRFToken": token})
    assert answer.status == 200
    assert (root / "a.ipynb").exists()


async def test_whoever_is_not_signed_in_signs_in_first(call: Call) -> None:
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"), with_token=False)
    assert answer.status == 302
    assert "/login?next=" in answer.headers["Location"]


def odd_notebook(**of_cell: Any) -> dict[str, Any]:
    """A notebook with a cell that no schema knows."""
    cell = {"cell_type": "<future>", "id": "a", "metadata": {}, **of_cell}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 6}


@pytest.mark.parametrize("of_cell", [{}, {"source": 5}, {"source": {}}, {"source": "5"}])
@PAGES
async def test_a_cell_of_an_unknown_type_has_a_placeholder(
    call: Call, store: MemoryStore, page: str, of_cell: dict[str, Any]
) -> None:
    await put(store, "a.ipynb", odd_notebook(**of_cell))
    answer = await call("GET", page, query=query("a.ipynb"))
    assert answer.status == 200
    assert "A cell of an unknown type: &lt;future&gt;" in answer.text


@pytest.mark.parametrize("metadata", [{"kernelspec": "x"}, {"kernelspec": {"display_name": []}}])
async def test_the_page_shows_what_is_not_valid_and_offers_to_mend_it(
    call: Call, store: MemoryStore, root: Path, metadata: dict[str, Any]
) -> None:
    """Also to a browser without scripts."""
    await put(store, "a.ipynb", {**odd_notebook(), "metadata": metadata})
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert "metadata.kernelspec" in words(answer)
    fields = Elements(answer.text).fields()
    assert fields["mend"] == "true"
    headers = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    sent = await call("POST", "/bookstore/clone", form=fields, headers=headers)
    assert sent.status == 303
    nbformat.validate(nbformat.read(root / "a.ipynb", as_version=4))


async def test_the_page_of_a_valid_notebook_offers_no_mending(
    call: Call, store: MemoryStore
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    answer = await call("GET", "/bookstore/clone", query=query("a.ipynb"))
    assert "mend" not in Elements(answer.text).fields()
