"""What every command shares: the server's configuration, arguments, errors and exit codes.

Knows: traitlets, Jupyter's configuration files.  Must not know: what commands do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, ClassVar, NoReturn, cast

from jupyter_core.application import JupyterApp
from traitlets import Bool, TraitError, Unicode
from traitlets.config import Application, Config
from traitlets.config.loader import ArgumentError

from .._version import __version__
from ..bookstore_config import BookstoreSettings
from ..client.versions import Elsewhere, Version
from ..errors import BadRequest, BookstoreError, NotFound
from .command_line import UsageError, sort_words
from .output import Output
from .selecting import select
from .sources.choosing import Wish, choose, open_store, root_for
from .sources.source import Source
from .sources.store_source import StoreSource

DONE, FAILED, MISUSED = 0, 1, 2
INTERRUPTED = 130
"""What shells say of a program that Ctrl+C ended."""

_MOST_DELETED = 5000
"""Of so many notebooks that are gone one looks where another went."""

CONFIG_FILES = (
    "jupyter_notebook_config",
    "jupyter_lab_config",
    "jupyter_bookstore_config",
    "jupyter_config",
    "jupyter_server_config",
)
"""What a server reads, the strongest last."""


class BookstoreCommand(JupyterApp):
    """Base of the commands.  Exit codes: 0 done, 1 not done, 2 not understood."""

    version = Unicode(__version__)
    option_description = Unicode("")
    classes = [BookstoreSettings]  # noqa: RUF012
    usage: ClassVar[str] = ""
    """The arguments, as the help shows them."""
    most_arguments: ClassVar[int] = 0
    least_arguments: ClassVar[int] = 0

    as_json = Bool(False, help="Answer with JSON, for programs.").tag(config=True)
    server_url = Unicode(
        help="""URL of the server to ask; with ?token=… when it needs one. Default: the server that
        runs on this machine for the notebook's folder, where there is one.""",
    ).tag(config=True)
    token = Unicode(
        help="Token of that server. Default: the environment variable JUPYTER_TOKEN."
    ).tag(config=True)
    without_server = Bool(
        False, help="Open the store itself, even where a server runs for it."
    ).tag(config=True)
    root = Unicode(
        help="""Root folder of the server whose notebooks are meant. Default: that of a running
        server, the configured one, or the nearest folder that has a history.""",
    ).tag(config=True)

    aliases = {  # noqa: RUF012
        "server": "BookstoreCommand.server_url",
        "token": "BookstoreCommand.token",
        "root": "BookstoreCommand.root",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {  # noqa: RUF012
        "json": ({"BookstoreCommand": {"as_json": True}}, "Answer with JSON, for programs."),
        "no-server": (
            {"BookstoreCommand": {"without_server": True}},
            "Open the store itself, even where a server runs for it.",
        ),
        "debug": ({"Application": {"log_level": 10}}, "Log everything."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output = Output()
        self._opened: list[Source] = []

    # -- from the command line to work() ---------------------------------------------------------

    def _log_level_default(self) -> int:
        return 40  # errors; what else there is to tell, commands tell themselves

    def initialize(self, argv: Sequence[str] | None = None) -> None:
        """Read the command line and the server's configuration; end here where that fails."""
        words = sys.argv[1:] if argv is None else list(argv)
        self.as_json = "--json" in words  # an error in what follows is told so, too
        try:
            self._read(words)
        except UsageError as error:
            self._misused(error.message)
        except (TraitError, ArgumentError) as error:
            self._misused(str(error))
        except BookstoreError as error:
            self._tell_of(error)
            self.exit(FAILED)

    def _read(self, argv: list[str]) -> None:
        valued = {name for names in self.aliases for name in _names(names)}
        flags = {name for names in self.flags for name in _names(names)}
        options = {"h", "help", "help-all", "version", "V"}
        words = sort_words(argv, flags=flags | options, valued=valued)
        try:
            self.parse_command_line([*words.options, "--", *words.arguments])
        except SystemExit as ended:  # a value that a trait does not take; it was told
            self.exit(MISUSED if ended.code else DONE)
        from_command_line = Config(self.config)
        self.load_config_file(suppress_errors=False)
        self.update_config(from_command_line)
        count = len(words.arguments)
        if count < self.least_arguments:
            raise UsageError("Something is missing.")
        if count > self.most_arguments:
            raise UsageError(f"This is too much: {words.arguments[self.most_arguments]}")
        self.extra_args = words.arguments

    def load_config_file(  # type: ignore[override]
        self, suppress_errors: bool = True
    ) -> None:
        """Load the files that a server loads; one that is broken would mean another store."""
        self.raise_config_file_errors = True
        paths = self.config_file_paths
        places = [(name, paths) for name in CONFIG_FILES]
        if self.config_file:
            file = Path(self.config_file).expanduser().absolute()
            if not file.is_file():
                raise BookstoreError(f"There is no configuration file {file}.")
            places.append((file.stem, [str(file.parent)]))
        for name, folders in places:
            try:
                Application.load_config_file(self, name, folders)
            except TraitError:
                raise
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                raise BookstoreError(
                    f"The configuration file {name} cannot be read: {reason}"
                ) from error

    def start(self) -> None:
        """Do it, and end with the exit code."""
        self.exit(self.run())

    def run(self) -> int:
        """Do it; return the exit code, with failures told in words."""
        try:
            return self.work(*self.extra_args)
        except UsageError as error:
            self._tell_of(error, usage=self._usage_line())
            return MISUSED
        except BookstoreError as error:
            self._tell_of(error)
            return FAILED
        except TraitError as error:
            self._tell_of(BadRequest(str(error)))
            return FAILED
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:  # the reader, such as head, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        finally:
            self.close()

    def _tell_of(self, error: BookstoreError, *, usage: str = "") -> None:
        """Tell of *error*: as JSON, where answers are."""
        if self.as_json:
            facts = {"reason": error.reason, "message": error.message, "hint": error.hint}
            self.output.json({"error": facts})
        else:
            self.output.problem(error, usage=usage)

    def work(self, *args: Any, **kwargs: Any) -> int:
        """Do what the command is for; return the exit code."""
        raise NotImplementedError

    # -- who answers -----------------------------------------------------------------------------

    def source_for(self, path: str = ".") -> Source:
        """Return who answers about the file or folder *path*; closed when the command ends."""
        source = choose(self, self._wish, path, tell=self.output.note)
        self._opened.append(source)
        return source

    def store_for(self, path: str = ".") -> StoreSource:
        """Return the store itself, whether a server runs or not; closed when the command ends."""
        if self.server_url:
            raise UsageError(f"{self.name} works on the store itself, not through a server.")
        source = open_store(self, self._wish, path, tell=self.output.note)
        self._opened.append(source)
        return source

    def root_for(self, path: str = ".") -> Path:
        """Return the root folder of the server whose notebooks are meant."""
        return root_for(self, self._wish, path)

    @property
    def _wish(self) -> Wish:
        return Wish(self.server_url, self.token, self.root, self.without_server)

    def close(self) -> None:
        """Let go of what the command opened."""
        while self._opened:
            self._opened.pop().close()

    # -- help ------------------------------------------------------------------------------------

    def emit_description(self) -> Any:
        """Yield the lines of the description, the usage first."""
        yield self._usage_line()
        yield ""
        yield from super().emit_description()

    def emit_examples(self) -> Any:
        """Yield the lines of the examples, in one column."""
        if self.examples:
            yield "Examples"
            yield "========"
            yield indent(dedent(self.examples).strip(), "    ")
            yield ""

    def emit_flag_help(self) -> Any:
        """Yield the lines of the flags, without how else one could write them."""
        yield from _without_equivalents(super().emit_flag_help())

    def emit_alias_help(self) -> Any:
        """Yield the lines of the options, likewise."""
        yield from _without_equivalents(super().emit_alias_help())

    def _usage_line(self) -> str:
        return f"Usage: jupyter bookstore {self.name} {self.usage} [options]".replace("  ", " ")

    def _misused(self, message: str) -> NoReturn:
        see = f"See: jupyter bookstore {self.name} --help"
        if self.as_json:
            self._tell_of(UsageError(message, hint=f"{self._usage_line()}. {see}"))
        else:
            self.output.complain(message)
            self.output.complain(f"{self._usage_line()}\n{see}")
        self.exit(MISUSED)
        raise AssertionError("exit returned")  # pragma: no cover


class VersionCommand(BookstoreCommand):
    """Base of what is about versions of one notebook."""

    def pick(self, source: Source, path: str, word: str) -> Version:
        """Return the version of *path* that *word* means."""
        if len(word) > 15 and " " not in word:  # a whole ID needs no listing
            try:
                return source.version(path, word)
            except BookstoreError as error:  # from a server, all are one class
                if error.status != NotFound.status:
                    raise
                # The beginning of one, then, or one from before a rename.
        return select(self.listed(source, path), word, now=datetime.now().astimezone())

    def moved_to(self, source: Source, path: str) -> str:
        """Return where the notebook that was at *path* went, "" where it was not moved."""
        gone = islice(source.deleted(), _MOST_DELETED)
        return next((each.moved_to for each in gone if each.path == path), "")

    def listed(
        self,
        source: Source,
        path: str,
        *,
        changed: bool = False,
        elsewhere: list[Elsewhere] | None = None,
    ) -> Iterator[Version]:
        """Return the versions of *path*, newest first, with what each *changed* where that is
        wanted; NotFound when there are none, here or *elsewhere*."""
        versions = iter(source.versions(path, changed=changed, elsewhere=elsewhere))
        first = next(versions, None)
        if first is None and elsewhere:
            return iter(())
        if first is None:
            raise NotFound(
                f"There are no versions of {source.place.shown(path)} in {source.described}.",
                hint="A notebook has versions once it was saved in Jupyter with bookstore. "
                "--root names the root folder of the server, where it is another.",
            )
        return chain([first], versions)


def _without_equivalents(lines: Iterator[str]) -> Iterator[str]:
    return (
        line for line in lines if not line.strip().startswith(("Equivalent to:", "Default: ''"))
    )


def option(*names: str, trait: str) -> dict[str, Any]:
    """Return an alias that has several names."""
    return cast("dict[str, Any]", {names: trait})


def _names(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names
