"""Which root folder a file on the command line belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Desk, run
from desks import store_desk
from processes import WITHOUT_FRONT_ENDS, Server

from bookstore.cli.command_line import UsageError
from bookstore.cli.sources.places import Place, nearest, path_below, root_of
from bookstore.files.noted_roots import remember_root, remembered_roots


def test_paths_are_relative_to_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root" / "a").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "root" / "a")
    place = Place(tmp_path / "root")
    assert place.api_path("x.ipynb") == "a/x.ipynb"
    assert place.api_path("../x.ipynb") == "x.ipynb"
    assert place.api_path(str(tmp_path / "root" / "b" / "x.ipynb")) == "b/x.ipynb"
    assert place.shown("a/x.ipynb") == "x.ipynb"
    assert place.shown("x.ipynb") == "../x.ipynb"
    with pytest.raises(UsageError, match="not below"):
        place.api_path("../../x.ipynb")


def test_links_to_the_root_and_in_it_are_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(root)
    (root / "shared").symlink_to(elsewhere)
    assert path_below(root, str(tmp_path / "link" / "x.ipynb")) == "x.ipynb"
    assert path_below(tmp_path / "link", str(root / "x.ipynb")) == "x.ipynb"
    assert path_below(root, str(root / "shared" / "x.ipynb")) == "shared/x.ipynb"
    assert path_below(root, str(elsewhere / "x.ipynb")) is None


def test_of_servers_the_one_with_the_deepest_root_is_meant(tmp_path: Path) -> None:
    roots = [tmp_path, tmp_path / "a" / "b", tmp_path / "a", tmp_path / "other"]
    found = nearest(roots, str(tmp_path / "a" / "b" / "x.ipynb"))
    assert found == [tmp_path / "a" / "b", tmp_path / "a", tmp_path]


def test_the_configured_root_comes_before_a_history(tmp_path: Path) -> None:
    file = str(tmp_path / "a" / "x.ipynb")
    assert root_of(file, configured=str(tmp_path), has_history=lambda _: True) == tmp_path
    elsewhere = str(tmp_path / "elsewhere")
    found = root_of(file, configured=elsewhere, has_history=lambda _: True)
    assert found == tmp_path / "a"


def test_the_nearest_folder_with_a_history_is_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = str(tmp_path / "a" / "b" / "x.ipynb")

    def found(*kept: Path) -> Path:
        return root_of(file, configured="", has_history=lambda folder: folder in kept)

    assert found(tmp_path, tmp_path / "a") == tmp_path / "a"
    assert found(tmp_path) == tmp_path
    assert found() == tmp_path  # the working folder
    monkeypatch.chdir("/")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert found() == tmp_path / "a" / "b"


def test_of_two_projects_each_has_its_own_history(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (home / name / "deep").mkdir(parents=True)
        store_desk(home / name).save("x.ipynb", name)
    monkeypatch.chdir(home)
    assert "one" in run("show", "one/x.ipynb").out
    assert "two" in run("show", "two/x.ipynb").out
    monkeypatch.chdir(home / "two" / "deep")
    assert "two" in run("show", "../x.ipynb").out


def test_a_root_can_be_named(embedded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = embedded.saved("1")
    monkeypatch.chdir("/")
    assert run("log", embedded.root / path, "--root", embedded.root).code == 0
    ran = run("log", "/x.ipynb", "--root", embedded.root)
    assert ran.code == 2
    assert "not below" in ran.err


def test_roots_are_remembered_the_last_one_first(home: Path) -> None:
    assert remembered_roots() == []
    for name in ("a", "b", "a"):
        remember_root(str(home / name))
    assert remembered_roots() == [home / "a", home / "b"]
    (home / "data" / "bookstore" / "roots.json").write_text("{")
    assert remembered_roots() == []


def test_where_a_root_cannot_be_remembered_nothing_happens(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "bookstore").touch()
    remember_root(str(home))


def test_the_history_is_the_same_from_a_root_above(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "up" / "work").mkdir(parents=True)
    for source in ("1", "2"):
        store_desk(home / "up" / "work").save("x.ipynb", source)
    monkeypatch.chdir(home / "up")
    ran = run("log", "work/x.ipynb", "--root", home / "up", "--json")
    assert [each["folder"] for each in ran.json["versions"]] == ["work", "work"]
    heading, *_ = run("log", "work/x.ipynb", "--root", home / "up").out.splitlines()
    assert "folder" in heading
    heading, *_ = run("log", "work/x.ipynb").out.splitlines()
    assert "folder" not in heading


def test_a_server_in_the_folder_above_tells_it_too(home: Path) -> None:
    server = Server(home=home, arguments=WITHOUT_FRONT_ENDS)
    (server.root / "work").mkdir()
    for source in ("1", "2"):
        store_desk(server.root / "work").save("x.ipynb", source)
    with server:
        told = server.request("GET", "api/bookstore/versions/work/x.ipynb")
    assert [each["folder"] for each in told["versions"]] == ["work", "work"]


def test_on_s3_what_was_saved_from_another_folder_is_offered(
    home: Path, s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "up" / "work").mkdir(parents=True)
    for source in ("1", "2"):
        store_desk(home / "up" / "work").save("x.ipynb", source)
    remember_root(str(home / "up"))
    log = ("log", home / "up" / "work" / "x.ipynb", "--root", home / "up")
    offered = run(*log)
    assert "2 versions were saved from the folder work, as x.ipynb: --join work" in offered.err
    assert run(*log, "--json").json["versions"] == []
    joined = run(*log, "--join", "work", "--json").json
    assert [each["folder"] for each in joined["versions"]] == ["work", "work"]
    assert [each["joined"] for each in joined["elsewhere"]] == [True]
    assert run("log", home / "up" / "work" / "x.ipynb", "--root", home / "up" / "work").code == 0
    separated = run(*log, "--separate", "work", "--json").json
    assert separated["versions"] == []
    assert run(*log, "--join", "play").code == 1
