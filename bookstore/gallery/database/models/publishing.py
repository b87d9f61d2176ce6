"""How notebooks are shared, published and deleted, and what the store has listed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .additions import Digest, StoreKey
from .base import TABLE_OPTIONS, Base, Created, LongKey, LongText, PlainText, Updated, index, to


def _part_of_key(table: str) -> Mapped[int]:
    """A column that is part of the key, and leads to a row that takes this one along."""
    return mapped_column(
        ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class ViewShare(Base):
    """Who may read a notebook without owning it; nbgallery's ``shares`` may edit it."""

    __tablename__ = "bookstore_shares"
    __table_args__ = (*index("bookstore_index_shares_on_user_id", "user_id"), TABLE_OPTIONS)

    notebook_id: Mapped[int] = _part_of_key("notebooks")
    user_id: Mapped[int] = _part_of_key("users")
    created_at: Mapped[Created]


class ShareLink(Base):
    """A link that lets whoever holds it read or edit a notebook; only its digest is kept."""

    __tablename__ = "bookstore_links"
    __table_args__ = (
        *index("bookstore_index_links_on_sha256", "sha256", unique=True),
        *index("bookstore_index_links_on_notebook_id", "notebook_id"),
        *index("bookstore_index_links_on_user_id", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    user_id: Mapped[int] = to("users", "CASCADE")
    """Who made it."""
    sha256: Mapped[Digest]
    may_edit: Mapped[bool]
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Deletion(Base):
    """A notebook that was deleted: nobody sees it, and it can be restored as it was."""

    __tablename__ = "bookstore_deletions"
    __table_args__ = (*index("bookstore_index_deletions_on_user_id", "user_id"), TABLE_OPTIONS)

    notebook_id: Mapped[int] = _part_of_key("notebooks")
    user_id: Mapped[int | None] = to("users", "SET NULL")
    was_public: Mapped[bool]
    version_id: Mapped[str | None] = mapped_column(String(1024))
    """The delete marker in the store; None until it is there."""
    created_at: Mapped[Created]


class Publishing(Base):
    """A notebook on its way into the gallery: noted before its body goes to the store.

    Whoever finds one that was interrupted can finish it, or take it back.
    """

    __tablename__ = "bookstore_publishings"
    __table_args__ = (
        *index("bookstore_index_publishings_on_token", "user_id", "token", unique=True),
        *index("bookstore_index_publishings_on_finished_at", "finished_at", "created_at"),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    user_id: Mapped[int] = to("users", "CASCADE")
    token: Mapped[Digest]
    """By which the same request is known when it comes again."""
    uuid: Mapped[str]
    commit_id: Mapped[str]
    """The name in the store's metadata of the version that is put."""
    as_administrator: Mapped[bool]
    fields: Mapped[LongText]
    """What is to be written, as JSON."""
    revision_id: Mapped[int | None]
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None]


class ListedObject(Base):
    """What the store's listing said of an object when it was last looked at."""

    __tablename__ = "bookstore_objects"
    __table_args__ = (
        *index("bookstore_index_objects_on_notebook_id", "notebook_id"),
        TABLE_OPTIONS,
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the key: MySQL's indexes do not take a whole one."""
    store_key: Mapped[StoreKey]
    notebook_id: Mapped[int | None] = to("notebooks", "CASCADE")
    """None where it is no notebook that the gallery can show."""
    etag: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    modified_at: Mapped[datetime]
    problem: Mapped[PlainText | None]
    """Why it is not in the gallery."""
    updated_at: Mapped[Updated]


class NotebookAttribute(Base):
    """Something that an extension says of a notebook, such as its marking."""

    __tablename__ = "bookstore_notebook_attributes"
    __table_args__ = (
        Index("bookstore_index_notebook_attributes_on_name", "name", "value"),
        TABLE_OPTIONS,
    )

    notebook_id: Mapped[int] = _part_of_key("notebooks")
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class RevisionAttribute(Base):
    """What an extension said of a notebook when the revision was made."""

    __tablename__ = "bookstore_revision_attributes"

    revision_id: Mapped[int] = _part_of_key("revisions")
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class UserAttribute(Base):
    """Something that an extension says of a user, such as what they are cleared for."""

    __tablename__ = "bookstore_user_attributes"

    user_id: Mapped[int] = _part_of_key("users")
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(255), primary_key=True)
