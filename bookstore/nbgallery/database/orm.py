"""A gallery's rows as objects, with every name that nbgallery-python has for them.

A class is named after its table as Rails names it: ``Notebook`` for ``notebooks``.  Relations have
the gallery's own names, such as ``notebook.summary`` and ``user.stars``, and beside them those that
nbgallery-python found by itself, such as ``notebook.notebook_summaries``, a list of one.

``Session()`` connects when it is first asked something, and only reads.

Knows: the gallery's models.  Must not know: pandas.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy.orm
from sqlalchemy import Engine, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker, synonym

from ...gallery.database import models
from ...gallery.database.models import *  # noqa: F403 - all the classes, under their names
from .connecting import current_engine
from .tables import check

BaseModel = models.Base


class _Rails(DeclarativeBase):
    """What Rails keeps for itself in its databases; none of ours has it."""

    type_annotation_map = {str: String(255)}  # noqa: RUF012 - SQLAlchemy reads it so


class SchemaMigration(_Rails):
    """A migration that nbgallery has done."""

    __tablename__ = "schema_migrations"

    version: Mapped[str] = mapped_column(primary_key=True)


class ArInternalMetadatum(_Rails):
    """What Rails knows of the database itself, such as its environment."""

    __tablename__ = "ar_internal_metadata"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


CLASSES = (
    *(mapper.class_.__name__ for mapper in BaseModel.registry.mappers),
    SchemaMigration.__name__,
    ArInternalMetadatum.__name__,
)
"""The names of the classes."""


class _Session(sqlalchemy.orm.Session):
    """A session with the database that is in use when it is asked something."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        """Return that database's engine."""
        if self.bind is not None:
            return super().get_bind(*args, **kwargs)  # type: ignore[return-value]
        engine = current_engine()
        check(engine)
        return engine


Session = sessionmaker(class_=_Session)

# -- nbgallery-python's own names -----------------------------------------------------------------

_SAME = {
    "ChangeRequest": {"user": "requestor", "notebook_files": "files"},
    "Execution": {"codecell": "code_cell"},
    "Group": {
        "notebook": "landing",
        "groups_users": "memberships",
        "suggested_groups": "suggestions",
    },
    "Notebook": {
        "user": "updater",
        "users": "shared_with",
        "groups": "landing_of",
        "notebook_dailies": "dailies",
        "notebook_files": "files",
        "notebook_similarities": "similarities",
        "users_also_views": "also_viewed",
        "suggested_notebooks": "suggestions",
    },
    "NotebookFile": {"changerequest": "change_request"},
    "OauthAccessGrant": {"oauthapplication": "application"},
    "OauthAccessToken": {"oauthapplication": "application"},
    "OauthApplication": {"oauth_access_grants": "grants", "oauth_access_tokens": "tokens"},
    "Review": {"user": "reviewer", "review_histories": "history"},
    "Revision": {"notebook_files": "files"},
    "Stage": {"notebook_files": "files"},
    "User": {
        "notebooks": "notebooks_created",
        "user_similarities": "similarities",
        "groups_users": "memberships",
        "recommended_reviewers": "recommended_reviews",
    },
}
"""By class: its name for a relation, and ours."""

_LISTS = {
    "Notebook": {"notebook_summaries": "summary"},
    "User": {"user_summaries": "summary", "preferences": "preference"},
}
"""Relations of which there is one at most, and that it has as lists."""


def _list_of(relation: str) -> property:
    def listed(self: Any) -> list[Any]:
        one = getattr(self, relation)
        return [] if one is None else [one]

    listed.__doc__ = f"``{relation}`` in a list, which is empty where there is none."
    return property(listed)


for _name, _synonyms in _SAME.items():
    for _theirs, _ours in _synonyms.items():
        setattr(getattr(models, _name), _theirs, synonym(_ours))
for _name, _lists in _LISTS.items():
    for _theirs, _ours in _lists.items():
        setattr(getattr(models, _name), _theirs, _list_of(_ours))
