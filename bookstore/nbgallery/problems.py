"""What can be wrong with a gallery's configuration or database, in our words."""

from __future__ import annotations

from ..errors import BookstoreError


class NbgalleryProblem(BookstoreError):
    """The gallery that was asked for cannot be read."""

    def __str__(self) -> str:
        """Return what is wrong and what to do, in one line."""
        return f"{self.message} {self.hint}".strip()


class ConfigurationProblem(NbgalleryProblem):
    """Which gallery is meant is not said, or not so that it can be understood."""


class DatabaseProblem(NbgalleryProblem):
    """The database does not answer, or is none of a gallery."""


class NotebookProblem(NbgalleryProblem, RuntimeError):
    """A notebook's document is not where the gallery keeps it, or is no notebook."""
