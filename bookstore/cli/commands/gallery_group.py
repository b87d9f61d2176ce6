"""``gallery group``: groups of people who own notebooks together.

Knows: the command line.  Must not know: what groups own.
"""

from __future__ import annotations

from dataclasses import asdict

from traitlets import Unicode

from ...gallery.accounts.groups import ROLES, Groups
from ...words import count
from ..command_line import UsageError
from .gallery_base import GalleryVerb

VERBS = {"add": 1, "put": 2, "remove": 2, "list": 0}
"""How many names each takes: a group's, and a member's."""


class GalleryGroupCommand(GalleryVerb):
    """``jupyter bookstore gallery group``."""

    name = "gallery group"
    description = (
        "See to the groups of a gallery: make one, put somebody into it or give them another role, "
        "remove somebody, list them."
    )
    usage = "add GROUP | put GROUP NAME | remove GROUP NAME | list"
    most_arguments = 3
    examples = """
        jupyter bookstore gallery group add oceans --title "Ocean models"
        jupyter bookstore gallery group put oceans ada --role owner
        jupyter bookstore gallery group remove oceans bob
    """

    title = Unicode(help="What pages call the new group.").tag(config=True)
    role = Unicode("reader", help=f"What a member may do there: {', '.join(ROLES)}.").tag(
        config=True
    )
    aliases = {  # noqa: RUF012
        **GalleryVerb.aliases,
        "title": "GalleryGroupCommand.title",
        "role": "GalleryGroupCommand.role",
    }
    flags = {  # noqa: RUF012
        name: flag for name, flag in GalleryVerb.flags.items() if name != "dry-run"
    }

    def work(self, verb: str = "", *names: str) -> int:
        """Do it."""
        if verb not in VERBS:
            raise UsageError(f"Say what to do: {', '.join(VERBS)}.")
        if len(names) != VERBS[verb]:
            raise UsageError(f"{verb} takes {count(VERBS[verb], 'name')}, and not {len(names)}.")
        return self.on_database(lambda database: self._do(Groups(database), verb, *names))

    async def _do(self, groups: Groups, verb: str, group: str = "", member: str = "") -> None:
        if verb == "add":
            await groups.add(group, self.title)
            self.output.say(f"There is a group {group.lower()}.")
        elif verb == "put":
            await groups.put(group, member, self.role)
            self.output.say(f"{member} is a member of {group}: {self.role}.")
        elif verb == "remove":
            await groups.remove(group, member)
            self.output.say(f"{member} is no member of {group}.")
        else:
            await self._list(groups)

    async def _list(self, groups: Groups) -> None:
        found = await groups.all()
        if self.as_json:
            self.output.json([*map(asdict, found)])
            return
        rows = [
            [
                each.gid,
                each.name,
                ", ".join(f"{name} ({role})" for name, role in each.members.items()),
            ]
            for each in found
        ]
        columns = {"group": "left", "title": "left", "members": "long"}
        self.output.table(columns, rows, empty="There are no groups.")
