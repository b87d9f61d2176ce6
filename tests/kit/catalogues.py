"""A catalogue with people in it, on a database and a store that can die at any step."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bookstore.gallery.catalogue import Catalogue, Content
from bookstore.gallery.catalogue.publication import Publication, Published
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.database.models import (
    Deletion,
    Group,
    GroupsUser,
    Revision,
    StoredNotebook,
    StoredRevision,
    User,
)
from bookstore.gallery.database.sessions import Database, T, Work
from bookstore.gallery.permissions import Actor
from bookstore.store.base import ObjectStore
from bookstore.store.memory import MemoryStore

NOBODY = Actor()
PREFIX = "published/"


class Killed(BaseException):
    """The power failed."""


class Life:
    """Counts steps, and ends at one of them."""

    def __init__(self) -> None:
        self.steps = 0
        self.last: int | None = None

    def step(self) -> None:
        """Live on, or not."""
        self.steps += 1
        if self.last is not None and self.steps > self.last:
            self.end()

    def end(self) -> None:
        """Die."""
        raise Killed

    @contextmanager
    def ending_after(self, steps: int) -> Iterator[None]:
        """Let what is done inside end after so many steps."""
        self.steps, self.last = 0, steps
        try:
            yield
        finally:
            self.last = None


class MortalDatabase(Database):
    """A database whose user may die before each transaction, and after it."""

    def __init__(self, url: str, life: Life) -> None:
        super().__init__(url)
        self.life = life

    async def run(self, work: Work[T], *, read_only: bool = False) -> T:
        self.life.step()
        result = await super().run(work, read_only=read_only)
        self.life.step()
        return result


class MortalStore(MemoryStore):
    """A store whose user may die before each change, and after it."""

    def __init__(self, life: Life) -> None:
        super().__init__("shelf")
        let_die(self, life)


def let_die(store: ObjectStore, life: Life) -> None:
    """Let the user of a store die before each change, and after it."""

    def mortal(change: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def changed(*arguments: Any, **named: Any) -> Any:
            life.step()
            result = await change(*arguments, **named)
            life.step()
            return result

        return changed

    for name in ("put", "delete", "remove"):
        setattr(store, name, mortal(getattr(store, name)))


class Noted:
    """An index that notes what it is told, when the transaction holds it or not."""

    def __init__(self) -> None:
        self.put_ids: list[int] = []
        self.removed_ids: list[int] = []
        self.contents: dict[int, Content] = {}

    def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
        self.put_ids.append(notebook_id)
        if content is not None:
            self.contents[notebook_id] = content

    def remove(self, session: Session, notebook_id: int) -> None:
        self.removed_ids.append(notebook_id)


class People:
    """Ada, who publishes; Bob, who does not; Cy, who administrates; and a group."""

    def __init__(self, database: Database) -> None:
        self.ada, self.bob, self.cy, self.group_id = database.run_here(self._make)

    def _make(self, session: Session) -> tuple[Actor, Actor, Actor, int]:
        users = [User(user_name=name, org="org", approved=True) for name in ("ada", "bob", "cy")]
        users[2].admin = True
        group = Group(gid="readers", name="Readers")
        session.add_all([*users, group])
        session.flush()
        session.add(GroupsUser(user_id=users[0].id, group_id=group.id, editor=True))
        session.add(GroupsUser(user_id=users[1].id, group_id=group.id))
        ada, bob, cy = (Actor(user_id=user.id) for user in users)
        return ada, bob, Actor(user_id=cy.user_id, as_administrator=True), group.id


def ipynb(*sources: str, outputs: bool = True, **metadata: Any) -> bytes:
    """A notebook with these cells of code, which have printed something."""
    shown = [{"output_type": "stream", "name": "stdout", "text": "secret"}] if outputs else []
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "source": source,
            "metadata": {"trusted": True},
            "outputs": shown,
            "execution_count": 7 if outputs else None,
        }
        for number, source in enumerate(sources or ("print('secret')",))
    ]
    about = {"language_info": {"name": "python", "version": "3.11"}, **metadata}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells}
    return json.dumps(whole).encode()


async def put_there(catalogue: Catalogue, actor: Actor, **changes: Any) -> Published:
    """Publish a notebook."""
    known = {"title": "Tides", "description": "When.", "body": ipynb(), **changes}
    published = await publish(catalogue, actor, Publication(**known))
    assert isinstance(published, Published)
    return published


def rows(catalogue: Catalogue, model: Any, *conditions: Any) -> list[Any]:
    """The rows of a table, in their order."""
    wanted = select(model).where(*conditions).order_by(*model.__table__.primary_key.columns)
    return catalogue.database.run_here(lambda session: [*session.scalars(wanted)], read_only=True)


async def shown_and_listed(catalogue: Catalogue) -> tuple[dict[str, str], dict[str, str]]:
    """The versions that the database shows, and those that the store lists, by their keys."""
    newest = {
        stored.store_key: stored.version_id
        for _, stored in zip(
            rows(catalogue, Revision), rows(catalogue, StoredRevision), strict=True
        )
    }
    gone = {each.notebook_id for each in rows(catalogue, Deletion)}
    shown = {
        each.store_key: newest[each.store_key]
        for each in rows(catalogue, StoredNotebook)
        if each.notebook_id not in gone
    }
    listed = {
        each.key: (await catalogue.store.head(each.key)).version_id
        async for each in catalogue.store.list(catalogue.prefix)
    }
    return shown, listed
