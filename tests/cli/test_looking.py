"""``log``, ``show``, ``diff``, ``deleted``: the same whoever answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runner import Desk, run, source_of

from bookstore.notebooks.reading import cells_as_text


def test_versions_are_listed_newest_first(desk: Desk) -> None:
    path = desk.saved("1", "2", "3")
    ran = run("log", path)
    assert ran.code == 0, ran.err
    heading, *lines = ran.out.splitlines()
    assert heading.split() == ["saved", "kind", "size", "changed", "version"]
    assert [line.split()[0] for line in lines] == ["~0", "~1", "~2"]


def test_json_holds_what_is_known_of_each_version(desk: Desk) -> None:
    path = desk.saved("1", "2")
    told = run("log", path, "--json").json
    assert told["path"] == path
    newest, oldest = told["versions"]
    assert newest["is_latest"] is True
    assert oldest["is_latest"] is False
    assert newest["saved_at"] > oldest["saved_at"]
    assert newest["kind"] == "save"
    assert f"s3_version_id={newest['version_id']}" in newest["url"]


def test_a_limit_says_that_there_is_more(desk: Desk) -> None:
    path = desk.saved("1", "2", "3")
    ran = run("log", path, "-n2")
    assert len(ran.out.splitlines()) == 3
    assert "older ones" in ran.err
    whole = run("log", "--limit", "0", path)
    assert len(whole.out.splitlines()) == 4
    assert whole.err == ""


@pytest.mark.parametrize(
    "words",
    [
        ["log"],
        ["show"],
        ["show", "~3"],
        ["show", "yesterday"],
        ["diff"],
        ["diff", "~0"],
        ["restore"],
        ["label", "20261128T000000000000Z-00000000", "good"],
        ["export", "--to", "repository"],
    ],
    ids=" ".join,
)
def test_a_notebook_without_versions_is_told_of(desk: Desk, words: list[str]) -> None:
    """In the same words, whatever is asked about it, and whether there is such a file or not."""
    command, *others = words
    ran = run(command, "missing.ipynb", *others)
    assert (ran.code, ran.out) == (1, "")
    assert "There are no versions of missing.ipynb" in ran.err
    assert "--root" in ran.err


def test_a_notebook_is_named_as_any_file_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the working folder, wherever below the root that is, or absolute."""
    (desk.root / "a b").mkdir(exist_ok=True)
    path = f"a b/{desk.new_name()}"
    desk.save(path, "1")
    assert run("log", path).code == 0
    monkeypatch.chdir(desk.root / "a b")
    assert run("log", Path(path).name).code == 0
    monkeypatch.chdir("/")
    assert run("log", desk.root / path).code == 0


def test_a_version_is_written_out(desk: Desk, tmp_path: Path) -> None:
    path = desk.saved("1", "2", "3")
    assert source_of(run("show", path).body) == "3"
    assert source_of(run("show", path, "~2").body) == "1"
    ran = run("show", path, "~1", "-o", tmp_path / "out.ipynb")
    assert (ran.code, ran.body) == (0, b"")
    assert source_of((tmp_path / "out.ipynb").read_bytes()) == "2"


def test_what_is_written_out_is_what_was_on_disk(desk: Desk) -> None:
    """Byte for byte."""
    path = desk.saved("1")
    before = (desk.root / path).read_bytes()
    desk.save(path, "2")
    assert run("show", path, "~1").body == before


def test_a_version_can_be_read_in_the_terminal(desk: Desk) -> None:
    path = desk.saved("print('hi')\x1b]0;title\x07")
    ran = run("show", path, "--format", "text")
    assert "print('hi')" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("words", [("nothing",), ("~7",), ("1999-01-01",)])
def test_a_version_that_is_not_there_is_told_of(desk: Desk, words: tuple[str, ...]) -> None:
    ran = run("show", desk.saved("1"), *words)
    assert ran.code == 1
    assert "no version" in ran.err
    assert "Traceback" not in ran.err


def test_a_version_is_known_by_its_id_or_the_beginning_of_it(desk: Desk) -> None:
    path = desk.saved("1", "2")
    oldest = run("log", path, "--json").json["versions"][1]["version_id"]
    assert source_of(run("show", path, oldest).body) == "1"
    assert source_of(run("show", path, oldest[:-2]).body) == "1"


def test_versions_are_compared_cell_by_cell(desk: Desk) -> None:
    path = desk.saved("old", "new")
    ran = run("diff", path, "~1", "~0")
    assert ran.code == 0, ran.err
    assert "- old" in ran.out
    assert "+ new" in ran.out
    assert run("diff", path, "~0").err == "No difference.\n"


def test_the_file_is_compared_as_it_is_on_disk(desk: Desk) -> None:
    path = desk.saved("saved")
    file = desk.root / path
    file.write_text(file.read_text().replace("saved", "edited"))
    ran = run("diff", path)
    assert "- saved" in ran.out
    assert "+ edited" in ran.out


def test_a_comparison_as_json_is_nbdimes(desk: Desk) -> None:
    told = run("diff", desk.saved("old", "new"), "~1", "--json").json
    assert told["summary"]["cells_changed"] == 1
    assert told["diff"][0]["key"] == "cells"
    assert told["base"]["cells"][0]["source"] == "old"


def test_deleted_notebooks_are_listed_when_asked_for(desk: Desk) -> None:
    path = desk.saved("1")
    desk.delete(path)
    assert path in run("deleted").out
    assert path in [gone["path"] for gone in run("deleted", "--json").json["deleted"]]
    assert run("log", path).out.splitlines()[1].split()[2] == "delete"


def test_notebooks_that_were_moved_are_listed_when_asked_for(desk: Desk) -> None:
    path, new = desk.saved("1"), desk.new_name()
    desk.rename(path, new)
    assert path not in run("deleted").out
    [line] = [line for line in run("deleted", "--all").out.splitlines() if line.startswith(path)]
    assert line.split()[-1] == new


def test_history_goes_on_after_a_rename(desk: Desk) -> None:
    path, new = desk.saved("1", "2"), desk.new_name()
    desk.rename(path, new)
    desk.save(new, "3")
    ran = run("log", new)
    assert f"rename from {path}" in ran.out
    assert source_of(run("show", new, "~3").body) == "1"


def test_escape_sequences_in_names_do_not_reach_the_terminal(embedded: Desk) -> None:
    ran = run("log", "a\x1b[31m.ipynb")
    assert "\x1b" not in ran.err


def test_json_of_a_notebook_is_text(desk: Desk) -> None:
    told = run("show", desk.saved("1"), "--json").json
    assert json.loads(told["text"])["cells"][0]["source"] == ["1"]


def test_whatever_jupyter_opens_can_be_read_in_the_terminal() -> None:
    """Cells of unknown types, or without source, outputs that are none, a count of 0, format 3."""
    cells = [
        {"cell_type": "future", "metadata": {}},
        {"cell_type": "code", "metadata": {}, "source": 5, "execution_count": 0, "outputs": [{}]},
    ]
    odd = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    old = {"cell_type": "code", "input": "old", "outputs": [], "language": "python"}
    older = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": [old]}]}
    for content, words in ((odd, ("future 1", "code 2 [0]", "5")), (older, ("old",))):
        text = cells_as_text(json.dumps(content).encode())
        assert all(word in text for word in words)


def test_a_version_is_shown_by_its_address(desk: Desk) -> None:
    path = desk.saved("1", "2", "3")
    _, middle, _ = run("log", path, "--json").json["versions"]
    run("label", path, "~2", "good")
    assert source_of(run("show", middle["address"]).body) == "2"
    assert source_of(run("show", f"bookstore://{path}").body) == "3"
    assert source_of(run("show", f"bookstore://{path}?label=good").body) == "1"
    told = run("show", f"bookstore://{path}?label=good", "--json").json
    assert told["version"]["label"] == "good"


def test_an_address_that_means_nothing_is_told_of(desk: Desk) -> None:
    path = desk.saved("1")
    ran = run("show", f"bookstore://{path}?label=bad")
    assert (ran.code, ran.body) == (1, b"")
    assert "There is no version named 'bad'" in ran.err
    assert run("show", f"bookstore://{path}?nothing").code == 1
    assert run("show", f"bookstore://{path}", "~1").code == 2


def test_a_version_is_compared_with_the_one_before_it(desk: Desk) -> None:
    path = desk.saved("one", "two", "three")
    newest = run("diff", path, "--before")
    assert ("two" in newest.out, "three" in newest.out, "one" in newest.out) == (True, True, False)
    earlier = run("diff", path, "~1", "--before", "--json").json
    assert earlier["base_version"]["saved_at"] < earlier["remote_version"]["saved_at"]
    first = run("diff", path, "~2", "--before")
    assert first.code == 1
    assert "first version" in first.err
    assert run("diff", path, "~1", "~0", "--before").code == 2


def test_a_line_that_disappeared_is_found(desk: Desk) -> None:
    path = desk.saved("a line that went away", "another")
    ran = run("log", path, "--search", "that went")
    assert ran.code == 0, ran.err
    assert "gone since" in ran.out
    assert len(ran.out.splitlines()) == 3
    everywhere = run("log", "--search", "that went away")
    assert Path(path).name in everywhere.out
    told = run("log", "--search", "that went", "--json").json
    assert path in [found["path"] for found in told["found"]]
    assert run("log", path, "--search", "no such line").out.strip() == "Nothing was found."
    assert run("log", path, "--kind", "nonsense").code == 1
    assert run("log").code == 2


def test_a_notebook_that_was_renamed_is_told_where_it_went(desk: Desk) -> None:
    path, new = desk.saved("1", "2"), desk.new_name()
    desk.rename(path, new)
    assert f"renamed to {new}" in run("log", path).err
    compared = run("diff", path)
    assert compared.code == 1
    assert f"renamed to {new}" in compared.err
    assert f"diff {new}" in compared.err


def test_each_cell_is_told_with_the_version_that_wrote_it(desk: Desk) -> None:
    path = desk.saved("same", "same", "other")
    ran = run("blame", path)
    assert ran.code == 0, ran.err
    [cell] = run("blame", path, "--json").json["cells"]
    newest = run("log", path, "--json").json["versions"][0]
    assert (cell["source"], cell["version"]["version_id"]) == ("other", newest["version_id"])
    if cell["id"]:
        assert "source" in run("blame", path, "--cell", cell["id"]).out
    assert run("blame", path, "--cell", "none").code == 1
