"""The command line: options in any order, exit codes, help, and no tracebacks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import Desk, run
from desks import live_in
from processes import TOKEN, Server, jupyter_environment

from bookstore.cli.command_line import UsageError, Words, sort_words
from bookstore.cli.commands import COMMANDS


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a", "--json", "b"], Words(["--json"], ["a", "b"])),
        (["--limit", "5", "a"], Words(["--limit=5"], ["a"])),
        (["a", "-n", "5"], Words(["-n=5"], ["a"])),
        (["a", "-n5"], Words(["-n=5"], ["a"])),
        (["--limit=", "a"], Words(["--limit="], ["a"])),
        (["--X.y", "z", "--X.y=z"], Words(["--X.y=z", "--X.y=z"], [])),
        (["-", "--", "--json"], Words([], ["-", "--json"])),
    ],
)
def test_options_and_arguments_stand_in_any_order(words: list[str], expected: Words) -> None:
    assert sort_words(words, flags={"json"}, valued={"limit", "n"}) == expected


@pytest.mark.parametrize("words", [["--nope"], ["-z"], ["--limit"], ["--json=1"]])
def test_an_option_that_is_none_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(UsageError, match=words[0].partition("=")[0]):
        sort_words(words, flags={"json"}, valued={"limit"})


@pytest.mark.parametrize("words", [["log"], ["log", "a", "b"], ["log", "a", "--nope"], ["restore"]])
def test_misuse_ends_with_2_and_the_usage(home: Path, words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert f"Usage: jupyter bookstore {words[0]} PATH" in ran.err


@pytest.mark.parametrize("words", [["log", "a", "--limit=x"], ["log", "a", "--limit=-1"]])
def test_a_value_that_cannot_be_is_named(home: Path, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert "limit" in ran.err


def test_a_setting_that_cannot_be_is_named(home: Path) -> None:
    ran = run("log", "a.ipynb", "--BookstoreSettings.s3_bucket=No Bucket")
    assert ran.code != 0
    assert "s3_bucket" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_when_asked(home: Path, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: jupyter bookstore {command}")
    assert run("help", command).out == ran.out
    assert "--BookstoreSettings.s3_bucket" in run(command, "--help-all").out


def test_the_documentation_has_each_command() -> None:
    page = Path(__file__).parents[2] / "docs/source/how-to/use-the-shell.md"
    rows = re.findall(r"^\| `(\w+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(COMMANDS)


def test_the_overview_names_each_command(home: Path) -> None:
    for word in ("--help", "-h", "help"):
        out = run(word).out
        assert all(f"  {name} " in out for name in COMMANDS)


def test_a_configuration_file_that_is_broken_is_named(home: Path) -> None:
    """Another store would be asked otherwise."""
    (home / "config").mkdir()
    (home / "config" / "jupyter_server_config.py").write_text("c.ServerApp.root_dir = (")
    ran = run("log", "a.ipynb")
    assert ran.code == 1
    assert "jupyter_server_config" in ran.err
    assert "Traceback" not in ran.err


def test_the_servers_configuration_is_used(home: Path) -> None:
    for name, value in (
        ("jupyter_notebook_config", "from-notebook"),
        ("jupyter_server_config", "from-server"),
    ):
        (home / "config").mkdir(exist_ok=True)
        (home / "config" / f"{name}.json").write_text(
            json.dumps({"BookstoreSettings": {"local_bucket": value}})
        )
    assert run("status", "--json").json["store"]["display"] == "local:from-server"
    words = ("status", "--json", "--BookstoreSettings.local_bucket=from-line")
    assert run(*words).json["store"]["display"] == "local:from-line"


def test_a_file_that_is_named_is_read(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text('c.BookstoreSettings.local_bucket = "other"\n')
    told = run("status", "--json", "--config", other).json
    assert told["store"]["display"] == "local:other"
    missing = run("status", "--config", tmp_path / "missing.py")
    assert missing.code == 1
    assert "missing" in missing.err


def test_python_dash_m_and_jupyter_run_the_commands(embedded: Desk, home: Path) -> None:
    """And fast: what takes seconds to import is not."""
    path = embedded.saved("1")
    code = (
        "import sys; from bookstore.__main__ import main\n"
        f"try: main(['log', {path!r}])\n"
        "except SystemExit as end: assert not end.code\n"
        "slow = {'jupyter_server', 'nbformat', 'aiobotocore', 'tornado'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    for words in (["-c", code], ["-m", "bookstore", "log", path]):
        done = subprocess.run(
            [sys.executable, *words],
            env=jupyter_environment(home),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[1].startswith("~0")


def test_the_server_knows_the_commands_too(embedded: Desk, home: Path) -> None:
    """As traitlets' subcommands, for whoever starts it by its class."""
    path = embedded.saved("1")
    code = f"from bookstore.extension import main; main(['log', {path!r}])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=jupyter_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("~0")


def test_a_reader_that_stops_is_no_failure(embedded: Desk, home: Path) -> None:
    path = embedded.saved(*map(str, range(3)))
    command = f"{sys.executable} -m bookstore log {path} --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        env=jupyter_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_a_server_is_asked_by_its_url(
    running_server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From anywhere: then paths are those of the server."""
    running_server.save("by-url.ipynb", "1")
    running_server.wait_until_delivered()
    url = f"{running_server.url}?token={TOKEN}"
    assert run("log", "by-url.ipynb", "--server", url).code == 0
    assert run("log", "by-url.ipynb", "--server", running_server.url, "--token", TOKEN).code == 0
    monkeypatch.setenv("JUPYTER_TOKEN", TOKEN)
    assert run("log", "by-url.ipynb", "--server", running_server.url).code == 0
    ran = run("log", "by-url.ipynb", "--server", running_server.url, "--token", "wrong")
    assert ran.code == 1
    assert "wrong" not in ran.err


def test_what_works_on_the_store_itself_takes_no_server(home: Path) -> None:
    assert run("doctor", "--server", "http://localhost:1/").code == 2


def test_a_server_that_does_not_answer_is_passed_over(
    running_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is opened instead, and that is said."""
    live_in(running_server.home, monkeypatch)
    running_server.save("passed.ipynb", "1")
    running_server.wait_until_delivered()
    [record] = (running_server.home / "runtime").glob("jpserver-*.json")
    told = json.loads(record.read_text())
    (tmp_path / "runtime").mkdir()
    told["url"], told["token"] = "http://127.0.0.1:9/", "x"
    (tmp_path / "runtime" / record.name).write_text(json.dumps(told))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    ran = run("log", "passed.ipynb")
    assert ran.code == 0, ran.err
    assert "Passed over the server" in ran.err


@pytest.mark.parametrize(
    ("word", "likely"), [("lgo", "log"), ("shwo", "show"), ("restor", "restore"), ("xyzzy", "")]
)
def test_a_command_that_is_none_is_told_at_once(home: Path, word: str, likely: str) -> None:
    """And not after a server was started for it."""
    ran = run(word, "a.ipynb")
    assert (ran.code, ran.out) == (2, "")
    assert f"no command {word}" in ran.err
    assert ("Did you mean" in ran.err) == bool(likely)
    assert likely in ran.err


def test_the_release_is_told(home: Path) -> None:
    from bookstore import __version__

    assert run("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["log", "no.ipynb", "--json"], 1, "not_found"),
        (["log", "--json"], 2, "usage_error"),
        (["log", "a", "b", "--json"], 2, "usage_error"),
        (["log", "--json", "--nope"], 2, "usage_error"),
        (["diff", "a.ipynb", "~1", "~0", "--before", "--json"], 2, "usage_error"),
        (["show", "a.ipynb", "--json", "--config", "missing.py"], 1, "bookstore_error"),
    ],
)
def test_errors_are_json_where_answers_are(
    home: Path, words: list[str], code: int, reason: str
) -> None:
    ran = run(*words)
    assert ran.code == code
    assert ran.json["error"]["reason"] == reason
    assert ran.json["error"]["message"]
    assert "Traceback" not in ran.err


def test_help_says_each_thing_once(home: Path) -> None:
    told = run("log", "--help").out
    assert "Equivalent to" not in told
    assert "--search" in told


def test_a_command_loads_no_grammar_of_addresses_and_no_calendars(home: Path) -> None:
    """Two seconds of processor time, for what no command needs; who needs it has it."""
    program = (
        "import sys; from bookstore.cli.slow_libraries import put_off_slow_libraries;"
        "put_off_slow_libraries(); import nbformat.validator; from jsonschema import *;"
        "slow = ('rfc3987_syntax.syntax_helpers', 'lark', 'isoduration.parser', 'arrow');"
        "print(sum(name in sys.modules for name in slow));"
        "check = Draft202012Validator.FORMAT_CHECKER.conforms;"
        "print(check('https://\u00e4.de/', 'iri'), check('no iri', 'iri'));"
        "print(check('P3DT4H', 'duration'), check('no duration', 'duration'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["0", "True", "False", "True", "False"]


@pytest.mark.parametrize(
    "command",
    ["diff a.ipynb ~1", "publish a.ipynb", "clone none"],
)
def test_a_command_without_a_server_loads_nothing_that_talks_to_kernels(
    embedded: Desk, command: str
) -> None:
    """What it imports is most of what it costs."""
    for source in ("1", "2"):
        embedded.save("a.ipynb", source)
    program = (
        "import atexit, sys; from bookstore.__main__ import main;"
        "slow = ('zmq', 'jupyter_client', 'arrow', 'lark', 'nbconvert', 'aiobotocore');"
        "atexit.register(lambda: print('loaded', *(n for n in slow if n in sys.modules)));"
        "main(sys.argv[1:])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *command.split()], capture_output=True, text=True
    )
    assert ran.stdout.splitlines()[-1] == "loaded", ran.stderr
