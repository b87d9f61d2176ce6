"""What a rule may ask of a notebook, and the answers that are values.

Knows: the questions.  Must not know: rules, databases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from .levels import Level

T = TypeVar("T")


class Facts(Protocol[T]):
    """What is so of a notebook, or of one of its revisions.

    An answer is a value where the notebook is known, and an expression where a database, or an
    index, is to find those of which something is so.  Rules put answers together, and never look
    into them.
    """

    def all(self, *answers: T) -> T:
        """Whether each is so."""
        ...

    def any(self, *answers: T) -> T:
        """Whether one is so."""
        ...

    def always(self, answer: bool) -> T:
        """The same for each notebook."""
        ...

    def is_there(self) -> T:
        """Whether it is not deleted."""
        ...

    def is_public(self) -> T:
        """Whether it is for everybody: of a revision, whether it was, and has been since."""
        ...

    def is_owned_by(self, user_id: int) -> T:
        """Whether a user owns it."""
        ...

    def is_owned_by_group(self, group_ids: Collection[int]) -> T:
        """Whether one of these groups owns it."""
        ...

    def is_shared_with(self, user_id: int, level: Level) -> T:
        """Whether it is shared with a user, to do at least this."""
        ...

    def is_one_of(self, notebook_ids: Collection[int]) -> T:
        """Whether it is one of these."""
        ...

    def has(self, attribute: str, values: Collection[str]) -> T:
        """Whether an attribute that an extension gave it is one of these."""
        ...

    def lacks(self, attribute: str) -> T:
        """Whether no extension gave it this attribute."""
        ...


@dataclass(frozen=True, kw_only=True)
class Known:
    """The facts of one notebook, or of one revision, whose answers are values."""

    notebook_id: int
    public: bool
    owner_type: str | None
    owner_id: int | None
    editors: frozenset[int] = frozenset()
    """The users that it is shared with to edit it."""
    viewers: frozenset[int] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False

    def all(self, *answers: bool) -> bool:
        """Whether each is so."""
        return all(answers)

    def any(self, *answers: bool) -> bool:
        """Whether one is so."""
        return any(answers)

    def always(self, answer: bool) -> bool:
        """The same for each notebook."""
        return answer

    def is_there(self) -> bool:
        """Whether it is not deleted."""
        return not self.deleted

    def is_public(self) -> bool:
        """Whether it is for everybody."""
        return self.public

    def is_owned_by(self, user_id: int) -> bool:
        """Whether a user owns it."""
        return self.owner_type == "User" and self.owner_id == user_id

    def is_owned_by_group(self, group_ids: Collection[int]) -> bool:
        """Whether one of these groups owns it."""
        return self.owner_type == "Group" and self.owner_id in group_ids

    def is_shared_with(self, user_id: int, level: Level) -> bool:
        """Whether it is shared with a user, to do at least this."""
        return user_id in self.editors or (level is Level.READ and user_id in self.viewers)

    def is_one_of(self, notebook_ids: Collection[int]) -> bool:
        """Whether it is one of these."""
        return self.notebook_id in notebook_ids

    def has(self, attribute: str, values: Collection[str]) -> bool:
        """Whether an attribute is one of these."""
        return self.attributes.get(attribute) in values

    def lacks(self, attribute: str) -> bool:
        """Whether it has no such attribute."""
        return attribute not in self.attributes
