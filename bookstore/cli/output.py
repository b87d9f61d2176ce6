"""What commands show: tables, JSON, progress, and problems in words.

Answers go to standard output, everything else to standard error.  Only a terminal gets colours,
bars and columns cut to its width; a pipe or file gets whole lines without any of them.

Knows: terminals.  Must not know: what is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..errors import BookstoreError
from ..notebooks import strict_json
from ..notebooks.reading import without_controls

if TYPE_CHECKING:
    from rich.progress import Progress

_WHOLE_LINES = 1_000_000
"""Columns of what is no terminal."""
_PLAIN_WIDTH = 80
_GAP = 2
_SHORTEST = 10
"""So much of a column that gives way is always there."""

Advance = Callable[[], None]


def warning_in(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return what *answer* says is not valid about a notebook, and what can be done, if any."""
    return {name: str(answer[name]) for name in ("message", "hint") if answer.get(name)}


class Output:
    """Standard output and error, as they are when this is made."""

    def __init__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="backslashreplace")  # a name that the terminal cannot write
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)

    # -- answers ---------------------------------------------------------------------------------

    def say(self, text: str, *, style: str = "") -> None:
        """Write *text*, however long, as it is."""
        self._out.print(_text(text, style), soft_wrap=True)

    def marked(self, mark: str, style: str, text: str) -> None:
        """Write *text* behind a mark in colour."""
        self._out.print(Text.assemble((mark, style), "  ", _text(text)), soft_wrap=True)

    def raw(self, body: bytes) -> None:
        """Write *body*, byte for byte."""
        sys.stdout.flush()
        if (buffer := getattr(sys.stdout, "buffer", None)) is not None:
            buffer.write(body)
            buffer.flush()
        else:
            sys.stdout.write(body.decode(errors="replace"))

    def json(self, value: Any) -> None:
        """Write *value* as JSON; times in ISO 8601."""
        text = strict_json.dumps(value, indent=2, default=_as_json, ensure_ascii=False)
        sys.stdout.write(text + "\n")

    def table(
        self, columns: Mapping[str, str], rows: Sequence[Sequence[str | Text]], *, empty: str = ""
    ) -> None:
        """Write *rows* below the headings of *columns*, whose values say how: ``left``, ``right``
        or ``long``, which gives way first.  With no rows, say *empty*."""
        if not rows:
            self.say(empty)
            return
        table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
        needed = 0
        cells = [[_cell(cell) for cell in row] for row in rows]
        for (heading, how), column in zip(columns.items(), zip(*cells, strict=True), strict=True):
            whole = max(len(heading), *(cell.cell_len for cell in column))
            gives_way = how == "long"
            shortest = min(whole, _SHORTEST) if gives_way else whole
            needed += shortest + _GAP
            table.add_column(
                heading,
                justify="right" if how == "right" else "left",
                no_wrap=not gives_way,
                overflow="ellipsis",
                min_width=shortest,
            )
        for line in cells:
            table.add_row(*line)
        if self._out.is_terminal:
            # What is too wide even so is left to the terminal to wrap.
            self._out.print(table, width=max(self._out.width, needed), crop=False)
            return
        with self._out.capture() as captured:
            self._out.print(table, crop=False)
        lines = [line.rstrip() for line in captured.get().splitlines()]
        sys.stdout.write("\n".join(lines) + "\n")

    def differences(self, base: Mapping[str, Any], diff: Sequence[Any]) -> None:
        """Write what changed in the notebook *base*, with colours where there are any."""
        from ..notebooks.diff.rendering import render_text

        is_terminal = self._out.is_terminal
        colour = is_terminal and not self._out.no_color
        width = self._out.width if is_terminal else _PLAIN_WIDTH
        sys.stdout.write(render_text(base, diff, colour=colour, width=width))

    # -- beside the answer -----------------------------------------------------------------------

    def note(self, text: str) -> None:
        """Tell what is no answer, such as where it came from."""
        self._err.print(_text(text, "dim"), soft_wrap=True)

    def warn(self, answer: Mapping[str, Any]) -> None:
        """Tell what *answer* says is not valid, and what can be done."""
        for text in warning_in(answer).values():
            self.note(text)

    def complain(self, text: str) -> None:
        """Tell what went wrong."""
        self._err.print(_text(text, "red"), soft_wrap=True)

    def problem(self, error: BookstoreError, *, usage: str = "") -> None:
        """Tell of *error* in its words, and what can be done."""
        self.complain(error.message)
        for more in filter(None, (error.hint, usage)):
            self._err.print(_text(more), soft_wrap=True)

    def ask(self, question: str) -> bool:
        """Ask for a yes; without a terminal nobody can give one."""
        if not sys.stdin.isatty():
            return False
        self._err.print(_text(f"{question} [y/N] "), end="", soft_wrap=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    @contextmanager
    def progress(self, doing: str, total: int | None = None) -> Iterator[Advance]:
        """Show how far a long work is: call what this gives after each step.

        Without *total* the steps are only counted.
        """
        with self._bar() as bar:
            if bar is None:
                yield lambda: None
                return
            task = bar.add_task(doing, total=total)
            yield lambda: bar.advance(task)

    @contextmanager
    def countdown(self, doing: str) -> Iterator[Callable[[int], None]]:
        """Show how much is left of a long work: call what this gives with that number."""
        with self._bar() as bar:
            task = None if bar is None else bar.add_task(doing, total=None)
            most = 0

            def told(left: int) -> None:
                nonlocal most
                most = max(most, left)
                if bar is not None and task is not None:
                    bar.update(task, total=most, completed=most - left)

            yield told

    @contextmanager
    def _bar(self) -> Iterator[Progress | None]:
        """Give a bar, or None where nobody would see it."""
        if not self._err.is_terminal:
            yield None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as Left

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Left())
        with Progress(*columns, console=self._err, transient=True) as bar:
            yield bar


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    is_terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=is_terminal,
        no_color=None if is_terminal else True,
        width=None if is_terminal else _WHOLE_LINES,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=None if is_terminal else False,
    )


def _text(text: str, style: str = "") -> Text:
    return Text(without_controls(text), style=style)


def _cell(cell: str | Text) -> Text:
    cell = Text(cell) if isinstance(cell, str) else cell.copy()
    cell.plain = without_controls(cell.plain).replace("\n", " ")
    cell.no_wrap, cell.overflow = True, "ellipsis"
    return cell


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON")
