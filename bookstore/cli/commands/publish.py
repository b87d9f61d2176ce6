"""``publish`` and ``published``: notebooks for others.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from traitlets import Bool

from ...words import moment, size, when
from ..app import DONE, BookstoreCommand


class PublishCommand(BookstoreCommand):
    """``jupyter bookstore publish``."""

    name = "publish"
    description = "Publish a notebook as it is saved, so that others can see and clone it."
    usage = "PATH"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore publish reports/demo.ipynb
        jupyter bookstore publish reports/demo.ipynb --undo
    """

    undo = Bool(False, help="Take it out of what is published; its versions stay stored.").tag(
        config=True
    )
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "undo": (
            {"PublishCommand": {"undo": True}},
            "Take it out of what is published; its versions stay stored.",
        ),
    }

    def work(self, path: str) -> int:
        """Publish it."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        answer = source.unpublish(name) if self.undo else source.publish(name)
        if self.as_json:
            self.output.json(answer)
        elif self.undo:
            self.output.say(f"{path} is no longer published.")
        else:
            self.output.say(f"{path} is published as {answer['s3_path']}.")
            if before := answer.get("published_before"):
                self.output.say(f"It was published already, as of {when(moment(before))}.")
            where = "Link" if source.base_url else "Link, below a server's URL"
            self.output.say(f"{where}: {source.base_url}{answer['url']}")
            self.output.warn(answer)
        return DONE


class PublishedCommand(BookstoreCommand):
    """``jupyter bookstore published``."""

    name = "published"
    description = "List the published notebooks."

    def work(self) -> int:
        """List them."""
        found = list(self.source_for().published())
        if self.as_json:
            self.output.json({"published": found})
            return DONE
        columns = {
            "path": "long",
            "published": "left",
            "by": "left",
            "size": "right",
            "version": "long",
        }
        rows = [
            [
                entry["path"],
                when(moment(entry["modified_at"])),
                entry["publisher"],
                size(entry["size_bytes"]),
                entry["version_id"],
            ]
            for entry in found
        ]
        self.output.table(columns, rows, empty="Nothing is published.")
        return DONE
