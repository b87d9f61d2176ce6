"""How people sign in where the gallery itself has their accounts."""

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

revision = "0005"
down_revision = "0004"

MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
KEY = BigInteger().with_variant(Integer, "sqlite")
OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
metadata = MetaData(naming_convention=NAMES)
Table("users", metadata, Column("id", Integer, primary_key=True))

tables = (
    Table(
        "bookstore_sessions",
        metadata,
        Column("id", KEY, primary_key=True),
        Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("last_used_at", MOMENT, nullable=False),
        Column("expires_at", MOMENT, nullable=False),
        Column("address", String(64), nullable=False),
        Column("browser", String(255), nullable=False),
        Index("bookstore_index_sessions_on_sha256", "sha256", unique=True),
        Index("bookstore_index_sessions_on_user_id", "user_id"),
        Index("bookstore_index_sessions_on_expires_at", "expires_at"),
        **OPTIONS,
    ),
    Table(
        "bookstore_sign_in_attempts",
        metadata,
        Column("sha256", String(64), primary_key=True),
        Column("count", Integer, nullable=False),
        Column("last_at", MOMENT, nullable=False),
        Column("waits_until", MOMENT, nullable=False),
        Index("bookstore_index_sign_in_attempts_on_last_at", "last_at"),
        **OPTIONS,
    ),
    Table(
        "bookstore_invitations",
        metadata,
        Column("id", KEY, primary_key=True),
        Column("sha256", String(64), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("expires_at", MOMENT, nullable=False),
        Column("used_at", MOMENT),
        Column("user_id", ForeignKey("users.id", ondelete="SET NULL")),
        Index("bookstore_index_invitations_on_sha256", "sha256", unique=True),
        **OPTIONS,
    ),
)


def upgrade() -> None:
    """Make the tables."""
    make(op.get_bind(), tables)
