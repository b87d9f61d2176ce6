"""What somebody publishes, what is to become of it, and what became of it.

Knows: values.  Must not know: databases, stores.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A notebook, and words about it.

    Of a notebook that is there, what is None stays as it is.
    """

    body: bytes | None = field(default=None, repr=False)
    staging_id: str | None = None
    """An upload to publish, in the place of a body."""
    uuid: str | None = None
    """The notebook that gets a revision; None for a new one."""
    title: str | None = None
    description: str | None = None
    """Markdown."""
    tags: str | Iterable[str] | None = None
    owner: str | None = None
    """``self``, or ``group:GID``; of a notebook that is there it is not changed by publishing."""
    public: bool | None = None
    summary: str = ""
    """A word about what changed."""
    label: str = ""
    """A friendly name of the revision."""
    keep_outputs: bool = False
    """They are kept where the administrator allows it, too."""
    overwrite: bool = False
    """Whether a notebook of the same owner and title gets a revision."""
    or_request_change: bool = False
    """Whether to ask those who may edit it, where one may not."""
    comment: str = ""
    """What to tell them."""
    parent_uuid: str | None = None
    """The notebook that this one is a fork of."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The fields of extensions."""
    token: str | None = field(default=None, repr=False)
    """By which the same request is known when it comes again: then it is not done twice."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be written, checked, once the body is in the store.

    What is None stays as it will be then.
    """

    is_new: bool
    title: str | None
    description: str | None
    tags: list[str] | None
    owner_type: str | None
    """Of a new one; others may be given away meanwhile."""
    owner_id: int | None
    public: bool | None
    summary: str
    label: str
    parent_uuid: str | None
    attributes: dict[str, str] | None
    staging_id: str | None
    sha256: str

    def to_json(self) -> str:
        """Return this as a text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return what :meth:`to_json` made a text of, of another release perhaps."""
        said = json.loads(text)
        known: dict[str, Any] = {each.name: said.get(each.name) for each in fields(cls)}
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A revision in the gallery."""

    uuid: str
    commit_id: str
    revision_id: int
    is_new: bool
    proposed_tags: tuple[str, ...] = ()
    """Tags that would fit, and that it does not have."""


@dataclass(frozen=True, kw_only=True)
class Requested:
    """A change that those who may edit the notebook are asked to make."""

    uuid: str
    reqid: str
