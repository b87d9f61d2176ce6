"""What extensions can do: the kinds of hooks, and what they are given.

An entry point is called ``KIND.NAME``, as in ``permissions.markings``, and leads to a hook of that
kind.  Several of one NAME are one extension.

Knows: what a hook looks like.  Must not know: how it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from ..permissions import Standing


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a form."""

    field: str
    value: str
    """What was given."""
    allowed: str
    """What may be given, in words."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field more in the form with which notebooks are published.

    Its value becomes an attribute of the notebook, and of the revision that is made.
    """

    name: str
    label: str
    help: str = ""
    choices: tuple[str, ...] | None = None
    """What may be chosen; None for any text."""
    is_required: bool = False


class ProposesTags(Protocol):
    """Kind ``tags``."""

    def __call__(self, notebook: Mapping[str, Any]) -> Iterable[str]:
        """Return tags for a notebook in nbformat's current format."""
        ...


class Validates(Protocol):
    """Kind ``validate``."""

    def __call__(
        self, standing: Standing, words: Mapping[str, Any], notebook: Mapping[str, Any]
    ) -> Iterable[Problem]:
        """Return what is wrong with a publication: *words* are its fields by their names."""
        ...


class Strips(Protocol):
    """Kind ``strip``."""

    def __call__(self, notebook: dict[str, Any]) -> None:
        """Take out of *notebook* what the gallery is not to keep."""
        ...


class HasFields(Protocol):
    """Kind ``fields``."""

    def __call__(self, standing: Standing) -> Iterable[Field]:
        """Return the fields that somebody is shown."""
        ...


class Suggests(Protocol):
    """Kind ``suggestions``."""

    def __call__(self, session: Session, standing: Standing) -> Mapping[int, float]:
        """Return scores from 0 to 1 of notebooks for somebody, by the notebooks' IDs."""
        ...
