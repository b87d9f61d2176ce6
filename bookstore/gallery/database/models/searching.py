"""What search knows of notebooks: their words, of which each engine makes an index of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import TABLE_OPTIONS, Base, LongText, MediumText, Updated, index


class SearchDocument(Base):
    """The words of a notebook, written in the transaction that changes it.

    What is short stands first: SQLite reads a row from its beginning.
    """

    __tablename__ = "bookstore_documents"
    __table_args__ = (
        *index("bookstore_index_documents_on_version", "version", "notebook_updated_at"),
        TABLE_OPTIONS,
    )

    notebook_id: Mapped[int] = mapped_column(
        ForeignKey("notebooks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    """Which release of the rules has made it."""
    boost: Mapped[float] = mapped_column(default=1.0)
    """How much better than its words a notebook is liked."""
    updated_at: Mapped[Updated]
    notebook_updated_at: Mapped[datetime]
    """What the notebook said then: whoever changes it beside us tells nobody else."""
    title: Mapped[MediumText]
    description: Mapped[LongText]
    labels: Mapped[MediumText]
    """Tags, language and packages."""
    people: Mapped[MediumText]
    parts: Mapped[LongText]
    """Parts of identifiers, and what else engines do not see by themselves."""
    source: Mapped[LongText]
    vocabulary: Mapped[LongText]
    """Each word once, for those who look for letters inside of words."""
    cells: Mapped[LongText]
    """Where in the source each cell begins, and its ID, as JSON."""


class SearchPackage(Base):
    """A package that a notebook uses."""

    __tablename__ = "bookstore_packages"
    __table_args__ = (*index("bookstore_index_packages_on_name", "name"), TABLE_OPTIONS)

    notebook_id: Mapped[int] = mapped_column(
        ForeignKey("notebooks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(primary_key=True)
