"""``clone``: a copy of a notebook from the store.

Knows: sources, links.  Must not know: who answers.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from traitlets import Bool, Unicode

from ..app import DONE, BookstoreCommand
from ..command_line import UsageError
from ..output import warning_in


class CloneCommand(BookstoreCommand):
    """``jupyter bookstore clone``."""

    name = "clone"
    description = (
        "Copy a notebook from the store into your files: by the link of its page, as "
        "s3://BUCKET/KEY, or by its key in your own bucket. It arrives untrusted. TARGET is a "
        "path, or a folder when it ends in /; a name that is taken gets a number."
    )
    usage = "LINK [TARGET]"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore clone published/reports/demo.ipynb
        jupyter bookstore clone s3://shelf/published/demo.ipynb from-ada/
        jupyter bookstore clone "http://hub/user/ada/bookstore/clone?s3_bucket=shelf&s3_key=…"
    """

    version_id = Unicode(help="ID of the version to clone, instead of the newest.").tag(config=True)
    mend = Bool(False, help="Make a valid notebook of one that is not.").tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "mend": ({"CloneCommand": {"mend": True}}, "Make a valid notebook of one that is not."),
    }
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "version-id": "CloneCommand.version_id",
    }

    def work(self, link: str, target: str = "") -> int:
        """Clone it."""
        wanted = parse_link(link)
        name = wanted.key.rstrip("/").rpartition("/")[2]
        if not target or target.endswith("/"):
            target = f"{target}{name}"
        source = self.source_for(target)
        model = source.clone(
            wanted.bucket,
            wanted.key,
            self.version_id or wanted.version_id,
            source.place.api_path(target),
            mend=self.mend,
        )
        if self.as_json:
            facts = {name: model[name] for name in ("path", "s3_path", "versionID")}
            self.output.json({**facts, **warning_in(model)})
        else:
            self.output.say(f"{source.place.shown(model['path'])} is a copy of {model['s3_path']}.")
            self.output.warn(model)
        return DONE


class Wanted(NamedTuple):
    """What a link leads to."""

    bucket: str
    """Empty: one's own."""
    key: str
    version_id: str


def parse_link(link: str) -> Wanted:
    """Return what *link* leads to: the page of a clone, ``s3://bucket/key``, or a key."""
    parts = urlsplit(link)
    if parts.scheme == "s3" and parts.netloc and parts.path.strip("/"):
        return Wanted(parts.netloc, link.removeprefix(f"s3://{parts.netloc}/"), "")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if query.get("s3_key"):
        return Wanted(query.get("s3_bucket", ""), query["s3_key"], query.get("s3_version_id", ""))
    if parts.scheme in ("s3", "http", "https") or not link.strip("/"):
        raise UsageError(f"{link} is no link to something that can be cloned.")
    return Wanted("", link.strip("/"), "")
