"""Nothing that somebody can put into a field becomes part of a page, or of an answer's headers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import nbformat
import pytest
from hostile_kit import BUCKET, SCRIPT, Reply, Victim, as_bytes, elements_of, links_of
from notebooks import notebook

from bookstore.http.pages import TEMPLATES_DIR
from bookstore.records import Provenance
from bookstore.store.local.store import LocalStore

HARMLESS = "harmless"
TEMPLATES = sorted(TEMPLATES_DIR.glob("*.html"))
FIELDS = ["s3_bucket", "s3_key", "s3_version_id", "target_path"]


def hostile_cells(text: str) -> list[dict[str, Any]]:
    """A cell of each kind with *text* wherever there is room for one."""
    html = {"text/html": text, "image/svg+xml": text, "text/plain": text}
    output = nbformat.v4.new_output("display_data", html, metadata={"m": text})
    error = nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text])
    picture = {"image/png": b64encode(text.encode()).decode(), "text/html": text}
    metadata = {"name": text, "tags": [text.replace(",", "")], "collapsed": True}
    cells = [
        nbformat.v4.new_code_cell(text, id="c", outputs=[output, error], metadata=metadata),
        nbformat.v4.new_markdown_cell(f"# {text}\n\n[{text}](javascript:{text})", id="m"),
        nbformat.v4.new_markdown_cell(text, id="a", attachments={text: picture}),
        nbformat.v4.new_raw_cell(text, id="r", metadata={"format": text}),
    ]
    return [dict(cell) for cell in cells]


def hostile_notebook(text: str) -> bytes:
    """A notebook with *text* wherever there is room for one."""
    metadata = {
        "kernelspec": {"name": text, "display_name": text, "language": text},
        "language_info": {"name": text, "file_extension": text, "mimetype": text},
        "title": text,
        "authors": [{"name": text}],
        text: text,
    }
    return as_bytes(dict(nbformat.v4.new_notebook(cells=hostile_cells(text), metadata=metadata)))


def is_of_this_server(link: str) -> bool:
    return link.startswith("/") and not link.startswith(("//", "/\\"))


def is_safe_page(reply: Reply) -> bool:
    """Does *reply* hold nothing that a browser would run but our own script?"""
    assert reply.headers["Content-Type"] == "text/html; charset=UTF-8"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    elements = elements_of(reply.text)
    assert not [element for element in elements if any(name.startswith("on") for name in element)]
    assert [e for e in elements if e[0] == "script"] in ([], [("script", "src", "defer")])
    assert all(is_of_this_server(link) for link in links_of(reply.text))
    return SCRIPT not in reply.text


@pytest.mark.parametrize("name", ["n.ipynb", "n.txt", "n.md", "n.html"])
def test_content_never_becomes_part_of_the_page(victim: Victim, name: str) -> None:
    """The page of a hostile notebook has the very elements of a harmless one."""
    pages = []
    for text in (HARMLESS, SCRIPT):
        (victim.home / "shared" / name).write_bytes(hostile_notebook(text))
        pages.append(victim.get("/bookstore/fs-clone", relpath=name))
    assert [page.status for page in pages] == [200, 200]
    assert elements_of(pages[0].text) == elements_of(pages[1].text)
    assert is_safe_page(pages[1])


async def put_with_facts(victim: Victim, key: str, text: str) -> str:
    """Store an object as another tool may, with *text* in all that is known beside the body."""
    store = LocalStore(victim.home / "data" / "bookstore" / "store" / BUCKET)
    facts = dict.fromkeys(("author", "kind", "source", "release", "saved-at"), text)
    known = Provenance.of(b"", author="", kind="save").to_metadata()
    try:
        version = await store.put(
            key, as_bytes(notebook("1")), metadata={**known, **facts}, content_type=text
        )
        return version.version_id
    finally:
        await store.close()


@pytest.mark.asyncio
async def test_names_and_facts_never_become_part_of_the_page(victim: Victim) -> None:
    pages = []
    for text in (HARMLESS, SCRIPT):
        key = f"workspace/{text}/{text}.ipynb"
        await put_with_facts(victim, key, text)
        target = f"to/{text.replace('/', '')}.ipynb"
        asked = {"s3_bucket": BUCKET, "s3_key": key, "target_path": target}
        pages += [
            victim.get(route, **asked) for route in ("/bookstore/clone", "/api/bookstore/cloned")
        ]
    assert [page.status for page in pages] == [200] * 4
    assert all(elements_of(page.text) == elements_of(pages[0].text) for page in pages)
    assert all(map(is_safe_page, pages))


@pytest.mark.asyncio
async def test_facts_that_another_tool_wrote_are_told_as_text(victim: Victim) -> None:
    """History answers JSON whatever the metadata holds, and browsers take it for nothing else."""
    await put_with_facts(victim, "workspace/facts.ipynb", SCRIPT)
    reply = victim.get("/api/bookstore/versions/facts.ipynb")
    [version] = reply.json["versions"]
    assert (version["author"], version["kind"]) == (SCRIPT, "save")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("route", ["/bookstore/clone", "/api/bookstore/cloned"])
def test_errors_of_pages_quote_what_was_asked_as_text(
    victim: Victim, route: str, field: str
) -> None:
    asked = {"s3_bucket": BUCKET, "s3_key": "missing.ipynb", field: SCRIPT}
    replies = [victim.get(route, **asked)]
    if route == "/bookstore/clone":
        replies.append(victim.send("POST", route, form=asked))
    for reply in replies:
        assert reply.status in (400, 403, 404)
        assert is_safe_page(reply)


@pytest.mark.parametrize("field", ["relpath", "target_path"])
def test_errors_of_file_pages_quote_what_was_asked_as_text(victim: Victim, field: str) -> None:
    asked = {"relpath": "missing.ipynb", field: SCRIPT}
    for reply in (
        victim.get("/bookstore/fs-clone", **asked),
        victim.send("POST", "/bookstore/fs-clone", form=asked),
    ):
        assert reply.status in (400, 404)
        assert is_safe_page(reply)


@pytest.mark.parametrize(
    "content",
    [
        {"nbformat": SCRIPT},
        {"nbformat": 4, "nbformat_minor": SCRIPT, "metadata": {}, "cells": []},
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {SCRIPT: 1}, "cells": [{SCRIPT: SCRIPT}]},
        SCRIPT,
    ],
    ids=["nbformat", "nbformat_minor", "cell", "no notebook"],
)
def test_what_is_wrong_with_a_notebook_is_told_as_text(victim: Victim, content: Any) -> None:
    (victim.home / "shared/wrong.ipynb").write_bytes(as_bytes(content))
    page = victim.get("/bookstore/fs-clone", relpath="wrong.ipynb")
    assert page.status == 422
    assert is_safe_page(page)


def test_a_warning_about_a_notebook_is_told_as_text(victim: Victim) -> None:
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], SCRIPT: SCRIPT}
    (victim.home / "shared/odd.ipynb").write_bytes(as_bytes(content))
    page = victim.get("/bookstore/fs-clone", relpath="odd.ipynb")
    assert page.status == 200
    assert b"Additional properties are not allowed" in page.body
    assert is_safe_page(page)


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", f"/api/bookstore/versions/{quote(SCRIPT)}.ipynb?version_id={quote(SCRIPT)}", None),
        ("GET", f"/api/bookstore/versions/a.ipynb?limit={quote(SCRIPT)}", None),
        ("GET", f"/api/bookstore/versions/a.ipynb?before={quote(SCRIPT)}", None),
        (
            "GET",
            f"/api/bookstore/diff/a.ipynb?base={quote(SCRIPT)}&base_path={quote(SCRIPT)}",
            None,
        ),
        ("GET", f"/api/bookstore/status?limit={quote(SCRIPT)}", None),
        ("GET", f"/api/bookstore/deleted?limit={quote(SCRIPT)}", None),
        ("GET", f"/api/bookstore/published?limit={quote(SCRIPT)}", None),
        ("PUT", f"/api/bookstore/published/{quote(SCRIPT)}", {"type": "notebook"}),
        ("PUT", "/api/bookstore/published/a.ipynb", {"type": SCRIPT}),
        ("PUT", "/api/bookstore/published/a.ipynb", {"type": "notebook", "content": {SCRIPT: 1}}),
        ("PATCH", "/api/bookstore/versions/a.ipynb", {"version_id": SCRIPT, "label": SCRIPT}),
        ("POST", "/api/bookstore/restore/a.ipynb", {"version_id": SCRIPT, "target_path": SCRIPT}),
        ("POST", "/api/bookstore/restore/a.ipynb", {"version_id": "x", "in_editor": SCRIPT}),
        ("POST", "/api/bookstore/diff/a.ipynb", {"base": SCRIPT, "content": SCRIPT}),
        ("POST", "/api/bookstore/clone", {"s3_bucket": SCRIPT, "s3_key": SCRIPT}),
        ("POST", "/api/bookstore/fs-clone", {"relpath": SCRIPT}),
        ("POST", "/api/bookstore/clone", SCRIPT.encode()),
    ],
    ids=lambda value: "" if isinstance(value, bytes | dict) else str(value).split("%")[0],
)
def test_errors_of_the_api_are_json_that_no_browser_takes_for_a_page(
    victim: Victim, method: str, target: str, body: Any
) -> None:
    reply = victim.send(method, target, body)
    assert 400 <= reply.status < 500
    assert set(reply.json) == {"message", "reason", "hint"}
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_labels_come_back_as_they_were_given(victim: Victim) -> None:
    victim.write("labelled.ipynb", as_bytes(notebook("1")))
    given = {"version_id": victim.newest("labelled.ipynb"), "label": SCRIPT, "note": f"{SCRIPT}\n"}
    victim.wait_until_delivered()
    route = "/api/bookstore/versions/labelled.ipynb"
    assert victim.send("PATCH", route, given).status == 200
    [version] = victim.get(route).json["versions"]
    assert (version["label"], version["note"]) == (SCRIPT, f"{SCRIPT}\n")


@pytest.mark.parametrize("name", ["a\r\nX-Injected: 1.ipynb", "a\nSet-Cookie: a=b.ipynb"])
def test_a_name_with_line_ends_adds_no_header(victim: Victim, name: str) -> None:
    """The form answers with the place of the copy in a header."""
    asked = {"relpath": "a.ipynb", "target_path": f"lines/{name}"}
    reply = victim.send("POST", "/bookstore/fs-clone", form=asked)
    assert reply.status == 303
    assert "X-Injected" not in reply.headers
    assert "a=b" not in str(reply.headers)
    assert "/lines/a%0" in reply.headers["Location"]


@pytest.mark.parametrize("target", ["/evil.example/x.ipynb", "//evil.example/x.ipynb"])
def test_the_form_leads_to_no_other_server(victim: Victim, target: str) -> None:
    asked = {"relpath": "a.ipynb", "target_path": target}
    reply = victim.send("POST", "/bookstore/fs-clone", form=asked)
    assert reply.status == 303
    assert is_of_this_server(reply.headers["Location"])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.name))
def test_templates_hold_no_script_and_turn_no_escaping_off(template: Path) -> None:
    """So the content security policy needs no exception."""
    text = template.read_text(encoding="utf-8")
    names = [name for element in elements_of(text) for name in element[1:]]
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert not re.search(r"\|\s*safe|autoescape", text)


def test_a_published_list_is_text(victim: Victim) -> None:
    name = quote(f"{SCRIPT.replace('/', '')}.ipynb")
    body = {"type": "notebook", "content": json.loads(as_bytes(notebook(SCRIPT)))}
    answer = victim.send("PUT", f"/api/bookstore/published/{name}", body).json
    assert SCRIPT not in answer["url"]
    assert urlencode({"s3_key": f"published/{SCRIPT.replace('/', '')}.ipynb"}) in answer["url"]
    assert victim.get("/api/bookstore/published").status == 200
