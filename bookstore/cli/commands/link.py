"""``link``: an address that gives a notebook to whoever has it, for a while.

Knows: the command line, the store.  Must not know: how stores sign.
"""

from __future__ import annotations

from datetime import timedelta

from traitlets import Int

from ...records import utc_now
from ...words import when
from ..app import DONE, BookstoreCommand

MOST_HOURS = 7 * 24
"""S3 signs for no longer."""


class LinkCommand(BookstoreCommand):
    """``jupyter bookstore link``."""

    name = "link"
    description = (
        "Print an address that gives the newest version of a notebook to whoever has it, with no "
        "sign-in, for some hours. The store gives it, no Jupyter server need run. Whoever has "
        "the address can read; it cannot be taken back before it ends."
    )
    usage = "PATH"
    least_arguments, most_arguments = 1, 1
    examples = """
        jupyter bookstore link demo.ipynb
        jupyter bookstore link demo.ipynb --hours 2
    """

    hours = Int(24, min=1, max=MOST_HOURS, help="So many hours it can be used, 168 at most.").tag(
        config=True
    )
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "hours": "LinkCommand.hours",
    }

    def work(self, path: str) -> int:
        """Print it."""
        source = self.store_for(path)
        key, store = source.workspace.key(source.place.api_path(path)), source.bookstore.store
        lasts = timedelta(hours=self.hours)
        source.run(store.head(key))  # a link to nothing is refused
        url = source.run(store.link(key, lasts_s=int(lasts.total_seconds())))
        ends_at = utc_now() + lasts
        if self.as_json:
            self.output.json({"url": url, "ends_at": ends_at.isoformat()})
        else:
            self.output.say(url)
            self.output.note(f"It can be used until {when(ends_at)}.")
        return DONE
