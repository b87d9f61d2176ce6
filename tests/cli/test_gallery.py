"""``jupyter bookstore gallery``: nbgallery moves in, and notebooks go out as it takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Ran, run
from desks import live_in
from gallery_rows import fill
from nbgallery_database import make_nbgallery
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import NotebookFile, Revision

UUID = "00000001-0000-4000-8000-000000000000"
DOCUMENT = '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who has nothing."""
    live_in(tmp_path, monkeypatch)
    monkeypatch.delenv("BOOKSTORE_GALLERY_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def nbgallery(home: Path) -> str:
    """The URL of an nbgallery with one document."""
    url = f"sqlite:///{home}/nbgallery.db"
    engine = create_engine(url)
    make_nbgallery(engine)
    fill(engine)
    with Session(engine) as session, session.begin():
        session.add(Revision(id=1, notebook_id=1, revtype="create"))
        kept = {"uuid": UUID, "content": DOCUMENT}
        session.add(NotebookFile(save_type="revision", revision_id=1, **kept))
    engine.dispose()
    return url


def gallery(home: Path, *words: str) -> Ran:
    option = ["--database", f"sqlite:///{home}/ours/gallery.db"] if words else []
    return run("gallery", *words, *option)


def test_a_database_moves_in_and_its_notebooks_go_out(home: Path, nbgallery: str) -> None:
    told = gallery(home, "import", nbgallery, "--dry-run", "--json").json
    would = {table["table"]: table["moved"] for table in told["tables"]}
    assert (would["clicks"], told["documents"]["moved"]) == (400, 1)
    assert not (home / "ours").exists()
    first = gallery(home, "import", nbgallery)
    assert first.code == 0, first.err
    assert "1 document moved into the store." in first.out
    again = gallery(home, "import", nbgallery, "--json").json
    assert {table["moved"] for table in again["tables"]} == {0}
    assert again["documents"] == {"there": 1, "moved": 0, "lost": 11}
    out = gallery(home, "export", "all.tar.gz", "--private", "--json").json
    assert (out["written"], len(out["lost"])) == (1, 11)
    taken = gallery(home, "import", "all.tar.gz", "--json").json
    assert [notebook["fate"] for notebook in taken["notebooks"]] == ["there already"]


def test_without_a_source_nbgallery_yml_says_where(home: Path, nbgallery: str) -> None:
    (home / "nbgallery.yml").write_text(f"nbgallery:\n  database_url: {nbgallery}\n")
    ran = gallery(home, "import")
    assert ran.code == 0, ran.err
    assert "clicks" in ran.out


def test_what_cannot_be_taken_in_is_told_in_a_line(home: Path) -> None:
    other = f"sqlite:///{home}/other.db"
    create_engine(other).connect().exec_driver_sql("CREATE TABLE a (b)")
    for words, message in (
        (("import",), "mysql_username is not configured"),
        (("import", other), "There is no nbgallery in the file other.db."),
        (("import", f"sqlite:///{home}/none.db"), "There is no file none.db."),
        (("import", "none.tar.gz"), "none.tar.gz is no tar.gz that can be read"),
        (("export", "nowhere/a.tar.gz"), "There is no folder nowhere."),
        ((), "Say what to do: publish, list,"),
    ):
        ran = gallery(home, *words)
        assert (ran.code != 0, message in ran.err) == (True, True), ran.err
        assert "Traceback" not in ran.err
