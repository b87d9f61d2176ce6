"""Notebooks' documents: where a gallery keeps them, and what they can be asked."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from gallery_databases import KINDS, new_database
from gallery_rows import BEGIN, fill
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import (
    Base,
    NotebookFile,
    Revision,
    StoredNotebook,
    StoredRevision,
)
from bookstore.nbgallery import database, notebooks
from bookstore.nbgallery.database import orm
from bookstore.nbgallery.problems import NotebookProblem
from bookstore.store.memory import MemoryStore

UUID = "00000002-0000-4000-8000-000000000000"


def ipynb(*sources: str) -> str:
    """A notebook with these code cells, and what running leaves."""
    cells = [nbformat.v4.new_markdown_cell("# Über")]
    output = nbformat.v4.new_output("stream", text="ran")
    cells += [
        nbformat.v4.new_code_cell(source, execution_count=3, outputs=[output]) for source in sources
    ]
    metadata = {"language_info": {"name": "python", "version": "3.12"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


@pytest.fixture(params=KINDS)
def writing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A small gallery, in use, and who may write in it."""
    with new_database(request.param, tmp_path) as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        fill(engine)
        database.use(url)
        yield engine
        engine.dispose()
        database.engine.dispose()


def put(engine: Engine, *rows: object) -> None:
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()


def sources() -> list[str]:
    return list(notebooks.from_uuid(UUID, "jupyter").code_sources())


def test_a_notebook_in_the_database_is_found_by_uuid_and_by_model(writing: Engine) -> None:
    new = NotebookFile(save_type="notebook", uuid=UUID, content=ipynb("new"))
    old = NotebookFile(save_type="revision", uuid="r", notebook_id=2, content=ipynb("old"))
    put(writing, new, old)
    assert sources() == ["new"]
    with orm.Session() as session:
        model = session.get(orm.Notebook, 2)
        assert list(notebooks.from_model(model).code_sources()) == ["new"]
    assert list(notebooks.from_model(model).code_sources()) == ["new"]  # of no session any more


def test_a_notebook_in_the_configured_folder_is_found(
    writing: Engine, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGALLERY_NOTEBOOK_CACHE_DIR", str(nowhere))
    (nowhere / f"{UUID}.ipynb").write_text(ipynb("on disk"), encoding="utf-8")
    assert sources() == ["on disk"]


def test_of_folder_and_database_the_newer_is_taken(
    writing: Engine, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGALLERY_NOTEBOOK_CACHE_DIR", str(nowhere))
    file = nowhere / f"{UUID}.ipynb"
    file.write_text(ipynb("on disk"), encoding="utf-8")
    row = NotebookFile(save_type="notebook", uuid=UUID, notebook_id=2, content=ipynb("a row"))
    put(writing, row)
    os.utime(file, (0, 0))
    assert sources() == ["a row"]
    os.utime(file, (2**32, 2**32))
    assert sources() == ["on disk"]


def test_a_notebook_in_a_store_is_the_version_of_its_newest_revision(writing: Engine) -> None:
    store = MemoryStore("gallery")

    async def versions() -> list[str]:
        kind = {"metadata": {}, "content_type": "application/json"}
        bodies = (ipynb(word).encode() for word in ("first", "second", "not published"))
        return [(await store.put("a.ipynb", body, **kind)).version_id for body in bodies]

    first, second, _ = asyncio.run(versions())
    put(writing, *(Revision(id=number, notebook_id=2) for number in (1, 2)))
    at = BEGIN + timedelta(days=1)
    stored = {"store_key": "a.ipynb", "sha256": "0" * 64, "size": 1, "created_at": at}
    put(
        writing,
        StoredNotebook(notebook_id=2, store_key="a.ipynb"),
        StoredRevision(revision_id=1, version_id=first, **stored),
        StoredRevision(revision_id=2, version_id=second, **stored),
    )
    document = notebooks.from_uuid(UUID, store=store)
    assert list(document.code_sources()) == ["second"]

    async def in_a_notebook() -> list[str]:  # whose kernel has a running event loop
        return list(notebooks.from_uuid(UUID, store=store).code_sources())

    assert asyncio.run(in_a_notebook()) == ["second"]
    with pytest.raises(NotebookProblem, match=r"in a store, at a\.ipynb\. Give that store"):
        notebooks.from_uuid(UUID)


def test_a_notebook_that_is_nowhere_is_told_with_what_to_do(writing: Engine) -> None:
    with pytest.raises(NotebookProblem, match="set notebook_cache_dir"):
        notebooks.from_uuid(UUID)
    with pytest.raises(NotebookProblem, match="has no notebook 12345678"):
        notebooks.from_uuid("12345678")
    with pytest.raises(NotebookProblem, match=r"'\.\./etc' is no UUID"):
        notebooks.from_uuid("../etc")


# -- documents -------------------------------------------------------------------------------------


def test_a_file_tells_its_type_by_its_extension(nowhere: Path) -> None:
    file = nowhere / "a.ipynb"
    file.write_text(ipynb("1 + 1"), encoding="utf-8")
    assert list(notebooks.from_file(file).sources()) == ["# Über", "1 + 1"]
    other = file.rename(nowhere / "a.txt")
    assert list(notebooks.from_file(other, "jupyter").sources()) == ["# Über", "1 + 1"]
    with pytest.raises(NotebookProblem, match="extension 'txt'"):
        notebooks.from_file(other)


def test_types_and_extensions_belong_together() -> None:
    assert notebooks.extension_to_type("ipynb") == "jupyter"
    assert notebooks.type_to_extension("jupyter") == "ipynb"
    for ask in (notebooks.extension_to_type, notebooks.type_to_extension):
        with pytest.raises(RuntimeError):
            ask("iodide")


def test_a_document_tells_its_cells_and_language() -> None:
    document = notebooks.from_string(ipynb("x = 1", "y" * 60), "jupyter")
    assert [cell.cell_type for cell in document.cells()] == ["markdown", "code", "code"]
    assert list(document.code_sources()) == ["x = 1", "y" * 60]
    assert list(document.doc_sources()) == ["# Über"]
    assert document.language_version() == ("python", "3.12")
    assert document.metadata().language_info.name == "python"
    assert str(document) == "<JupyterNotebook [python] '# Über'>"
    document.validate()


def test_cleaning_takes_out_what_running_has_left() -> None:
    document = notebooks.from_string(ipynb("x = 1"), "jupyter")
    document.clean()
    [cell] = [each for each in json.loads(document.content())["cells"] if "outputs" in each]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, (None, None)),
        ({"kernelspec": {"language": "R", "name": "ir", "display_name": "R"}}, ("R", None)),
        ({"language_info": {"name": "ruby"}}, ("ruby", None)),
    ],
)
def test_a_language_is_what_the_document_says(metadata: dict, expected: tuple) -> None:
    text = nbformat.writes(nbformat.v4.new_notebook(metadata=metadata))
    assert notebooks.from_string(text, "jupyter").language_version() == expected


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "null", "3"])
def test_what_is_no_notebook_is_told(text: str) -> None:
    with pytest.raises(NotebookProblem, match="This is no notebook"):
        notebooks.from_string(text, "jupyter")


def test_a_file_in_no_utf_8_is_told(nowhere: Path) -> None:
    (nowhere / "a.ipynb").write_bytes(b"\xff\xfe")
    with pytest.raises(NotebookProblem, match="not in UTF-8"):
        notebooks.from_file(nowhere / "a.ipynb")
