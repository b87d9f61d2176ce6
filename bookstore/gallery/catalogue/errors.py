"""What cannot be done with the gallery's notebooks, in words."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import BookstoreError, Conflict, Forbidden, NotFound
from ..extensions import Problem


class NoSuchNotebook(NotFound):
    """There is no such notebook, or it is none of the asker's business that there is."""


class NotAllowed(Forbidden):
    """The notebook is there to be read, and this is more than that."""


class PublicationRefused(BookstoreError):
    """What is to be written breaks rules; all that is wrong is told at once."""

    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(f"{each.field}: {each.allowed}" for each in self.problems))


class TooManyUploads(BookstoreError):
    """Somebody uploads, and does not say what it is."""

    status = 429
    hint = "Publish or discard one of them, or wait: uploads without a form do not stay for long."


class BeingPublished(Conflict):
    """Somebody else publishes the same notebook at this moment."""

    hint = "Try again in a moment, and look at what they changed."

    def __init__(self, uuid: str, title: str) -> None:
        super().__init__(f"{title!r} is being published at this moment.")
        self.uuid = uuid


class TokenUsed(Conflict):
    """The same idempotency token came with another request before."""


class Overtaken(Conflict):
    """What was begun was taken back meanwhile, since it took too long."""

    hint = "Publish it again."
