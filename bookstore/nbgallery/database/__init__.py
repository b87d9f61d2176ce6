"""The gallery's database: ``engine``, and nbgallery's names for tables and classes.

``engine`` connects when it is first used, to what :mod:`bookstore.nbgallery.config` says or what
:func:`use` was given, and in either case only to read.

Knows: the gallery's models.  Must not know: pandas, which ``dataframes`` alone imports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .connecting import current_engine, use

if TYPE_CHECKING:
    from sqlalchemy import Engine

    engine: Engine

__all__ = [
    "camelize",
    "engine",
    "inflector",
    "rails_classname_for_table",
    "rails_collection_name",
    "uncamelize",
    "use",
]


def __getattr__(name: str) -> Any:
    """Return the engine of today's configuration as ``engine``."""
    if name == "engine":
        return current_engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def camelize(s: str) -> str:
    """Return ``FooBar`` for ``foo_bar``."""
    return s[:1].upper() + re.sub(r"_([a-z])", lambda match: match[1].upper(), s[1:])


def uncamelize(s: str) -> str:
    """Return ``foo_bar`` for ``FooBar``."""
    return s[:1].lower() + re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", s[1:])


class Inflector:
    """Singular and plural of what a gallery's tables are called."""

    def singular_noun(self, plural: str) -> str:
        """Return what one row of the table *plural* is: ``user_summary`` of ``user_summaries``."""
        return uncamelize(rails_classname_for_table(None, plural, None))

    def plural_noun(self, singular: str) -> str:
        """Return the table of what is called *singular*."""
        return rails_collection_name(None, None, _classes()[camelize(singular)], None)


inflector = Inflector()


def rails_classname_for_table(base: Any, tablename: str, table: Any) -> str:
    """Return Rails' name for the class of a table: ``TableName`` for ``table_names``."""
    named = {cls.__tablename__: name for name, cls in _classes().items()}
    return named[tablename]


def rails_collection_name(base: Any, local_cls: Any, referred_cls: Any, constraint: Any) -> str:
    """Return Rails' name for many of a class: ``class_names`` for ``ClassName``."""
    return str(referred_cls.__tablename__)


def _classes() -> dict[str, Any]:
    from . import orm

    return {name: getattr(orm, name) for name in orm.CLASSES}
