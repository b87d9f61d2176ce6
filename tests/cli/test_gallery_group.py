"""``jupyter bookstore gallery group``: an administrator makes groups in a shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Ran, run
from desks import live_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who has nothing, and an account of the gallery."""
    live_in(tmp_path, monkeypatch)
    monkeypatch.setenv("BOOKSTORE_GALLERY_DATABASE", f"sqlite:///{tmp_path}/ours/gallery.db")
    assert run("gallery", "user", "add", "ada", "--no-password").code == 0
    return tmp_path


def group(*words: str) -> Ran:
    return run("gallery", "group", *words)


def test_groups_are_made_filled_and_listed(home: Path) -> None:
    assert "There are no groups." in group("list").out
    assert group("add", "Oceans", "--title", "Ocean models").code == 0
    assert group("put", "oceans", "ada").code == 0
    assert group("put", "oceans", "Ada", "--role", "owner").code == 0
    assert group("list", "--json").json == [
        {"gid": "oceans", "name": "Ocean models", "members": {"ada": "owner"}}
    ]
    assert "ada (owner)" in group("list").out
    assert group("remove", "oceans", "ada").code == 0
    assert group("list", "--json").json[0]["members"] == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Say what to do: add, put, remove, list."),
        (("frob", "a"), "Say what to do: add, put, remove, list."),
        (("add",), "add takes 1 name, and not 0."),
        (("add", "a/b"), "A group is called by up to 64 letters"),
        (("add", "there"), "There is a group there."),
        (("put", "there", "nobody"), "There is no account 'nobody'."),
        (("put", "nowhere", "ada"), "There is no group 'nowhere'."),
        (("put", "there", "ada", "--role", "king"), "A role is one of reader, editor, owner."),
        (("remove", "there", "ada"), "ada is no member of there."),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    home: Path, words: tuple[str, ...], message: str
) -> None:
    assert group("add", "there").code == 0
    ran = group(*words)
    assert ran.code != 0
    assert message in ran.err
    assert "Traceback" not in ran.err
