"""``restore`` and ``label``: the same whoever answers."""

from __future__ import annotations

import json

import pytest
from cli_runner import Desk, run, source_of

from bookstore.actions import undoing


def kinds(path: str) -> list[str]:
    """The kinds of a notebook's versions, newest first, once the store has them."""
    assert run("drain").code == 0
    return [version["kind"] for version in run("log", path, "--json").json["versions"]]


def test_an_earlier_version_becomes_the_current_one(desk: Desk) -> None:
    path = desk.saved("1", "2")
    ran = run("restore", path, "~1")
    assert ran.code == 0, ran.err
    assert desk.source(path) == "1"
    assert kinds(path) == ["restore", "save", "save"]


def test_what_nobody_saved_is_a_version_before_it_is_replaced(desk: Desk) -> None:
    path = desk.saved("1")
    run("label", path, "~0", "good")
    file = desk.root / path
    file.write_text(file.read_text().replace('"1"', '"by hand"'))
    assert run("restore", path, "good").code == 0
    assert desk.source(path) == "1"
    assert source_of(run("show", path, "~1").body) == "by hand"
    assert kinds(path)[1] == "outside"


def test_a_deleted_notebook_is_brought_back(desk: Desk) -> None:
    path = desk.saved("1", "2")
    desk.delete(path)
    ran = run("restore", path)
    assert ran.code == 0, ran.err
    assert desk.source(path) == "2"


def test_restoring_over_a_file_needs_a_version(desk: Desk) -> None:
    path = desk.saved("1")
    ran = run("restore", path)
    assert ran.code == 2
    assert "VERSION" in ran.err


def test_a_version_is_restored_as_a_copy(desk: Desk) -> None:
    path, copy = desk.saved("1", "2"), desk.new_name()
    assert run("restore", path, "~1", "--to", copy).code == 0
    assert desk.source(copy) == "1"
    assert desk.source(path) == "2"
    again = run("restore", path, "~1", "--to", copy, "--json").json["path"]
    assert again != copy
    assert desk.source(again) == "1"
    into = run("restore", path, "~0", "--to", "old/", "--json").json["path"]
    assert into.startswith("old/")


def test_a_version_is_named_and_found_by_its_name(desk: Desk) -> None:
    path = desk.saved("1", "2")
    ran = run("label", path, "~1", "sent to Ada", "--note", "as promised")
    assert ran.code == 0, ran.err
    assert "sent to Ada" in run("log", path).out
    assert source_of(run("show", path, "sent to Ada").body) == "1"
    named = run("log", path, "--json").json["versions"][1]
    assert (named["label"], named["note"]) == ("sent to Ada", "as promised")


def test_a_name_is_taken_away(desk: Desk) -> None:
    path = desk.saved("1")
    run("label", path, "~0", "good", "--note", "why")
    assert run("label", path, "good", "--remove").code == 0
    [version] = run("log", path, "--json").json["versions"]
    assert (version["label"], version["note"]) == ("", "")


def test_a_note_alone_leaves_the_name(desk: Desk) -> None:
    path = desk.saved("1")
    run("label", path, "~0", "good")
    assert run("label", path, "--note", "why", "good").code == 0
    [version] = run("log", path, "--json").json["versions"]
    assert (version["label"], version["note"]) == ("good", "why")


def test_a_name_must_be_given_or_taken_away(embedded: Desk) -> None:
    path = embedded.saved("1")
    assert run("label", path, "~0").code == 2
    assert run("label", path, "~0", "x", "--remove").code == 2


def test_a_name_that_is_too_long_is_refused_in_words(desk: Desk) -> None:
    ran = run("label", desk.saved("1"), "~0", "x" * 201)
    assert ran.code == 1
    assert "200" in ran.err


def test_a_version_that_is_not_valid_is_restored_as_it_is_or_mended(desk: Desk) -> None:
    path = desk.saved("1")
    file = desk.root / path
    odd = file.read_text().replace('"metadata": {},', '"metadata": {"tags": "a"},', 1)
    file.write_text(odd)
    assert run("diff", path).code == 0
    key = run("publish", path, "--json").json["s3_path"].partition("/")[2]
    clone = run("clone", key, "tags/", "--json").json["path"]
    restored = run("restore", clone, "~0")
    assert "tags: 'a' is not of type 'array'" in restored.err
    assert json.loads((desk.root / clone).read_bytes()) == json.loads(odd)
    mended = run("restore", clone, "~0", "--mend")
    assert (mended.code, mended.err) == (0, "")
    [cell] = json.loads((desk.root / clone).read_bytes())["cells"]
    assert cell["metadata"] == {"tags": ["a"]}


def test_what_an_author_did_since_a_checkpoint_is_taken_back(desk: Desk) -> None:
    path = desk.saved("1")
    assert run("checkpoint", path, "before").code == 0
    file = desk.root / path
    file.write_text(file.read_text().replace('"1"', '"by hand"'))
    author = run("log", path, "--json").json["versions"][0]["author"]
    ran = run("undo", path, "before", "--author", author)
    assert ran.code == 0, ran.err
    assert desk.source(path) == "1"
    assert run("undo", path).code == 2


def test_taking_back_says_that_it_is_not_all(
    embedded: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = embedded.saved("1", "2", "3")
    author = run("log", path, "--json").json["versions"][0]["author"]
    monkeypatch.setattr(undoing, "MOST_VERSIONS", 2)
    monkeypatch.setattr(undoing, "_PAGE", 2)
    ran = run("undo", path, "--author", author)
    assert "older was not looked at" in ran.out
    assert embedded.source(path) == "2"
