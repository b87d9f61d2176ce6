"""How notebooks are shared, published, deleted, and listed in the store, and who looks after it."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql

from bookstore.gallery.database.migrations.making import make
from bookstore.gallery.database.models.base import NAMES

revision = "0003"
down_revision = "0002"

MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
KEY = BigInteger().with_variant(Integer, "sqlite")
LONG = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
metadata = MetaData(naming_convention=NAMES)
for name in ("users", "notebooks", "revisions"):
    Table(name, metadata, Column("id", Integer, primary_key=True))


def in_key(name: str) -> Column[int]:
    """A part of the key that leads to a row which takes this one along."""
    target = ForeignKey(f"{name.removesuffix('_id')}s.id", ondelete="CASCADE")
    return Column(name, Integer, target, primary_key=True, autoincrement=False)


def leading_to(name: str, ondelete: str, *, nullable: bool) -> Column[int]:
    """A column that leads to a row of another table."""
    target = ForeignKey(f"{name.removesuffix('_id')}s.id", ondelete=ondelete)
    return Column(name, Integer, target, nullable=nullable)


tables = (
    Table(
        "bookstore_shares",
        metadata,
        in_key("notebook_id"),
        in_key("user_id"),
        Column("created_at", MOMENT, nullable=False),
        Index("bookstore_index_shares_on_user_id", "user_id"),
        **OPTIONS,
    ),
    Table(
        "bookstore_links",
        metadata,
        Column("id", KEY, primary_key=True),
        leading_to("notebook_id", "CASCADE", nullable=False),
        leading_to("user_id", "CASCADE", nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("may_edit", Boolean, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("expires_at", MOMENT, nullable=False),
        Column("revoked_at", MOMENT),
        Index("bookstore_index_links_on_sha256", "sha256", unique=True),
        Index("bookstore_index_links_on_notebook_id", "notebook_id"),
        Index("bookstore_index_links_on_user_id", "user_id"),
        **OPTIONS,
    ),
    Table(
        "bookstore_deletions",
        metadata,
        in_key("notebook_id"),
        leading_to("user_id", "SET NULL", nullable=True),
        Column("was_public", Boolean, nullable=False),
        Column("version_id", String(1024)),
        Column("created_at", MOMENT, nullable=False),
        Index("bookstore_index_deletions_on_user_id", "user_id"),
        **OPTIONS,
    ),
    Table(
        "bookstore_publishings",
        metadata,
        Column("id", KEY, primary_key=True),
        leading_to("user_id", "CASCADE", nullable=False),
        Column("token", String(64), nullable=False),
        Column("uuid", String(255), nullable=False),
        Column("commit_id", String(255), nullable=False),
        Column("as_administrator", Boolean, nullable=False),
        Column("fields", LONG, nullable=False),
        Column("revision_id", Integer),
        Column("created_at", MOMENT, nullable=False),
        Column("finished_at", MOMENT),
        Index("bookstore_index_publishings_on_token", "user_id", "token", unique=True),
        Index("bookstore_index_publishings_on_finished_at", "finished_at", "created_at"),
        **OPTIONS,
    ),
    Table(
        "bookstore_objects",
        metadata,
        Column("sha256", String(64), primary_key=True),
        Column("store_key", String(1024), nullable=False),
        leading_to("notebook_id", "CASCADE", nullable=True),
        Column("etag", String(255), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("modified_at", MOMENT, nullable=False),
        Column("problem", Text),
        Column("updated_at", MOMENT, nullable=False),
        Index("bookstore_index_objects_on_notebook_id", "notebook_id"),
        **OPTIONS,
    ),
    Table(
        "bookstore_notebook_attributes",
        metadata,
        in_key("notebook_id"),
        Column("name", String(64), primary_key=True),
        Column("value", String(255), nullable=False),
        Index("bookstore_index_notebook_attributes_on_name", "name", "value"),
        **OPTIONS,
    ),
    Table(
        "bookstore_revision_attributes",
        metadata,
        in_key("revision_id"),
        Column("name", String(64), primary_key=True),
        Column("value", String(255), nullable=False),
        **OPTIONS,
    ),
    Table(
        "bookstore_revision_cells",
        metadata,
        in_key("revision_id"),
        Column("cell_number", Integer, primary_key=True, autoincrement=False),
        Column("sha256", String(64), nullable=False),
        Index("bookstore_index_revision_cells_on_sha256", "sha256"),
        **OPTIONS,
    ),
    Table(
        "bookstore_jobs",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("holder", String(64)),
        Column("held_until", MOMENT),
        Column("began_at", MOMENT),
        Column("ended_at", MOMENT),
        Column("problem", Text),
        **OPTIONS,
    ),
    Table(
        "bookstore_user_attributes",
        metadata,
        in_key("user_id"),
        Column("name", String(64), primary_key=True),
        Column("value", String(255), primary_key=True),
        **OPTIONS,
    ),
)


def upgrade() -> None:
    """Make the tables."""
    make(op.get_bind(), tables)
