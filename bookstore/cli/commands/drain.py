"""``drain``: what waits gets into the store.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from traitlets import Float

from ...words import count
from ..app import DONE, FAILED, BookstoreCommand


class DrainCommand(BookstoreCommand):
    """``jupyter bookstore drain``."""

    name = "drain"
    description = (
        "Deliver what waits in the outbox, and return when nothing does. Where a server runs it "
        "delivers, and this waits for it. The exit code is 1 when something is left."
    )
    examples = """
        jupyter bookstore drain --timeout 600     # before a machine is thrown away
    """

    timeout_s = Float(300.0, min=0.0, help="Seconds to wait at most.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "timeout": "DrainCommand.timeout_s",
    }

    def work(self) -> int:
        """Deliver it."""
        source = self.source_for()
        with self.output.countdown("Delivering") as told:
            left = source.deliver(told, timeout_s=self.timeout_s)
        if self.as_json:
            self.output.json({"left": left})
        elif not left:
            self.output.say(f"Nothing waits: {source.described} has every save.")
        else:
            self.output.complain(f"{count(left, 'save waits', 'saves wait')} still.")
            reasons = {entry["last_error"] for entry in source.status()["outbox"]["entries"]}
            for reason in sorted(filter(None, reasons)):
                self.output.complain(reason)
        return FAILED if left else DONE
