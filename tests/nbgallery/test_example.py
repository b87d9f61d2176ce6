"""The documentation's example runs as it stands, and prints what it shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import nbformat
import pytest
from gallery_rows import BEGIN
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import NotebookFile

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "source" / "how-to" / "analyse-a-gallery.ipynb"
LEFT_OUT = (".git", ".tox", ".venv", "build", "node_modules", "*.egg-info", "lib")


def configure(url: URL, folder: Path) -> None:
    """Write nbgallery.yml, and keep one document in the database."""
    if url.get_backend_name() == "mysql":
        keys = ("username", "password", "host", "port", "database")
        lines = [f"mysql_{key}: '{getattr(url, key)}'" for key in keys]
    else:
        lines = [f"database_url: '{url.render_as_string(hide_password=False)}'"]
    text = "\n  ".join(["nbgallery:", *lines])
    (folder / "nbgallery.yml").write_text(text, encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(source) for source in ("import pandas", "print(1 + 1)")]
    language = {"language_info": {"name": "python", "version": "3.12"}}
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=language))
    engine = create_engine(url)
    with Session(engine) as session:
        session.merge(
            NotebookFile(
                id=1,
                save_type="notebook",
                uuid="00000002-0000-4000-8000-000000000000",
                notebook_id=2,
                content=content,
                created_at=BEGIN,
                updated_at=BEGIN,
            )
        )
        session.commit()
    engine.dispose()


def printed(notebook: Any) -> list[str]:
    """What each cell of code prints."""
    return [
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def executed(python: str | Path, folder: Path) -> list[str]:
    """What the example prints when *python* executes it in *folder*."""
    copy = shutil.copy(EXAMPLE, folder)  # it runs in the folder where it is
    command = [python, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", copy]
    notebook = subprocess.check_output([*map(str, command)], cwd=folder, text=True)
    return printed(nbformat.reads(notebook, as_version=4))


def shown() -> list[str]:
    return printed(nbformat.read(EXAMPLE, as_version=4))


def test_the_example_prints_what_it_shows(gallery: URL, nowhere: Path) -> None:
    configure(gallery, nowhere)
    assert executed(sys.executable, nowhere) == shown()
    assert any(shown())


@pytest.mark.checkout
@pytest.mark.database
@pytest.mark.parametrize("gallery", ["mariadb"], indirect=True)
def test_the_example_runs_where_nothing_but_the_extras_is_installed(
    gallery: URL, nowhere: Path
) -> None:
    """The newcomer's path: pip install, nbgallery.yml, the notebook."""
    sources = shutil.copytree(ROOT, nowhere / "src", ignore=shutil.ignore_patterns(*LEFT_OUT))
    fresh = nowhere / "fresh"
    venv.create(fresh, with_pip=True)
    python = fresh / "bin" / "python"
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    wanted = f"{sources}[gallery,dataframes,mysql]"
    subprocess.run([*map(str, install), "--quiet", wanted], check=True, cwd=nowhere)
    work = nowhere / "work"
    work.mkdir()
    configure(gallery, work)
    assert executed(python, work) == shown()
