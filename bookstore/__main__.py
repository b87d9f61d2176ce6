"""``jupyter bookstore`` and ``python -m bookstore``: a command, or the server.

Knows: the commands' names.  Must not know: anything that is slow to import.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from ._version import __version__
from .cli.commands import COMMANDS
from .cli.slow_libraries import put_off_slow_libraries

HELP = """\
bookstore makes every save of a notebook a version that cannot be lost.

Usage: jupyter bookstore [options]            start a Jupyter server that archives every save
       jupyter bookstore COMMAND [options]    see and do the rest, with and without a server

Commands
{commands}

`jupyter bookstore COMMAND --help` explains a command, `jupyter bookstore --help-all` lists the
options of the server."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that *argv* names, else start a server."""
    words = list(sys.argv[1:] if argv is None else argv)
    first = words[0] if words else ""
    if first == "help" and words[1:2] and words[1] in COMMANDS:
        words = [words[1], "--help"]
        first = words[0]
    if first in ("-h", "--help", "help"):
        width = max(map(len, COMMANDS))
        lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items()]
        sys.stdout.write(HELP.format(commands="\n".join(lines)) + "\n")
    elif first in ("--version", "-V"):
        sys.stdout.write(f"{__version__}\n")
    elif first in COMMANDS:
        put_off_slow_libraries()
        module, _, name = COMMANDS[first].app.rpartition(".")
        app = getattr(import_module(module), name)()
        app.initialize(words[1:])
        app.start()
    elif first and not first.startswith("-") and not Path(first).exists():
        likely = get_close_matches(first, COMMANDS, n=1)
        sys.stderr.write(f"There is no command {first}, and no file or folder of that name.\n")
        sys.stderr.write(f"Did you mean: {likely[0]}\n" if likely else "")
        sys.stderr.write("See: jupyter bookstore --help\n")
        sys.exit(2)
    else:
        from .extension import BookstoreApp

        BookstoreApp.launch_instance(words)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
