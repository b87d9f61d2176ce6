"""A gallery's rows as objects, under nbgallery-python's names and the gallery's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gallery_rows import BEGIN
from sqlalchemy import URL, create_engine, func, select, text
from sqlalchemy.orm import class_mapper

from bookstore.nbgallery import database
from bookstore.nbgallery.database import orm
from bookstore.nbgallery.problems import DatabaseProblem

RELATIONS = json.loads(Path(__file__).with_name("relations.json").read_text(encoding="utf-8"))
"""Class by class, what nbgallery-python found in a MariaDB: relation, class, whether many."""


@pytest.mark.parametrize("name", RELATIONS)
def test_a_class_has_every_relation_that_nbgallery_python_found(name: str) -> None:
    cls = getattr(orm, name)
    mapper = class_mapper(cls)
    for relation, (target, is_many) in RELATIONS[name].items():
        attribute = getattr(cls, relation)
        if isinstance(attribute, property):
            assert is_many
            continue
        synonym = mapper.synonyms.get(relation)
        ours = mapper.relationships[synonym.name if synonym else relation]
        assert (ours.mapper.class_.__name__, ours.uselist) == (target, is_many)


def test_every_class_is_named_as_rails_names_it() -> None:
    assert set(RELATIONS) | {"SchemaMigration", "ArInternalMetadatum"} <= set(orm.CLASSES)
    assert database.rails_classname_for_table(None, "user_summaries", None) == "UserSummary"
    assert database.rails_classname_for_table(None, "users_also_views", None) == "UsersAlsoView"
    assert database.rails_collection_name(None, None, orm.GroupsUser, None) == "groups_users"
    assert database.inflector.singular_noun("notebook_similarities") == "notebook_similarity"
    assert database.inflector.plural_noun("execution_history") == "execution_histories"
    assert database.camelize("foo_bar") == "FooBar"
    assert database.uncamelize("FooBar") == "foo_bar"


@pytest.mark.usefixtures("read")
def test_relations_lead_from_row_to_row() -> None:
    with orm.Session() as session:
        notebook = session.get(orm.Notebook, 2)
        assert notebook.creator is notebook.owner is session.get(orm.User, 3)
        assert notebook.user is notebook.updater is session.get(orm.User, 1)
        assert notebook.notebook_summaries == [notebook.summary]
        assert session.get(orm.Notebook, 12).notebook_summaries == []
        assert [user.id for user in notebook.starred_by] == [1, 3]
        assert [user.id for user in notebook.users] == [4]
        assert session.get(orm.Notebook, 4).owner is session.get(orm.Group, 1)
        assert all(click.notebook is notebook for click in notebook.clicks)


@pytest.mark.usefixtures("read")
def test_users_have_stars_and_shares_and_notebooks_apart() -> None:
    with orm.Session() as session:
        user = session.get(orm.User, 1)
        assert [notebook.id for notebook in user.stars] == [2]
        assert [notebook.id for notebook in user.shares] == [5]
        assert user.notebooks == user.notebooks_created != user.notebooks_updated
        assert [group.id for group in user.groups] == [1]
        assert [one.id for one in session.get(orm.Group, 1).users] == [1, 2]


@pytest.mark.usefixtures("read")
def test_old_names_can_be_asked_for_in_queries() -> None:
    with orm.Session() as session:
        shared = select(func.count()).select_from(orm.Notebook).join(orm.Notebook.users)
        assert session.scalar(shared) == 2
        first = session.query(orm.Notebook).filter(orm.Notebook.title.like("%book 1")).one()
        assert first.updated_at > BEGIN


def test_a_database_that_is_read_is_never_changed(read: URL) -> None:
    with orm.Session() as session:
        session.get(orm.Notebook, 1).title = "changed"
        with pytest.raises(DatabaseProblem, match="only to be read, and was left as it is"):
            session.commit()
    for statement in ("DELETE FROM clicks", "CREATE TABLE more (id INTEGER)"):
        with database.engine.connect() as connection, pytest.raises(DatabaseProblem):
            connection.execute(text(statement))
    writing = create_engine(read)
    with writing.connect() as connection:
        assert connection.scalar(text("SELECT title FROM notebooks WHERE id = 1")) == "Notebook 1"
    writing.dispose()
