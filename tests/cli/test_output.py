"""What a terminal gets, and what a pipe gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cli_runner import Desk
from processes import jupyter_environment

from bookstore.words import count, size


def in_terminal(home: Path, *words: str, columns: int = 80, **environment: str) -> str:
    """What a command writes to a terminal so many columns wide."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        env = jupyter_environment(home, TERM="xterm-256color")
        env = {name: value for name, value in env.items() if name != "NO_COLOR"} | environment
        env["COLUMNS"] = str(columns)
        os.execve(sys.executable, [sys.executable, "-m", "bookstore", *words], env)
    written = b""
    try:
        while piece := os.read(terminal, 65536):
            written += piece
    except OSError:  # the command has ended
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    return written.decode()


def test_a_terminal_gets_lines_that_fit(embedded: Desk, home: Path) -> None:
    path = embedded.saved("1", "2")
    out = in_terminal(home, "log", path, columns=70, NO_COLOR="1")
    lines = [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in out.splitlines()]
    assert len(lines) == 3
    assert all(len(line) <= 70 for line in lines)
    assert lines[1].rstrip().endswith("…")


def test_colours_are_left_out_where_they_are_not_wanted(embedded: Desk, home: Path) -> None:
    path = embedded.saved("1", "2")
    assert "\x1b[3" in in_terminal(home, "diff", path, "~1", "~0")
    assert "\x1b[3" not in in_terminal(home, "diff", path, "~1", "~0", NO_COLOR="1")


def test_a_pipe_gets_whole_lines_and_nothing_else(embedded: Desk, home: Path) -> None:
    path = embedded.saved("1")
    label = "a very long label " * 8
    for words in (["label", path, "~0", label.strip()], ["log", path]):
        done = subprocess.run(
            [sys.executable, "-m", "bookstore", *words],
            env=jupyter_environment(home, COLUMNS="40"),
            capture_output=True,
            text=True,
            check=True,
        )
    assert label.strip() in done.stdout
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


def test_sizes_and_numbers_are_for_people() -> None:
    assert [size(n) for n in (0, 999, 1000, 17_345, 999_960, 5_000_000, 2_500_000_000)] == [
        "0 B", "999 B", "1.0 KB", "17.3 KB", "1.0 MB", "5.0 MB", "2.5 GB",
    ]  # fmt: skip
    assert count(1, "save waits", "saves wait") == "1 save waits"
    assert count(1200, "version") == "1,200 versions"
