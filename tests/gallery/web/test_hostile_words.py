"""Words that are scripts stay words, on every page that shows them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from gallery_web import API, by, ipynb
from http_helpers import Call

HOME = "/bookstore/gallery"
SCRIPT = "<script>alert(1)</script>"
EVENT = "\"'><img src=x onerror=alert(2)>"
LINK = "[click](javascript:alert(3)) <a href='javascript:alert(4)'>x</a>"
NAME = "<svg onload=alert(5)>"

pytestmark = pytest.mark.usefixtures("identity")


class Looking(HTMLParser):
    """Notes what a browser could run, or load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            text = re.sub(r"\s", "", value or "").lower()
            if name.startswith("on") or text.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"{tag} {name}={value}")
            elsewhere = text.startswith(("http:", "https:", "//"))
            if elsewhere and (tag, name) not in (("a", "href"), ("meta", "content")):
                self.found.append(f"{tag} {name}={value}")
        is_ours = tag == "script" and "/bookstore/gallery/static/" in str(attributes)
        if not is_ours and tag in ("script", "iframe", "object", "embed", "base", "style", "svg"):
            self.found.append(tag)
        if tag == "img":
            self.found += [value or "" for name, value in attributes if name == "src"]


def risky(text: str) -> list[str]:
    """What is on a page that should not be; the page's own icon and badge are no risk."""
    looking = Looking()
    looking.feed(text)
    ours = re.compile(r"/a%40b/bookstore/(static/bookstore|gallery/nb/[0-9a-f-]{36}/badge)\.svg")
    return [found for found in looking.found if not ours.match(found)]


def test_what_is_risky_is_seen() -> None:
    for each in (SCRIPT, EVENT, NAME, "<a href=' java\nscript:x'>", "<link href='//x.org'>"):
        assert risky(each)


async def test_no_page_runs_what_somebody_wrote(call: Call) -> None:
    told = {
        "title": f"{SCRIPT.replace('/', '')} {EVENT}",
        "description": f"{SCRIPT} {EVENT}\n\n{LINK}",
        "tags": [SCRIPT, EVENT],
        "content": ipynb(f"# {SCRIPT} {LINK}", f"print('{SCRIPT}', '''{EVENT}''')"),
        "summary": f"{SCRIPT}{EVENT}",
        "label": "<b>v1</b>",
        "public": True,
    }
    made = await call("POST", API, json_body=told, headers=by(NAME))
    assert made.status == 201, made.text
    uuid = made.json["uuid"]
    revision = made.json["revision"]
    routes = [
        "",
        "/search",
        "/search?q=alert",
        f"/search?q={'%22%3E%3Cscript%3Ealert(1)%3C/script%3E'}",
        "/search?q=%22%3Cscript%3E&sort=%3Cscript%3E",
        f"/nb/{uuid}",
        f"/nb/{uuid}@{revision}",
        f"/nb/{uuid}/revisions",
        f"/nb/{uuid}/diff?base={revision}&remote={revision}",
        "/nb/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/tag/scriptalert1script",
        "/tag/%3Cscript%3E",
        "/user/%3Csvg%20onload%3Dalert(5)%3E",
        "/shelf/mine",
        "/shelf/%3Cscript%3E",
        "/publish?path=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        f"/publish?uuid={uuid}",
        "/%3Cscript%3E",
        "/tags",
        "/languages",
        "/language/%3Cscript%3E",
        "/group/%3Cscript%3E",
        "/shelf/all?sort=%3Cscript%3E",
        f"/nb/{uuid}/edit",
        "/linked",
    ]
    for route in routes:
        answer = await call("GET", HOME + route, headers=by(NAME))
        assert answer.status < 500
        assert risky(answer.text) == [], route
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_form_that_is_refused_shows_what_was_typed_as_words(call: Call) -> None:
    words = dict.fromkeys(("path", "title", "description", "tags", "summary", "label"), EVENT)
    for form in (words, {**words, "x-<script>": SCRIPT, SCRIPT: SCRIPT, "uuid": ""}):
        answer = await call("POST", f"{HOME}/publish", form=form, headers=by("ada"))
        assert answer.status == 422
        assert risky(answer.text) == []


async def test_file_names_are_words_too(call: Call) -> None:
    name = "%3Cimg%20src%3Dx%20onerror%3Dalert(6)%3E.ipynb"
    body = {"type": "notebook", "content": ipynb("x")}
    saved = await call("PUT", f"/api/contents/{name}", json_body=body)
    assert saved.status == 201, saved.text
    text = (await call("GET", f"{HOME}/publish")).text
    assert "&lt;img src=x onerror=alert(6)&gt;.ipynb" in text
    assert risky(text) == []


@pytest.mark.parametrize("name", ["a" * 300, "tab\tname", "😀", "ada@example.org", "a/b?c#d"])
async def test_odd_names_have_pages(call: Call, name: str) -> None:
    answer = await call("GET", f"{HOME}/user/{quote(name, safe='')}")
    assert answer.status == 200
    assert "Nobody of this name" in answer.text
