"""Members sign in elsewhere: what the provider signs for this sign-in is believed, nothing else."""

from __future__ import annotations

import re
import secrets
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from hosted_gallery import GALLERY, Hosted, Visitor, hosted
from joserfc.jwk import RSAKey
from openid_provider import CLIENT, SECRET, Provider, provider
from sqlalchemy import select
from sqlalchemy.orm import Session
from traitlets import TraitError

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.models import Identity, User
from bookstore.gallery.hosts.openid_settings import GalleryOpenID

BEGIN = f"{GALLERY}/sign-in/openid"
NOT_BELIEVED = "cannot be believed"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as ours:
        yield ours


@pytest.fixture
def elsewhere(running: Provider) -> Provider:
    """The provider, at which somebody new is signed in, and which does everything rightly."""
    uid = secrets.token_hex(6)
    running.person = {"sub": uid, "preferred_username": f"Grace.{uid}"}
    running.claims, running.signs, running.algorithm = {}, None, "RS256"
    running.facts, running.is_down = {}, False
    return running


def served(
    running: Provider, folder: Any, *, server: dict[str, Any] | None = None, **openid: Any
) -> Any:
    """Serve a gallery whose members sign in at the provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}/"
    told = {"issuer": running.url, "client_id": CLIENT, "client_secret": SECRET, **openid}
    return hosted(
        folder,
        GalleryServer={"port": port, "public_url": url, **(server or {})},
        GalleryOpenID={"label": "the harbour", **told},
    )


@pytest.fixture(scope="module")
def gallery(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with served(running, tmp_path_factory.mktemp("openid")) as ours:
        yield ours


def back(visitor: Visitor, url: str) -> requests.Response:
    """Open what the provider sends the browser to."""
    parts = urlsplit(url)
    return visitor.get(f"{parts.path}?{parts.query}")


def come(visitor: Visitor, elsewhere: Provider, after: str = "") -> requests.Response:
    """Sign in there, and come back."""
    begun = visitor.get(f"{BEGIN}?{urlencode({'next': after})}")
    assert begun.status_code == 302, begun.text
    return back(visitor, elsewhere.sign_in(begun.headers["Location"]))


def name_of(visitor: Visitor) -> str:
    page = visitor.get(f"{GALLERY}/account")
    return page.text.split("<h1>")[1].split("</h1>")[0] if page.status_code == 200 else ""


def identities(gallery: Hosted, uid: str) -> list[int | None]:
    engine = make_engine(gallery.database, EngineOptions(connections=0))
    with Session(engine) as session:
        found = [*session.scalars(select(Identity.user_id).where(Identity.uid == uid))]
    engine.dispose()
    return found


def test_who_comes_back_with_nothing_again_and_again_has_to_wait(
    elsewhere: Provider, tmp_path: Path
) -> None:
    """Each time costs the provider a request in the gallery's name."""
    with served(elsewhere, tmp_path) as ours:
        visitor = ours.visitor()
        answers = []
        for _ in range(60):
            url = elsewhere.sign_in(visitor.get(BEGIN).headers["Location"])
            answers.append(back(visitor, re.sub("code=[^&]*", "code=none", url)).status_code)
        assert answers[:50] == [403] * 50
        assert 429 in answers[50:]
        assert come(ours.visitor(), elsewhere).status_code == 302, "others come in"


# -- coming in -----------------------------------------------------------------------------------


def test_somebody_new_gets_an_account_and_the_same_one_again(
    gallery: Hosted, elsewhere: Provider
) -> None:
    page = gallery.visitor().get(f"{GALLERY}/sign-in").text
    assert "Sign in with the harbour" in page
    names = set()
    for _ in range(2):
        visitor = gallery.visitor()
        answer = come(visitor, elsewhere, after=f"{GALLERY}/search?q=a")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{GALLERY}/search?q=a")
        names.add(name_of(visitor))
    assert names == {f"grace.{elsewhere.person['sub']}"}
    assert visitor.publish()


def test_who_comes_back_is_sent_nowhere_else(gallery: Hosted, elsewhere: Provider) -> None:
    for after in ("https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb: c"):
        answer = come(gallery.visitor(), elsewhere, after=after)
        assert answer.headers["Location"] == GALLERY


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Ada Lovelace", "ada-lovelace"),
        ("ada@example.org", "ada-example.org"),
        ("<script>", "script-"),
        ("", "member"),
        ("../..", "member"),
        ("\u0430\u0434\u0430", "member"),
        ("x" * 300, "x" * 56),
        (["a", "list"], "a-list-"),
    ],
)
def test_a_name_from_there_is_made_one_of_here(
    gallery: Hosted, elsewhere: Provider, called: Any, name: str
) -> None:
    elsewhere.person["preferred_username"] = called
    visitor = gallery.visitor()
    assert come(visitor, elsewhere).status_code == 302
    assert name_of(visitor).startswith(name)


def test_nobody_becomes_somebody_by_a_name(gallery: Hosted, elsewhere: Provider) -> None:
    member = gallery.member(administrator=True)
    elsewhere.person["preferred_username"] = member.upper()
    visitor = gallery.visitor()
    come(visitor, elsewhere)
    assert name_of(visitor) == f"{member}-2"
    private = gallery.visitor(member).publish()
    assert visitor.get(f"{GALLERY}/nb/{private}?use_admin=true").status_code == 404


def test_who_comes_first_in_several_windows_gets_one_account(
    gallery: Hosted, elsewhere: Provider
) -> None:
    with ThreadPoolExecutor(5) as pool:
        found = [*pool.map(lambda _: come(gallery.visitor(), elsewhere).status_code, range(5))]
    assert found == [302] * 5
    assert len(identities(gallery, elsewhere.person["sub"])) == 1


def test_a_disabled_account_stays_out(gallery: Hosted, elsewhere: Provider) -> None:
    visitor = gallery.visitor()
    come(visitor, elsewhere)
    name = name_of(visitor)
    gallery.accounts(lambda accounts: accounts.disable(name))
    again = gallery.visitor()
    assert come(again, elsewhere).status_code == 403
    assert not again.is_signed_in


# -- what is not believed ------------------------------------------------------------------------

NOW = int(time.time())
LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "another"},
    "for two clients, by neither": {"aud": [CLIENT, "another"]},
    "by another client": {"aud": [CLIENT, "another"], "azp": "another"},
    "for nobody": {"aud": None},
    "expired": {"exp": NOW - 3600, "iat": NOW - 7200},
    "never expires": {"exp": None},
    "from the future": {"iat": NOW + 7200, "exp": NOW + 9999},
    "of another sign-in": {"nonce": "of-another-sign-in"},
    "of no sign-in": {"nonce": None},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "with a broken name": {"sub": "a\x00b"},
    "with a name without an end": {"sub": "x" * 300},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_signed_about_something_else_is_refused(
    gallery: Hosted, elsewhere: Provider, lie: str
) -> None:
    elsewhere.claims = LIES[lie]
    visitor = gallery.visitor()
    assert come(visitor, elsewhere).status_code == 403
    assert not visitor.is_signed_in


def test_what_somebody_else_has_signed_is_refused(gallery: Hosted, elsewhere: Provider) -> None:
    elsewhere.signs = RSAKey.generate_key(2048, {"kid": elsewhere.keys[0].kid})
    answer = come(gallery.visitor(), elsewhere)
    assert answer.status_code == 403
    assert NOT_BELIEVED in answer.text


def test_what_nobody_has_signed_is_refused(gallery: Hosted, elsewhere: Provider) -> None:
    elsewhere.algorithm = "none"
    assert come(gallery.visitor(), elsewhere).status_code == 403


def test_a_public_key_is_no_secret(gallery: Hosted, elsewhere: Provider) -> None:
    elsewhere.algorithm = "HS256"
    assert come(gallery.visitor(), elsewhere).status_code == 403


def test_a_new_key_of_the_provider_is_asked_for(
    gallery: Hosted, elsewhere: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookstore.gallery.hosts.openid.provider._ASKED_AGAIN_S", 0)
    assert come(gallery.visitor(), elsewhere).status_code == 302
    elsewhere.new_key()
    assert come(gallery.visitor(), elsewhere).status_code == 302


def test_what_comes_back_twice_is_refused(gallery: Hosted, elsewhere: Provider) -> None:
    visitor = gallery.visitor()
    url = elsewhere.sign_in(visitor.get(BEGIN).headers["Location"])
    kept = dict(visitor.browser.cookies)
    assert back(visitor, url).status_code == 302
    again = gallery.visitor()
    assert back(again, url).status_code == 400, "in a browser that did not begin it"
    assert back(visitor, url).status_code == 400, "in the browser that did"
    for name, value in kept.items():
        again.browser.cookies.set(name, value, domain="127.0.0.1", path="/")
    assert back(again, url).status_code == 403, "the provider gives no second token for a code"
    assert not again.is_signed_in


def test_somebodys_sign_in_is_not_put_into_another_browser(
    gallery: Hosted, elsewhere: Provider
) -> None:
    attacker, victim = gallery.visitor(), gallery.visitor()
    theirs = elsewhere.sign_in(attacker.get(BEGIN).headers["Location"])
    mine = elsewhere.sign_in(victim.get(BEGIN).headers["Location"])
    assert back(victim, theirs).status_code == 400
    code = theirs.split("code=")[1].split("&")[0]
    victim.get(BEGIN)
    mine = elsewhere.sign_in(victim.get(BEGIN).headers["Location"])
    swapped = mine.replace(mine.split("code=")[1].split("&")[0], code)
    assert back(victim, swapped).status_code == 403, "a code with the wrong verifier"
    assert not victim.is_signed_in


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x&code=x", "?state=&code=", "?error=a&state=%FF", "?state=%00"]
)
def test_what_nobody_began_is_refused(gallery: Hosted, query: str) -> None:
    for visitor in (gallery.visitor(), gallery.visitor()):
        assert visitor.get(f"{BEGIN}/callback{query}").status_code == 400
        visitor.get(BEGIN)
        assert visitor.get(f"{BEGIN}/callback{query}").status_code == 400


def test_a_refusal_there_and_another_issuer_are_told(gallery: Hosted, elsewhere: Provider) -> None:
    for more, status in (
        ({"error": "access_denied", "error_description": "<script>"}, 403),
        ({"iss": "https://evil.example", "code": "x"}, 403),
    ):
        visitor = gallery.visitor()
        url = elsewhere.sign_in(visitor.get(BEGIN).headers["Location"])
        state = url.split("state=")[1]
        answer = visitor.get(f"{BEGIN}/callback?{urlencode({**more, 'state': state})}")
        assert answer.status_code == status
        assert "<script>" not in answer.text


# -- accounts that are there ---------------------------------------------------------------------


def with_email(gallery: Hosted, email: str) -> str:
    name = f"user-{secrets.token_hex(4)}"
    gallery.accounts(lambda each: each.add(name, "correct horse battery", email=email))
    return name


def test_an_address_links_nobody_unless_that_is_set(gallery: Hosted, elsewhere: Provider) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    member = with_email(gallery, email)
    elsewhere.person |= {"email": email.upper(), "email_verified": True}
    visitor = gallery.visitor()
    come(visitor, elsewhere)
    assert name_of(visitor) not in ("", member)


@pytest.fixture(scope="module")
def linking(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A gallery where those come in who have an account already, and no passwords are taken."""
    told = {"make_accounts": False, "link_by_email": True}
    folder = tmp_path_factory.mktemp("linking")
    with served(running, folder, server={"passwords": False, "sign_up": "open"}, **told) as ours:
        yield ours


@pytest.mark.parametrize(
    ("verified", "is_linked"), [(True, True), (False, False), ("true", False), (None, False)]
)
def test_a_verified_address_links_where_that_is_set(
    linking: Hosted, elsewhere: Provider, verified: Any, is_linked: bool
) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    member = with_email(linking, email)
    elsewhere.person |= {"email": email.upper(), "email_verified": verified}
    visitor = linking.visitor()
    assert come(visitor, elsewhere).status_code == (302 if is_linked else 403)
    assert name_of(visitor) == (member if is_linked else "")
    if is_linked:  # and it is known from now on, whatever the address is
        elsewhere.person |= {"email": "other@example.org", "email_verified": False}
        again = linking.visitor()
        come(again, elsewhere)
        assert name_of(again) == member


def test_who_has_no_account_is_told_so(linking: Hosted, elsewhere: Provider) -> None:
    answer = come(linking.visitor(), elsewhere)
    assert answer.status_code == 403
    assert "You have no account in this gallery." in answer.text


def test_where_no_passwords_are_taken_none_is(linking: Hosted) -> None:
    name, visitor = linking.member(), linking.visitor()
    page = visitor.get(f"{GALLERY}/sign-in").text
    assert 'type="password"' not in page
    mark = {"_xsrf": visitor.mark(f"{GALLERY}/sign-in")} if "_xsrf" in page else {}
    cookie = visitor.browser.cookies.get("bookstore_gallery_form")
    form = {**mark, "name": name, "password": "correct horse battery", "_xsrf": cookie or ""}
    assert visitor.send("POST", f"{GALLERY}/sign-in", data=form).status_code == 403
    assert visitor.get(f"{GALLERY}/sign-up").status_code == 403


# -- the provider --------------------------------------------------------------------------------


def test_a_provider_that_does_not_answer_is_told(
    elsewhere: Provider, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with served(elsewhere, tmp_path) as gallery:
        elsewhere.is_down = True
        visitor = gallery.visitor()
        assert visitor.get(BEGIN).status_code == 502
        elsewhere.is_down = False
        elsewhere.facts = {"issuer": "https://evil.example"}
        assert visitor.get(BEGIN).status_code == 502, "it says that it is another one"
        elsewhere.facts = {"token_endpoint": None}
        assert visitor.get(BEGIN).status_code == 502
        elsewhere.facts = {}
        url = elsewhere.sign_in(visitor.get(BEGIN).headers["Location"])
        elsewhere.is_down = True
        assert back(visitor, url).status_code in (403, 502)
        assert not visitor.is_signed_in
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "issuer", ["http://login.example.org", "ftp://a", "https://a/?b", "login", "https://"]
)
def test_an_issuer_that_cannot_be_right_is_told(issuer: str) -> None:
    with pytest.raises(TraitError, match=r"GalleryOpenID\.issuer"):
        GalleryOpenID(issuer=issuer)


def test_the_secret_is_shown_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKSTORE_OPENID_SECRET", SECRET)
    assert GalleryOpenID().client_secret == SECRET
    with pytest.raises(TraitError) as told:
        GalleryOpenID(client_secret=7)
    assert "client_secret" in str(told.value)


def test_an_account_from_elsewhere_has_no_password(gallery: Hosted, elsewhere: Provider) -> None:
    visitor = gallery.visitor()
    come(visitor, elsewhere)
    name = name_of(visitor)
    engine = make_engine(gallery.database, EngineOptions(connections=0))
    with Session(engine) as session:
        user = session.scalars(select(User).where(User.user_name == name)).one()
    engine.dispose()
    assert not user.encrypted_password
    assert "Present password" not in visitor.get(f"{GALLERY}/account").text
    form = {"present": "", "new": "a new horse entirely"}
    assert visitor.post(f"{GALLERY}/account/password", **form).status_code == 403
    for password in ("", "None", "x"):
        assert gallery.visitor().sign_in(name, password).status_code == 401
