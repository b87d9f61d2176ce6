"""What the gallery keeps beside nbgallery's tables."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects import mysql

from bookstore.gallery.database.migrations.making import make
from bookstore.gallery.database.models.base import NAMES

revision = "0002"
down_revision = "0001"

MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
KEY = BigInteger().with_variant(Integer, "sqlite")
OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
metadata = MetaData(naming_convention=NAMES)
for name in ("users", "notebooks", "revisions", "code_cells"):
    Table(name, metadata, Column("id", Integer, primary_key=True))


def key_to(table: str) -> Column[int]:
    """The key of a table that has a row for some rows of another."""
    name = {"notebooks": "notebook_id", "revisions": "revision_id", "code_cells": "code_cell_id"}
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name[table], Integer, target, primary_key=True, autoincrement=False)


tables = (
    Table(
        "bookstore_notebooks",
        metadata,
        key_to("notebooks"),
        Column("store_key", String(1024), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("updated_at", MOMENT, nullable=False),
        Index(
            "bookstore_index_notebooks_on_store_key", "store_key", mysql_length={"store_key": 255}
        ),
        **OPTIONS,
    ),
    Table(
        "bookstore_revisions",
        metadata,
        key_to("revisions"),
        Column("store_key", String(1024), nullable=False),
        Column("version_id", String(1024), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("size", Integer, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        **OPTIONS,
    ),
    Table(
        "bookstore_cell_hashes",
        metadata,
        key_to("code_cells"),
        Column("sha256", String(64), nullable=False),
        Index("bookstore_index_cell_hashes_on_sha256", "sha256"),
        **OPTIONS,
    ),
    Table(
        "bookstore_tokens",
        metadata,
        Column("id", KEY, primary_key=True),
        Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        Column("name", String(255), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("scopes", String(255), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("expires_at", MOMENT),
        Column("last_used_at", MOMENT),
        Column("revoked_at", MOMENT),
        Index("bookstore_index_tokens_on_sha256", "sha256", unique=True),
        Index("bookstore_index_tokens_on_user_id", "user_id"),
        **OPTIONS,
    ),
    Table(
        "bookstore_changes",
        metadata,
        Column("id", KEY, primary_key=True),
        Column("noun", String(255), nullable=False),
        Column("noun_id", Integer, nullable=False),
        Column("verb", String(255), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Index("bookstore_index_changes_on_created_at", "created_at"),
        **OPTIONS,
    ),
)


def upgrade() -> None:
    """Make the tables."""
    make(op.get_bind(), tables)
