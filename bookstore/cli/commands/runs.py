"""``runs``: runs of notebooks, and what became of them.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice

from rich.text import Text
from traitlets import Int

from ...client.versions import Run
from ...words import when
from ..app import DONE, BookstoreCommand, option

STYLES = {"succeeded": "green", "failed": "red", "died": "red", "interrupted": "yellow"}


class RunsCommand(BookstoreCommand):
    """``jupyter bookstore runs``."""

    name = "runs"
    description = (
        "List the runs of a notebook, newest first; or, without PATH, the last run of each. PATH "
        "is that of the notebook, or the address where the results of the runs are."
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
        columns = {"started": "left", "took": "right", "status": "long", "result": "long"}
        self.output.table(columns, [_row(run) for run in found], empty="There are no runs.")
        if self.limit and next(listed, None) is not None:
            self.output.note("There are older ones: --limit 0 lists all.")
        return DONE


def _row(run: Run) -> list[str | Text]:
    status = Text(run.status, style=STYLES.get(run.status, ""))
    if run.error:
        status.append(f": {run.error}")
    took = f"{(run.ended_at - run.started_at).total_seconds():,.0f} s" if run.ended_at else ""
    return [when(run.started_at), took, status, run.version.address if run.version else run.result]
