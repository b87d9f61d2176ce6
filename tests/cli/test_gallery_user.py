"""``jupyter bookstore gallery user``: an administrator sees to accounts in a shell."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Ran, run
from desks import live_in

PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who has nothing."""
    live_in(tmp_path, monkeypatch)
    monkeypatch.setenv("BOOKSTORE_GALLERY_DATABASE", f"sqlite:///{tmp_path}/ours/gallery.db")
    return tmp_path


def user(monkeypatch: pytest.MonkeyPatch, *words: str, password: str = PASSWORD) -> Ran:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return run("gallery", "user", *words)


def listed(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in user(monkeypatch, "list", "--json").json}


def test_accounts_are_made_changed_and_listed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There are no accounts." in user(monkeypatch, "list").out
    assert user(monkeypatch, "add", "Ada", "--admin", "--email", "Ada@example.org").code == 0
    assert user(monkeypatch, "add", "bob", "--no-password").code == 0
    ada, bob = listed(monkeypatch).values()
    assert (ada["name"], ada["email"], ada["is_administrator"]) == ("ada", "ada@example.org", True)
    assert (bob["has_password"], bob["may_sign_in"], bob["last_seen"]) == (False, True, None)
    for verb in ("disable", "demote"):
        assert user(monkeypatch, verb, "ada").code == 0
    for verb in ("promote", "password"):
        assert user(monkeypatch, verb, "BOB").code == 0
    ada, bob = listed(monkeypatch).values()
    assert (ada["is_administrator"], ada["may_sign_in"]) == (False, False)
    assert (bob["is_administrator"], bob["has_password"]) == (True, True)
    assert "disabled" in user(monkeypatch, "list").out
    assert user(monkeypatch, "enable", "ada").code == 0
    assert listed(monkeypatch)["ada"]["may_sign_in"]


def test_an_invitation_is_a_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = user(monkeypatch, "invite").out.strip()
    assert path.startswith("bookstore/gallery/sign-up?invitation=")
    assert user(monkeypatch, "invite", "--json").json["path"] != path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Say what to do: add, "),
        (("frob", "ada"), "Say what to do: add, "),
        (("add",), "Say whose account to add."),
        (("list", "ada"), "list is about no account: ada"),
        (("add", "a b"), "A user name has up to 64 letters"),
        (("add", "ada", "--email", "nonsense"), "An e-mail address is like ada@example.org."),
        (("disable", "nobody"), "There is no account 'nobody'."),
        (("password", "nobody"), "There is no account 'nobody'."),
        (("invite", "--days", "0"), "--days is 0"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    ran = user(monkeypatch, *words)
    assert ran.code != 0
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_no_password_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = user(monkeypatch, "add", "ada", password="secret")
    assert ran.code == 1
    assert "A password has 10 to 256 letters" in ran.err
    assert "secret" not in ran.err + ran.out
    assert user(monkeypatch, "add", "ada").code == 0
    assert "Somebody has this name." in user(monkeypatch, "add", "ADA").err


def test_two_passwords_are_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([PASSWORD, PASSWORD[::-1]])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    ran = run("gallery", "user", "add", "ada")
    assert "These are two passwords. Nothing was changed." in ran.err
    assert not listed(monkeypatch)
