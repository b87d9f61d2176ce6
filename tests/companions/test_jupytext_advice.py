"""What is said to those who configured one of Jupytext's contents managers works as written."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import jupytext
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from processes import Server

import bookstore
from bookstore.health.features import archiver_state

PAGE = Path(__file__).parents[2] / "docs/source/how-to/use-jupytext.md"


def block(language: str) -> str:
    """The last block of *language* on the page."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found[-1])


@pytest.mark.parametrize(
    "manager", [jupytext.TextFileContentsManager, jupytext.AsyncTextFileContentsManager]
)
def test_the_advice_names_a_class_that_archives(manager: type) -> None:
    message = archiver_state(manager())["message"]
    advised = message.partition("configure ")[2].removesuffix(".")
    made = eval(advised, {"bookstore": bookstore, "jupytext": jupytext})
    assert made.archives_to_bookstore
    assert issubclass(made, jupytext.config.JupytextConfiguration)


def test_the_page_shows_what_the_server_says() -> None:
    said = archiver_state(jupytext.TextFileContentsManager())["message"]
    assert said == " ".join(block("text").split())


def test_another_synchronous_manager_is_told_that_it_is() -> None:
    message = archiver_state(LargeFileManager())["message"]
    assert "LargeFileManager: it is synchronous" in message


def test_a_server_that_is_configured_as_shown_archives_text_notebooks(tmp_path: Path) -> None:
    config = tmp_path / "config" / "jupyter_server_config.py"
    config.parent.mkdir()
    config.write_text(block("python"))
    with Server(home=tmp_path) as server:
        server.save("t.py", "1 + 1")
        assert server.request("GET", "api/bookstore/status")["archiver"]["active"]
        [version] = server.request("GET", "api/bookstore/versions/t.py")["versions"]
        assert (version["kind"], version["path"]) == ("save", "t.py")


def test_a_server_with_both_packages_needs_no_configuration(tmp_path: Path) -> None:
    with Server(home=tmp_path) as server:
        server.save("t.py", "1 + 1")
        [version] = server.request("GET", "api/bookstore/versions/t.py")["versions"]
        assert (version["kind"], version["path"]) == ("save", "t.py")
