"""What search knows of notebooks, and the indexes that SQLite and PostgreSQL make of it."""

# ruff: noqa: S608 - what is put together here are names of columns
from typing import Any

from alembic import op
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import mysql

from bookstore.gallery.database.migrations.making import make
from bookstore.gallery.database.models.base import NAMES

revision = "0004"
down_revision = "0003"

MYSQL = ("mysql", "mariadb")
MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), *MYSQL)
NUMBER: Any = Double().with_variant(mysql.FLOAT(), *MYSQL).with_variant(Float(), "sqlite")
MEDIUM = Text().with_variant(mysql.MEDIUMTEXT(), *MYSQL)
LONG = Text().with_variant(mysql.LONGTEXT(), *MYSQL)
OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
metadata = MetaData(naming_convention=NAMES)
Table("notebooks", metadata, Column("id", Integer, primary_key=True))


def key() -> Column[int]:
    """The notebook that a row belongs to, and goes with."""
    target = ForeignKey("notebooks.id", ondelete="CASCADE")
    return Column("notebook_id", Integer, target, primary_key=True, autoincrement=False)


tables = (
    Table(
        "bookstore_documents",
        metadata,
        key(),
        Column("version", Integer, nullable=False),
        Column("boost", NUMBER, nullable=False),
        Column("updated_at", MOMENT, nullable=False),
        Column("notebook_updated_at", MOMENT, nullable=False),
        Column("title", MEDIUM, nullable=False),
        Column("description", LONG, nullable=False),
        Column("labels", MEDIUM, nullable=False),
        Column("people", MEDIUM, nullable=False),
        Column("parts", LONG, nullable=False),
        Column("source", LONG, nullable=False),
        Column("vocabulary", LONG, nullable=False),
        Column("cells", LONG, nullable=False),
        Index("bookstore_index_documents_on_version", "version", "notebook_updated_at"),
        **OPTIONS,
    ),
    Table(
        "bookstore_packages",
        metadata,
        key(),
        Column("name", String(255), primary_key=True),
        Index("bookstore_index_packages_on_name", "name"),
        **OPTIONS,
    ),
)

COLUMNS = "title, description, labels, people, parts, source"
OLD, NEW = (", ".join(f"{row}.{name}" for name in COLUMNS.split(", ")) for row in ("old", "new"))
FORGET = (
    f"INSERT INTO bookstore_words (bookstore_words, rowid, {COLUMNS})"
    f" VALUES ('delete', old.notebook_id, {OLD});"
    " INSERT INTO bookstore_letters (bookstore_letters, rowid, vocabulary)"
    " VALUES ('delete', old.notebook_id, old.vocabulary);"
)
LEARN = (
    f"INSERT INTO bookstore_words (rowid, {COLUMNS}) VALUES (new.notebook_id, {NEW});"
    " INSERT INTO bookstore_letters (rowid, vocabulary) VALUES (new.notebook_id, new.vocabulary);"
)
SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS bookstore_words USING fts5({COLUMNS},"
    " content='bookstore_documents', content_rowid='notebook_id',"
    " tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\")",
    "INSERT INTO bookstore_words (bookstore_words, rank)"
    " VALUES ('rank', 'bm25(50, 10, 10, 10, 1, 1)')",
    # Letters inside of words are found by every three of them, and looked for in the vocabulary.
    "CREATE VIRTUAL TABLE IF NOT EXISTS bookstore_letters USING fts5(vocabulary,"
    " content='bookstore_documents', content_rowid='notebook_id', detail='none',"
    " tokenize='trigram')",
    "CREATE TRIGGER IF NOT EXISTS bookstore_document_added AFTER INSERT ON bookstore_documents"
    f" BEGIN {LEARN} END",
    "CREATE TRIGGER IF NOT EXISTS bookstore_document_removed AFTER DELETE ON bookstore_documents"
    f" BEGIN {FORGET} END",
    "CREATE TRIGGER IF NOT EXISTS bookstore_document_changed"
    f" AFTER UPDATE OF {COLUMNS}, vocabulary ON bookstore_documents BEGIN {FORGET} {LEARN} END",
)

MARKS = "!\"#$%%&''()*+,-./:;<=>?@[\\]^_`{|}~"
"""What PostgreSQL's parser would make hosts, files, numbers and e-mail addresses of; as SQL."""


def weighed(column: str, weight: str) -> str:
    """Return the words of a column, with their weight."""
    plain = f"translate(new.{column}, '{MARKS}', repeat(' ', {len(MARKS) - 2}))"
    return f"setweight(to_tsvector('bookstore_words', {plain}), '{weight}')"


VECTOR = " || ".join(
    weighed(column, weight)
    for column, weight in zip(COLUMNS.split(", "), ("A", "B", "C", "C", "D", "D"), strict=True)
)
POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS bookstore_vectors (notebook_id integer PRIMARY KEY"
    " REFERENCES bookstore_documents (notebook_id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS bookstore_index_vectors_on_words ON bookstore_vectors"
    " USING gin (words)",
    "CREATE OR REPLACE FUNCTION bookstore_document_written() RETURNS trigger"
    " LANGUAGE plpgsql AS $$"
    f" BEGIN INSERT INTO bookstore_vectors VALUES (new.notebook_id, {VECTOR})"
    " ON CONFLICT (notebook_id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$",
    "DROP TRIGGER IF EXISTS bookstore_document_written ON bookstore_documents",
    "CREATE TRIGGER bookstore_document_written AFTER INSERT OR UPDATE OF"
    f" {COLUMNS} ON bookstore_documents FOR EACH ROW EXECUTE FUNCTION bookstore_document_written()",
)
CONFIGURATION = (
    # Words that English has everywhere are words of code, too: if, for, not, while.
    "CREATE TEXT SEARCH DICTIONARY bookstore_stem (TEMPLATE = snowball, Language = english)",
    "CREATE TEXT SEARCH CONFIGURATION bookstore_words (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION bookstore_words"
    " ALTER MAPPING REPLACE simple WITH bookstore_stem",
)


def upgrade() -> None:
    """Make the tables and the indexes."""
    connection = op.get_bind()
    make(connection, tables)
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(connection.dialect.name, ())
    if connection.dialect.name == "postgresql" and not _has_configuration(connection):
        statements = CONFIGURATION + statements
    for statement in statements:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        _index_letters(connection)


def _has_configuration(connection: Connection) -> bool:
    found = text(
        "SELECT 1 FROM pg_ts_config"
        " WHERE cfgname = 'bookstore_words' AND pg_ts_config_is_visible(oid)"
    )
    return connection.scalar(found) is not None


def _index_letters(connection: Connection) -> None:
    """Index letters inside of words where PostgreSQL has been given what it takes."""
    if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        connection.exec_driver_sql(
            "CREATE INDEX IF NOT EXISTS bookstore_index_documents_on_vocabulary"
            " ON bookstore_documents USING gin (vocabulary gin_trgm_ops)"
        )
