"""Who may ask by nbgallery's contract: pages of listed origins, programs with tokens, nobody else.

On a gallery by itself, whose members' browsers send a session along with whatever a page asks.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from contract_verbs import verbs_of
from gallery_web import API, ipynb
from hosted_gallery import GALLERY, Hosted, Visitor, hosted

from bookstore.gallery.accounts.groups import Groups
from bookstore.gallery.contract.base import ContractHandler
from bookstore.gallery.contract.routes import CONTRACT

LAB, EVIL = "https://jupyter.example.org", "https://evil.example"
ROOT = "/bookstore/nbgallery"
PLACES = pytest.mark.parametrize("place", ["", ROOT], ids=["root", "below"])
TEXT = {"Content-Type": "text/plain", "Accept": "application/json"}
OTHERS = {
    "another origin": EVIL,
    "no origin in particular": "null",
    "another port": f"{LAB}:8443",
    "without encryption": LAB.replace("https", "http"),
    "below it": LAB.replace("jupyter", "evil.jupyter"),
    "behind it": f"{LAB}.evil.example",
    "two": f"{LAB}, {EVIL}",
    "with a path": f"{LAB}/path",
    "nothing": "",
}
SHARED = {
    (verb, path)
    for path, handler in CONTRACT.items()
    if issubclass(handler, ContractHandler)
    for verb in handler.shared
}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery that the extensions of one JupyterLab find."""
    settings = {"nbgallery_origins": [LAB, "https://lab.example.org:443/"]}
    with hosted(tmp_path_factory.mktemp("contract"), GallerySettings=settings) as served:
        yield served


def upload(asks: Visitor, place: str = "", origin: str = LAB, *sources: str) -> requests.Response:
    headers = {**TEXT, **({"Origin": origin} if origin else {})}
    body = json.dumps(ipynb(*(sources or ("tide()",))))
    return asks.send("POST", f"{place}/stages?agree=yes", data=body, headers=headers)


def headers_of(answer: requests.Response) -> dict[str, str]:
    """What an answer says to other origins."""
    return {
        name.lower().removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-")
    }


ALLOWED = {"allow-origin": LAB, "allow-credentials": "true"}


def test_only_what_the_extensions_call_is_for_other_origins() -> None:
    assert {
        ("POST", "/stages"),
        ("GET", "/notebooks/stars"),
        ("GET", "/notebooks/recently_executed"),
        ("GET", "/notebooks/{id}/metadata"),
        ("GET", "/notebooks/{id}/uuid"),
        ("GET", "/notebooks/{id}/friendly_url"),
        ("GET", "/notebooks/{id}/download"),
        ("POST", "/notebooks/{id}/diff"),
        ("GET", "/tags/{tag}"),
        ("GET", "/environments"),
        ("POST", "/environments"),
        ("GET", "/preferences"),
        ("POST", "/preferences"),
        ("POST", "/executions"),
        ("GET", "/notebook/{id}/uuid"),
        ("GET", "/nb/{id}/uuid"),
        ("GET", "/nb/{id}/{title}/uuid"),
    } == SHARED


@PLACES
def test_a_page_of_a_listed_origin_does_what_the_extensions_do(gallery: Hosted, place: str) -> None:
    """Upload, say in the form what it is, look for changes, note what was run, fetch it again."""
    ada = gallery.visitor(gallery.member())
    told = upload(ada, place)
    assert (told.status_code, headers_of(told)) == (201, ALLOWED)
    assert told.headers["Vary"] == "Origin"
    staging_id = told.json()["staging_id"]
    link = ada.get(f"{place}/?staged={staging_id}&tags=null")
    while link.status_code in (301, 302):
        link = ada.get(link.headers["Location"])
    assert "Jupyter sent the notebook" in link.text
    words = {"title": f"Tides {secrets.token_hex(4)}", "description": "When.", "public": "true"}
    assert ada.post(f"{ROOT}/form", staged=staging_id, **words).status_code == 303
    here = {"Origin": LAB, "Accept": "application/json"}
    about = ada.get(f"{place}/notebooks/{staging_id}/metadata?_=1", headers=here)
    assert about.json()["commit_id"] == told.json()["commit"]
    assert headers_of(about) == ALLOWED
    ran = {"uuid": staging_id, "md5": hashlib.md5(b"tide()").hexdigest()}
    noted = ada.send(
        "POST",
        f"{place}/executions",
        data={**ran, "success": "true", "runtime": "3"},
        headers=here,
    )
    assert (noted.status_code, headers_of(noted)) == (204, ALLOWED)
    [recent] = ada.get(f"{place}/notebooks/recently_executed", headers=here).json()
    assert recent["uuid"] == staging_id
    fetched = ada.get(f"{place}/notebooks/{staging_id}/download", headers=here)
    assert headers_of(fetched) == ALLOWED
    assert fetched.json()["metadata"]["gallery"]["gallery_url"] == f"{gallery.url}{place}"


def test_an_origin_is_one_however_it_is_written_in_the_settings(gallery: Hosted) -> None:
    ada = gallery.visitor(gallery.member())
    answer = upload(ada, origin="https://lab.example.org")
    assert headers_of(answer)["allow-origin"] == "https://lab.example.org"


@pytest.mark.parametrize("other", OTHERS)
def test_a_page_of_another_origin_is_not_answered(gallery: Hosted, other: str) -> None:
    """Whatever the browser sends along; and what is said to it, it may not read."""
    ada = gallery.visitor(gallery.member())
    uuid = ada.publish("secret()")
    headers = {**TEXT, "Origin": OTHERS[other]}
    for verb, path in sorted(SHARED):
        route = path.replace("{id}", uuid).replace("{title}", "t").replace("{tag}", "sea")
        data = json.dumps(ipynb("1")) if verb == "POST" else None
        answer = ada.send(verb, f"{route}?agree=yes", data=data, headers=headers)
        assert answer.status_code == 403, (other, verb, path)
        assert headers_of(answer) == {}
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("origin", "verb", "allowed"),
    [
        (LAB, "POST", True),
        (LAB, "PATCH", False),
        (LAB, "", False),
        (EVIL, "POST", False),
        ("null", "POST", False),
    ],
)
def test_a_preflight_says_who_may(gallery: Hosted, origin: str, verb: str, allowed: bool) -> None:
    """It comes without a session."""
    asked = {"Origin": origin, "Access-Control-Request-Headers": "content-type"}
    headers = {**asked, "Access-Control-Request-Method": verb}
    answer = gallery.visitor().send("OPTIONS", "/preferences", headers=headers)
    told = headers_of(answer)
    if allowed:
        assert answer.status_code == 204
        assert told.items() >= ALLOWED.items()
        assert told["allow-methods"] == "GET, POST"
        assert told["allow-headers"] == "accept, content-type"
    else:
        assert told == {}


def test_a_listed_origin_may_not_use_what_the_extensions_do_not(gallery: Hosted) -> None:
    """A script there could else publish and delete in its reader's name."""
    ada = gallery.visitor(gallery.member())
    uuid = ada.publish()
    before = ada.get(f"{API}/{uuid}").json()
    words = {"title": "Forged", "description": "x", "agree": "yes", "star": "true", "public": "yes"}
    tried = 0
    for path, handler in CONTRACT.items():
        for verb in verbs_of(handler):
            if verb == "GET" or (verb, path) in SHARED:
                continue
            tried += 1
            route = path.replace("{id}", uuid).replace("{staging_id}", uuid).replace("{n", "1{n")
            for headers in ({"Origin": LAB}, {"Origin": gallery.url}, {}):
                answer = ada.send(verb, route, data=words, headers=headers)
                assert answer.status_code == 403, (verb, path, headers)
                assert headers_of(answer) == {}
    assert tried >= 12
    for route in (API, f"{API}/{uuid}", f"{GALLERY}/nb/{uuid}"):
        answer = ada.get(route, headers={"Origin": LAB})
        assert headers_of(answer) == {}
    assert ada.get(f"{API}/{uuid}").json() == before


@pytest.mark.parametrize("headers", [{}, {"Origin": EVIL}, {"Origin": "null"}, {"Origin": LAB}])
def test_the_form_takes_nothing_without_its_own_mark(
    gallery: Hosted, headers: dict[str, str]
) -> None:
    """Of a listed origin neither: the form is sent by the gallery's own page."""
    ada = gallery.visitor(gallery.member())
    staging_id = upload(ada).json()["staging_id"]
    words = {"title": "Forged", "description": "x", "staged": staging_id}
    for mark in ("", "guessed"):
        fields = {**words, "_xsrf": mark}
        answer = ada.send("POST", f"{ROOT}/form", data=fields, headers=headers)
        assert answer.status_code in (403, 404)
    page = ada.get(f"{ROOT}/form?staged={staging_id}")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert headers_of(page) == {}


def test_a_page_of_no_origin_that_is_said_changes_nothing(gallery: Hosted) -> None:
    ada = gallery.visitor(gallery.member())
    assert upload(ada, origin="").status_code == 403
    form = {"name": "Forged", "url": "https://evil.example/"}
    assert ada.send("POST", "/environments", data=form).status_code == 403
    assert ada.get("/environments", headers={"Origin": LAB}).json() == []


def test_a_program_says_who_it_is_with_a_token(gallery: Hosted) -> None:
    """What a token is not for, it does not do here either; and it needs no origin."""
    ada = gallery.visitor(gallery.member())
    program = gallery.visitor()

    def send(verb: str, route: str, token: str, **options: Any) -> requests.Response:
        headers = {**TEXT, "Authorization": f"Bearer {token}"}
        return program.send(verb, route, headers={**headers, **options.pop("more", {})}, **options)

    reads, publishes = token_of(ada, "read"), token_of(ada, "publish")
    body = json.dumps(ipynb("1"))
    assert send("POST", "/stages?agree=yes", reads, data=body).status_code == 403
    told = send("POST", "/stages?agree=yes", publishes, data=body)
    assert told.status_code == 201, told.text
    words = {"title": f"T {secrets.token_hex(4)}", "description": "x", "agree": "yes"}
    as_json = {"more": {"Content-Type": "application/json"}}
    fields = json.dumps({**words, "staging_id": told.json()["staging_id"]})
    made = send("POST", "/notebooks", publishes, data=fields, **as_json)
    assert made.status_code == 201, made.text
    uuid = made.json()["uuid"]
    assert send("GET", f"/notebooks/{uuid}/metadata", reads).status_code == 200
    assert send("GET", f"/notebooks/{uuid}/metadata", publishes).status_code == 403
    assert send("POST", f"/notebooks/{uuid}/diff", reads, data=body).status_code == 200
    assert send("PATCH", f"/notebooks/{uuid}/title", reads, data="title=x").status_code == 403
    assert send("GET", "/preferences", "bookstore_guessed").status_code == 401


def token_of(member: Visitor, scope: str) -> str:
    """Make a token on the page of a member's account."""
    fields = {"name": scope, f"for-{scope}": "true", "days": "7"}
    page = member.post(f"{GALLERY}/account/tokens", **fields).text
    [token] = re.findall(r"<code>(bookstore_[\w-]+)</code>", page)
    return str(token)


def test_no_page_acts_as_an_administrator(gallery: Hosted) -> None:
    admin = gallery.visitor(gallery.member(administrator=True))
    uuid = gallery.visitor(gallery.member()).publish("secret()")
    route = f"/notebooks/{uuid}/metadata?use_admin=true"
    answer = admin.get(route, headers={"Origin": LAB})
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_who_did_not_sign_in_is_told_so_by_the_page_that_asks(gallery: Hosted) -> None:
    """Else its browser says only that something went wrong."""
    answer = upload(gallery.visitor())
    assert (answer.status_code, headers_of(answer)) == (401, ALLOWED)
    assert answer.json()["message"]


def test_an_upload_may_be_as_large_as_a_notebook_and_no_other_request(gallery: Hosted) -> None:
    ada = gallery.visitor(gallery.member())
    assert upload(ada, "", LAB, "x" * 2_000_000).status_code == 201
    try:
        answer = ada.send(
            "POST", "/executions", data={"uuid": "x" * 2_000_000}, headers={"Origin": LAB}
        )
    except requests.RequestException:  # nobody reads on
        return
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("origin", [LAB, EVIL])
def test_switched_off_no_origin_finds_anything(
    tmp_path_factory: pytest.TempPathFactory, origin: str
) -> None:
    with hosted(tmp_path_factory.mktemp("off")) as served:
        ada = served.visitor(served.member())
        for verb, path in (
            ("POST", "/stages"),
            ("GET", "/notebooks/stars"),
            ("OPTIONS", "/tags/x"),
        ):
            for place in ("", ROOT):
                answer = ada.send(verb, place + path, headers={"Origin": origin})
                assert answer.status_code == 404
                assert headers_of(answer) == {}


@PLACES
def test_words_by_which_notebooks_are_listed_are_those_of_what_one_may_read(
    gallery: Hosted, place: str
) -> None:
    gid, name = f"g{secrets.token_hex(4)}", gallery.member()
    gallery.do(lambda each: Groups(each).add(gid))
    gallery.do(lambda each: Groups(each).put(gid, name, "owner"))
    gallery.visitor(name).publish(owner=f"group:{gid}", tags=gid, public=False)
    asks = {"Accept": "application/json"}
    other = gallery.visitor(gallery.member())
    for visitor, number in ((gallery.visitor(name), 1), (other, None)):
        for route, word in (("groups", "gid"), ("tags", "tag")):
            told = visitor.get(f"{place}/{route}", headers=asks).json()
            assert {each[word]: each["notebooks"] for each in told}.get(gid) == number
    for route in ("tags", "languages"):
        answer = other.get(f"{place}/{route}", headers={"Accept": "text/html"})
        assert answer.headers["Location"].endswith(f"{GALLERY}/{route}")
