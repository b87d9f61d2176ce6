"""An nbgallery database as its Rails code makes it, from facts and not from our models."""

from __future__ import annotations

import hashlib
from typing import Any

from nbgallery_schema import NEWER, schema
from sqlalchemy import Connection, Engine, text

TYPES: dict[str, dict[str, str]] = {
    "mysql": {
        "key": "int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY",
        "long key": "bigint(20) NOT NULL AUTO_INCREMENT PRIMARY KEY",
        "integer": "int(11)",
        "boolean": "tinyint(1)",
        "float": "float",
        "datetime": "datetime",  # what an old release made; new ones have microseconds
        "date": "date",
        "text": "text",
        "mediumtext": "mediumtext",
        "longtext": "longtext",
    },
    "postgresql": {
        "key": "serial PRIMARY KEY",
        "long key": "bigserial PRIMARY KEY",
        "datetime": "timestamp",
        "float": "double precision",
    },
    "sqlite": {
        "key": "integer PRIMARY KEY AUTOINCREMENT NOT NULL",
        "long key": "integer PRIMARY KEY AUTOINCREMENT NOT NULL",
    },
}
ON_DELETE = {"cascade": " ON DELETE CASCADE", "nullify": " ON DELETE SET NULL", "restrict": ""}


def make_nbgallery(engine: Engine, *, old: bool = False) -> None:
    """Make nbgallery's tables; an *old* one lacks what nbgallery got late."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in _in_order():
            _make_table(connection, name, NEWER if old else set())
        connection.execute(
            text("CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY)")
        )
        connection.execute(
            text(
                "CREATE TABLE ar_internal_metadata (#key# varchar(255) NOT NULL PRIMARY KEY,"
                " value varchar(255))".replace("#", _quote(engine.dialect.name))
            )
        )
        connection.execute(text("INSERT INTO schema_migrations VALUES ('20231010000000')"))


def _quote(dialect: str) -> str:
    return "`" if dialect == "mysql" else '"'


def _in_order() -> list[str]:
    """Return the tables, each after those it refers to."""
    left, done = dict(schema()), list[str]()
    while left:
        ready = [n for n, facts in left.items() if {k["ref"] for k in facts["fks"]} <= {*done}]
        done += ready
        for name in ready:
            del left[name]
    return done


def _make_table(connection: Connection, name: str, without: set[str]) -> None:
    dialect, facts = connection.dialect.name, schema()[name]
    quote = _quote(dialect)
    if name != "notebooks":
        without = set()
    parts = []
    if facts["pk"]:
        key = "long key" if name == "review_histories" else "key"
        parts.append(f"{quote}id{quote} {TYPES[dialect][key]}")
    parts += [_column(dialect, each) for each in facts["columns"] if each["name"] not in without]
    parts += [_key(dialect, name, each) for each in facts["fks"]]
    charset = f" ENGINE=InnoDB DEFAULT CHARSET={facts['charset']}"
    if facts["charset"] == "utf8mb4":
        charset += " COLLATE=utf8mb4_bin"
    end = charset if dialect == "mysql" else ""
    connection.exec_driver_sql(f"CREATE TABLE {quote}{name}{quote} ({', '.join(parts)}){end}")
    for index in facts["indexes"]:
        if without & {*index["columns"]} or (
            dialect == "mysql" and index["name"].startswith("fk_rails_")
        ):
            continue  # MySQL has made it with the key
        unique = "UNIQUE " if index["unique"] else ""
        columns = ", ".join(f"{quote}{column}{quote}" for column in index["columns"])
        connection.exec_driver_sql(
            f"CREATE {unique}INDEX {quote}{index['name'][: 63 if dialect == 'postgresql' else 64]}"
            f"{quote} ON {quote}{name}{quote} ({columns})"
        )


def _column(dialect: str, column: dict[str, Any]) -> str:
    quote, kind = _quote(dialect), column["type"]
    if kind == "string":
        kind = f"varchar({column.get('limit', 255)})"
    elif kind == "text":
        kind = f"{column.get('size', '')}text" if dialect == "mysql" else "text"
    words = [f"{quote}{column['name']}{quote}", TYPES[dialect].get(kind, kind)]
    if not column.get("null", True):
        words.append("NOT NULL")
    if (default := column.get("default")) is not None:
        words.append(f"DEFAULT {default if column['type'] != 'string' else repr(default)}")
    return " ".join(words)


def _key(dialect: str, table: str, key: dict[str, Any]) -> str:
    quote = _quote(dialect)
    digest = hashlib.sha256(f"{table}_{key['column']}_fk".encode()).hexdigest()
    name = f"fk_rails_{digest[:10]}"
    if table == "site_warnings":  # the table was renamed, its key was not
        name = "fk_rails_bec75fa2b8"
    return (
        f"CONSTRAINT {quote}{name}{quote} FOREIGN KEY ({quote}{key['column']}{quote}) "
        f"REFERENCES {quote}{key['ref']}{quote} ({quote}id{quote}){ON_DELETE[key['on_delete']]}"
    )
