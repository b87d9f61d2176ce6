"""``cancel``: stop a run that a server started.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict

from ..app import DONE, BookstoreCommand


class CancelCommand(BookstoreCommand):
    """``jupyter bookstore cancel``."""

    name = "cancel"
    description = (
        "Stop a run that a server started; what it has made is kept. RUN is its ID, which "
        "`jupyter bookstore runs --json` tells. One that a command or papermill executes is "
        "stopped there, by Ctrl+C or a signal to terminate."
    )
    usage = "RUN"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore cancel 20261128T214326Z-b5bf5e1b
    """

    def work(self, run_id: str) -> int:
        """Stop it."""
        run = self.source_for().cancel(run_id)
        if self.as_json:
            self.output.json({"run": asdict(run)})
        else:
            self.output.note(f"Told to stop; what it has made will be at {run.result}")
        return DONE
