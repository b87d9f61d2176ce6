"""What the gallery keeps beside nbgallery's tables, of which it changes none.

The names of its own tables begin with ``bookstore_``.  What belongs to a row of nbgallery goes
with it, so that nbgallery can go on deleting what is its.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import TABLE_OPTIONS, Base, Created, LongKey, PlainText, Updated, index, to

if TYPE_CHECKING:
    from .notebooks import Notebook
    from .people import User
    from .usage import CodeCell
    from .versions import Revision

STORE_KEY_LENGTH = 1024
Digest = Annotated[str, mapped_column(String(64))]
"""A SHA-256 in hexadecimal."""
StoreKey = Annotated[str, mapped_column(String(STORE_KEY_LENGTH))]


class StoredNotebook(Base):
    """The object in the store that a notebook is."""

    __tablename__ = "bookstore_notebooks"
    __table_args__ = (
        Index(
            "bookstore_index_notebooks_on_store_key",
            "store_key",
            mysql_length={"store_key": 255},  # its indexes do not take a whole key
            mariadb_length={"store_key": 255},
        ),
        TABLE_OPTIONS,
    )

    notebook_id: Mapped[int] = mapped_column(
        ForeignKey("notebooks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    store_key: Mapped[StoreKey]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook] = relationship(back_populates="stored")


class StoredRevision(Base):
    """The version of an object in the store that a revision is."""

    __tablename__ = "bookstore_revisions"

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    store_key: Mapped[StoreKey]
    version_id: Mapped[StoreKey]
    """What the store calls the version; S3 promises no length, 1024 bytes are the longest seen."""
    sha256: Mapped[Digest]
    size: Mapped[int]
    created_at: Mapped[Created]

    revision: Mapped[Revision] = relationship(back_populates="stored")


class CellHash(Base):
    """What a code cell is known by when its notebook changes around it."""

    __tablename__ = "bookstore_cell_hashes"
    __table_args__ = (*index("bookstore_index_cell_hashes_on_sha256", "sha256"), TABLE_OPTIONS)

    code_cell_id: Mapped[int] = mapped_column(
        ForeignKey("code_cells.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sha256: Mapped[Digest]
    """Of the exact source; nbgallery's own ``md5`` is what clients send."""

    code_cell: Mapped[CodeCell] = relationship(back_populates="stored")


class RevisionCell(Base):
    """A code cell that a revision had: what was run of it then can be told from what is run now."""

    __tablename__ = "bookstore_revision_cells"
    __table_args__ = (
        *index("bookstore_index_revision_cells_on_sha256", "sha256"),
        TABLE_OPTIONS,
    )

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    cell_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted as that of :class:`~.usage.CodeCell` is."""
    sha256: Mapped[Digest]


class Job(Base):
    """Something that one of several processes does from time to time."""

    __tablename__ = "bookstore_jobs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(64))
    """The process whose turn it is."""
    held_until: Mapped[datetime | None]
    """When it is another one's turn, unless this one asks for more time."""
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    problem: Mapped[PlainText | None]
    """What was left undone, in words."""
    position: Mapped[PlainText | None]
    """How far it is, as JSON: whoever goes on begins there."""


class Token(Base):
    """What a program shows in the name of a user; only its digest is kept."""

    __tablename__ = "bookstore_tokens"
    __table_args__ = (
        *index("bookstore_index_tokens_on_sha256", "sha256", unique=True),
        *index("bookstore_index_tokens_on_user_id", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    user_id: Mapped[int] = to("users", "CASCADE")
    name: Mapped[str]
    """What the user calls it."""
    sha256: Mapped[Digest]
    scopes: Mapped[str]
    """What it may be used for, words separated by spaces."""
    created_at: Mapped[Created]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="tokens")


class Change(Base):
    """Something that changed, for search indexes and others that follow: written with the change.

    Numbers are given when a row is written and seen when its transaction ends, so a lower one may
    appear after a higher one.
    """

    __tablename__ = "bookstore_changes"
    __table_args__ = (*index("bookstore_index_changes_on_created_at", "created_at"), TABLE_OPTIONS)

    id: Mapped[LongKey]
    noun: Mapped[str]
    """What kind of thing: ``notebook``, ``group``, or the ``document`` of a notebook."""
    noun_id: Mapped[int]
    verb: Mapped[str]
    """``changed`` or ``deleted``."""
    created_at: Mapped[Created]
