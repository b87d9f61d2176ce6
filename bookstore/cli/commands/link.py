"""``link``: an address that gives a notebook to whoever has it.

Knows: the command line, sources.  Must not know: who answers, how stores sign.
"""

from __future__ import annotations

from traitlets import Bool, Float

from ...settings.links import LEAST_HOURS, MOST_HOURS
from ...words import count, moment, when
from ..app import DONE, BookstoreCommand
from ..command_line import UsageError
from ..sources.source import Source

_PUBLIC = "Let everybody read the version that is now the newest, without end."
_PUBLISHED = "Of the notebook as it is published."
_TAKE_BACK = "Make its public versions private again."


class LinkCommand(BookstoreCommand):
    """``jupyter bookstore link``."""

    name = "link"
    description = (
        "Print an address that gives the newest version of a notebook to whoever has it, with no "
        "sign-in, for some hours. The store answers it, no Jupyter server need run. Whoever has "
        "the address can read; it cannot be taken back before it ends. How long it may last, "
        "BookstoreSettings.links_most_hours says."
    )
    usage = "PATH"
    least_arguments, most_arguments = 1, 1
    examples = """
        jupyter bookstore link demo.ipynb
        jupyter bookstore link demo.ipynb --hours 2
        jupyter bookstore link demo.ipynb --public
        jupyter bookstore link demo.ipynb --take-back
    """

    hours = Float(
        None,
        allow_none=True,
        min=LEAST_HOURS,
        max=MOST_HOURS,
        help="So many hours it can be used, 168 at most. Default: a day, or what is allowed.",
    ).tag(config=True)
    public = Bool(False, help=_PUBLIC).tag(config=True)
    published = Bool(False, help=_PUBLISHED).tag(config=True)
    take_back = Bool(False, help=_TAKE_BACK).tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "hours": "LinkCommand.hours",
    }
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "public": ({"LinkCommand": {"public": True}}, _PUBLIC),
        "published": ({"LinkCommand": {"published": True}}, _PUBLISHED),
        "take-back": ({"LinkCommand": {"take_back": True}}, _TAKE_BACK),
    }

    def work(self, path: str) -> int:
        """Print it, or take back what is public."""
        if self.hours is not None and (self.public or self.take_back):
            other = "--public" if self.public else "--take-back"
            raise UsageError(f"--hours and {other} exclude each other.")
        if self.public and self.take_back:
            raise UsageError("--public and --take-back exclude each other.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        return self._take_back(source, path, name) if self.take_back else self._link(source, name)

    def _link(self, source: Source, name: str) -> int:
        made = source.link(name, hours=self.hours, public=self.public, published=self.published)
        if self.as_json:
            self.output.json(made)
            return DONE
        self.output.say(made["url"])
        if ends_at := made["ends_at"]:
            self.output.note(f"It can be used until {when(moment(ends_at))}.")
        else:
            self.output.note("Everybody can read it until it is taken back, with --take-back.")
        return DONE

    def _take_back(self, source: Source, path: str, name: str) -> int:
        answer = source.take_back_links(name, published=self.published)
        if self.as_json:
            self.output.json(answer)
        else:
            many = count(answer["versions"], "version")
            self.output.say(f"{path} is private: {many}. Links that end go on until they do.")
        return DONE
