"""``runs``: runs of notebooks, and what became of them.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice

from rich.text import Text
from traitlets import Int

from ...actions.addresses import Address
from ...client.versions import Run
from ...words import when
from ..app import DONE, BookstoreCommand, option

STYLES = {"succeeded": "green", "failed": "red", "died": "red", "interrupted": "yellow"}


class RunsCommand(BookstoreCommand):
    """``jupyter bookstore runs``."""

    name = "runs"
    description = (
        "List the runs of a notebook, newest first; or, without PATH, the last run of each whose "
        "results are at bookstore://runs/. PATH is that of the notebook, or the address where the "
        "results of its runs are."
    )
    usage = "[PATH]"
    most_arguments = 1
    examples = """
        jupyter bookstore runs
        jupyter bookstore runs reports/daily.ipynb
        jupyter bookstore runs bookstore://runs/reports/daily.ipynb --json
    """

    limit = Int(20, min=0, help="How many to list; 0: all of them.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        **option("n", "limit", trait="RunsCommand.limit"),
    }

    def work(self, path: str = "") -> int:
        """List them."""
        source = self.source_for("." if "://" in path else path or ".")
        of = source.place.api_path(path) if path and "://" not in path else path
        listed = source.runs(of)
        found = list(islice(listed, self.limit or None))
        if self.as_json:
            self.output.json({"runs": [asdict(run) for run in found]})
            return DONE
        self._show(found, of)
        if newest := next((run.version for run in found if of and run.version), None):
            self.output.note(f"The newest result: {newest.address}")
        if self.limit and next(listed, None) is not None:
            self.output.note("There are more: --limit 0 lists all.")
        return DONE

    def _show(self, found: list[Run], of: str) -> None:
        """Write a table that fits a terminal, which addresses would not."""
        columns = {"started": "left", "took": "right", "status": "left"}
        columns |= {"version" if of else "result": "long", "error": "long"}
        rows = [_row(run, is_of_one=bool(of)) for run in found]
        if not any(run.error for run in found):
            del columns["error"]
            rows = [row[:-1] for row in rows]
        self.output.table(columns, rows, empty="There are no runs.")


def _row(run: Run, *, is_of_one: bool) -> list[str | Text]:
    status = Text(run.status, style=STYLES.get(run.status, ""))
    took = f"{(run.ended_at - run.started_at).total_seconds():,.0f} s" if run.ended_at else ""
    version = run.version.version_id if run.version else ""
    which = version if is_of_one else Address.parse(run.result).place
    return [when(run.started_at), took, status, which, run.error]
