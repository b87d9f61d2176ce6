"""After installation every Jupyter server archives, however it is started and configured."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from embedded import keys_in, only_store
from processes import WITHOUT_FRONT_ENDS, Server, jupyter_environment

ARCHIVER = "bookstore.BookstoreContentsArchiver"
JUPYTERS_OWN = "jupyter_server.services.contents.largefilemanager.AsyncLargeFileManager"


def configure(home: Path, name: str, text: str) -> None:
    """Write *text* to the user's configuration file *name*."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / name).write_text(text)


def assert_archives(server: Server) -> None:
    """A save makes a version, and the server says that it does."""
    server.save("demo.ipynb", "1 + 1")
    server.wait_until_delivered()
    assert server.request("GET", "api/bookstore")["archiver"]["active"]
    file = only_store(server.home / "data" / "bookstore" / "store")
    assert "workspace/demo.ipynb" in keys_in(file)


@pytest.mark.parametrize("command", ["server", "lab", "notebook", "bookstore"])
def test_plain_commands_archive_with_no_configuration(tmp_path: Path, command: str) -> None:
    with Server(home=tmp_path, command=(command,)) as server:
        assert_archives(server)
        said = [line for line in server.log.splitlines() if "archives every save" in line]
        assert len(said) == 1


@pytest.mark.parametrize(
    ("command", "app", "file"),
    [  # each with each of the others
        ("server", "ServerApp", "jupyter_notebook_config.py"),
        ("server", "NotebookApp", "jupyter_server_config.py"),
        ("lab", "ServerApp", "jupyter_server_config.py"),
        ("lab", "NotebookApp", "jupyter_notebook_config.py"),
        ("notebook", "ServerApp", "jupyter_notebook_config.py"),
        ("notebook", "NotebookApp", "jupyter_server_config.py"),
    ],
)
def test_the_original_configuration_still_works(
    tmp_path: Path, command: str, app: str, file: str
) -> None:
    configure(
        tmp_path,
        file,
        "from bookstore import BookstoreContentsArchiver\n"
        f"c.{app}.contents_manager_class = BookstoreContentsArchiver\n"
        'c.BookstoreSettings.workspace_prefix = "/drafts/kylek/"\n',
    )
    with Server(home=tmp_path, command=(command,)) as server:
        server.save("demo.ipynb", "1 + 1")
        server.wait_until_delivered()
        file = only_store(tmp_path / "data" / "bookstore" / "store")
        assert keys_in(file) == {"drafts/kylek/demo.ipynb"}
        assert "takes the place of" not in server.log


@pytest.mark.parametrize("command", ["server", "notebook"])
@pytest.mark.parametrize("app", ["ServerApp", "NotebookApp"])
def test_the_manager_can_be_named_on_the_command_line(
    tmp_path: Path, command: str, app: str
) -> None:
    argument = f"--{app}.contents_manager_class={ARCHIVER}"
    with Server(home=tmp_path, command=(command,), arguments=(argument,)) as server:
        assert_archives(server)
        assert "takes the place of" not in server.log


@pytest.mark.parametrize("file", ["jupyter_notebook_config.py", "jupyter_server_config.py"])
def test_a_manager_of_the_users_own_is_left_alone_and_told_how_to_combine(
    tmp_path: Path, file: str
) -> None:
    configure(tmp_path, file, f'c.ServerApp.contents_manager_class = "{JUPYTERS_OWN}"\n')
    with Server(home=tmp_path) as server:
        server.save("demo.ipynb", "1 + 1")
        archiver = server.request("GET", "api/bookstore")["archiver"]
        assert not archiver["active"]
        assert "(bookstore.ArchivingMixin, AsyncLargeFileManager)" in archiver["message"]
        assert "(bookstore.ArchivingMixin, AsyncLargeFileManager)" in server.log
        status = server.request("GET", "api/bookstore/status")
        assert any("ArchivingMixin" in problem for problem in status["problems"])


def test_a_setting_leaves_the_default_manager_in_place(tmp_path: Path) -> None:
    off = "--BookstoreSettings.archive_by_default=False"
    with Server(home=tmp_path, arguments=(*WITHOUT_FRONT_ENDS, off)) as server:
        server.save("demo.ipynb", "1 + 1")
        assert not server.request("GET", "api/bookstore")["archiver"]["active"]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("max_threads=0", "BookstoreSettings.max_threads must be at least 1, not 0"),
        ("workspace_prefix=a/../b", "BookstoreSettings.workspace_prefix must be names"),
        ("s3_endpoint_url=ftp://x", "BookstoreSettings.s3_endpoint_url must be a URL"),
    ],
)
def test_a_bad_setting_stops_the_server_with_its_name_and_value(
    tmp_path: Path, setting: str, words: str
) -> None:
    server = Server(
        home=tmp_path, arguments=(*WITHOUT_FRONT_ENDS, f"--BookstoreSettings.{setting}")
    )
    with pytest.raises(AssertionError, match="did not start") as caught, server:
        pass
    assert words in str(caught.value)
    assert "Traceback" not in str(caught.value)


def run(home: Path, *command: str) -> str:
    """The output of a jupyter command."""
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", *command],
        env=jupyter_environment(home),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout + done.stderr


def test_the_extension_is_enabled_by_installing_it(tmp_path: Path) -> None:
    lines = run(tmp_path, "server", "extension", "list").splitlines()
    assert any(line.split()[:2] == ["bookstore", "enabled"] for line in map(_plain, lines))


def _plain(line: str) -> str:
    """*line* without terminal colours."""
    return re.sub(r"\x1b\[\d+m", "", line)


def test_the_settings_are_in_the_help_and_in_a_generated_configuration(tmp_path: Path) -> None:
    assert "--BookstoreSettings.s3_bucket=" in run(tmp_path, "bookstore", "--help-all")
    run(tmp_path, "bookstore", "--generate-config")
    text = (tmp_path / "config" / "jupyter_bookstore_config.py").read_text()
    assert "# c.BookstoreSettings.outbox_max_bytes = " in text


def test_the_generated_configuration_is_read_by_every_server(tmp_path: Path) -> None:
    configure(
        tmp_path, "jupyter_bookstore_config.py", 'c.BookstoreSettings.workspace_prefix = "mine"\n'
    )
    with Server(home=tmp_path) as server:
        server.save("demo.ipynb", "1 + 1")
        server.wait_until_delivered()
        file = only_store(tmp_path / "data" / "bookstore" / "store")
        assert keys_in(file) == {"mine/demo.ipynb"}
