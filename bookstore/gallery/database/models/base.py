"""What all models share: how nbgallery's types, keys and indexes are said.

Rails names foreign keys after a digest, takes times in UTC without a zone, and fills in
``created_at`` and ``updated_at`` itself, as the models here do.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Annotated, Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Constraint,
    DateTime,
    Dialect,
    Double,
    FetchedValue,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column, relationship
from sqlalchemy.orm.relationships import _RelationshipDeclared
from sqlalchemy.sql.elements import ColumnElement

MYSQL = ("mysql", "mariadb")
POSTGRESQL_NAME_LENGTH = 63
"""PostgreSQL cuts longer names, Rails has one of 64 letters."""

TABLE_OPTIONS: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in MYSQL
    for option, value in (
        ("engine", "InnoDB"),
        ("default_charset", "utf8mb4"),
        ("collate", "utf8mb4_bin"),
    )
}
"""Where nbgallery has tables in latin1, new ones take all letters."""


def now() -> datetime:
    """Return the time as nbgallery keeps it: UTC, without saying so."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def rails_key_name(constraint: Constraint, table: Table) -> str:
    """Return what Rails calls a foreign key."""
    [column] = cast(ForeignKeyConstraint, constraint).column_keys
    identifier = f"{table.name}_{column}_fk"
    return f"fk_rails_{hashlib.sha256(identifier.encode()).hexdigest()[:10]}"


NAMES: dict[str, Any] = {"rails": rails_key_name, "fk": "%(rails)s"}
"""How what has no name is called."""

Key = Annotated[int, mapped_column(Integer, primary_key=True)]
LongKey = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
]
Label = Annotated[str, mapped_column(String(16))]
PlainText = Annotated[str, mapped_column(Text)]
MediumText = Annotated[str, mapped_column(Text().with_variant(mysql.MEDIUMTEXT(), *MYSQL))]
LongText = Annotated[str, mapped_column(Text().with_variant(mysql.LONGTEXT(), *MYSQL))]
Created = Annotated[datetime, mapped_column(default=now)]
Updated = Annotated[datetime, mapped_column(default=now, onupdate=now)]


class Base(DeclarativeBase):
    """The models of nbgallery's tables, and of ours beside them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        str: String(255),
        # Ruby's floats are doubles, what Rails makes of them in MySQL has 32 bits.
        float: Double().with_variant(mysql.FLOAT(), *MYSQL).with_variant(Float(), "sqlite"),
        datetime: DateTime().with_variant(mysql.DATETIME(fsp=6), *MYSQL),
    }
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - see newer()
    __table_args__: Any = TABLE_OPTIONS


def is_not_postgresql(*_: Any, dialect: Dialect, **__: Any) -> bool:
    """Say whether something is to be made elsewhere."""
    return dialect.name != "postgresql"


def is_not_mysql(*_: Any, dialect: Dialect, **__: Any) -> bool:
    """Say whether something is to be made elsewhere."""
    return dialect.name not in MYSQL


def index(name: str, *columns: str, unique: bool = False) -> tuple[Index, ...]:
    """An index under the name that Rails gave it, or as much of it as PostgreSQL takes."""
    if len(name) <= POSTGRESQL_NAME_LENGTH:
        return (Index(name, *columns, unique=unique),)
    short = Index(name[:POSTGRESQL_NAME_LENGTH], *columns, unique=unique)
    return (
        Index(name, *columns, unique=unique).ddl_if(callable_=is_not_postgresql),
        short.ddl_if(dialect="postgresql"),
    )


def index_of_key(name: str, column: str) -> tuple[Index]:
    """The index of a foreign key: MySQL makes it with the key, and names it alike."""
    return (Index(name, column).ddl_if(callable_=is_not_mysql),)


def to(table: str, ondelete: str, name: str | None = None) -> MappedColumn[Any]:
    """A column that is a foreign key to the ``id`` of *table*."""
    return mapped_column(ForeignKey(f"{table}.id", ondelete=ondelete, name=name))


def pairs_of(name: str, keys: dict[str, str], *indexes: Index) -> Table:
    """A table of pairs, which has no key: *keys* says what each column leads to."""
    columns: list[Column[int]] = [
        Column(column, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)
        for column, table in keys.items()
    ]
    return Table(name, Base.metadata, *columns, *indexes, **TABLE_OPTIONS)


def newer(default: ColumnElement[Any] | None = None) -> MappedColumn[Any]:
    """A column that nbgallery got late, and that an old database may lack.

    It is read only by those who ask for it, and left out of inserts that do not set it.
    """
    return mapped_column(
        server_default=FetchedValue() if default is None else default,
        deferred=True,
        info={"newer": True},
    )


def those_of(back_populates: str, **options: Any) -> _RelationshipDeclared[Any]:
    """The rows whose foreign key leads here: the database deletes or frees them."""
    return relationship(back_populates=back_populates, passive_deletes="all", **options)


def loose(join: str, **options: Any) -> _RelationshipDeclared[Any]:
    """A relation without a foreign key: *join* is ``"Child.thing_id == Thing.id"``."""
    child, _, parent = join.partition(" == ")
    return relationship(
        primaryjoin=f"foreign({child}) == {parent}", passive_deletes="all", **options
    )


def owned(owner: str, kind: str, **options: Any) -> _RelationshipDeclared[Any]:
    """What owns a notebook, or what notebooks it owns: nbgallery keeps its ID and what it is."""
    join = f"and_(foreign(Notebook.owner_id) == {owner}, Notebook.owner_type == '{kind}')"
    return relationship(primaryjoin=join, viewonly=True, **options)
