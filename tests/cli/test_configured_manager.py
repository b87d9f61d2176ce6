"""Without a server, what is written goes through the contents manager that servers would have."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Desk, run

MANAGER = """\
from pathlib import Path

from bookstore import BookstoreContentsArchiver


class Marking(BookstoreContentsArchiver):
    async def save(self, model, path=""):
        Path(self.root_dir, "saved by the configured manager").touch()
        return await super().save(model, path)
"""


def configure(home: Path, line: str) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "jupyter_server_config.py").write_text(f"{MANAGER}\n\n{line}\n")


@pytest.mark.parametrize("app", ["ServerApp", "NotebookApp"])
def test_the_configured_manager_saves_what_is_restored(
    embedded: Desk, home: Path, app: str
) -> None:
    path = embedded.saved("1", "2")
    configure(home, f"c.{app}.contents_manager_class = Marking")
    ran = run("restore", path, "~1", "--no-server")
    assert ran.code == 0, ran.err
    assert (embedded.root / "saved by the configured manager").exists()
    assert embedded.source(path) == "1"


def test_a_server_s_spelling_is_stronger_than_the_classic_one(embedded: Desk, home: Path) -> None:
    path = embedded.saved("1", "2")
    lines = [
        "c.ServerApp.contents_manager_class = BookstoreContentsArchiver",
        "c.NotebookApp.contents_manager_class = Marking",
    ]
    configure(home, "\n".join(lines))
    assert run("restore", path, "~1", "--no-server").code == 0
    assert not (embedded.root / "saved by the configured manager").exists()


def test_a_manager_that_cannot_be_imported_is_named(embedded: Desk, home: Path) -> None:
    path = embedded.saved("1", "2")
    configure(home, 'c.ServerApp.contents_manager_class = "of.nobody.Manager"')
    ran = run("restore", path, "~1", "--no-server")
    assert ran.code == 1
    assert "ServerApp.contents_manager_class: No module named 'of'" in ran.err
    assert embedded.source(path) == "2"
