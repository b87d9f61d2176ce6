"""Galleries with a search engine, and notebooks in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import (
    Group,
    Notebook,
    NotebookSummary,
    Tag,
    User,
)
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.documents import Cell, Document, Popularity
from bookstore.gallery.search.index import Engine
from bookstore.gallery.search.language import parse
from bookstore.gallery.search.values import Found, Hit, Request, Sort, Tier

NOW = datetime.fromisoformat("2026-03-15T12:00")


@dataclass
class Gallery:
    """A gallery and how its notebooks are found."""

    database: Database
    index: Engine
    ids: dict[str, int] = field(default_factory=dict)
    """Of notebooks, by their titles."""
    settle: Callable[[], object] = lambda: None
    """Lets an index that follows see all that happened."""

    def people(self, *names: str) -> None:
        """Add users: ``ada`` is Ada Example."""

        def work(session: Session) -> None:
            session.add_all(
                User(
                    user_name=name,
                    email=f"{name}@example.org",
                    first_name=name.capitalize(),
                    last_name="Example",
                )
                for name in names
            )

        self.database.run_here(work)

    def add(self, title: str, *cells: str, **about: Any) -> int:
        """Add a notebook with cells of code, and return its ID."""
        self.ids[title] = self.database.run_here(
            lambda session: self.add_in(session, title, *cells, **about)
        )
        self.settle()
        return self.ids[title]

    def add_in(self, session: Session, title: str, *cells: str, **about: Any) -> int:
        """Add a notebook in a transaction of the caller's."""
        kinds = {"owner", "group", "creator", "updater"}
        who = {name: about.pop(name, None) for name in kinds}
        tags: Sequence[str] = about.pop("tags", ())
        packages: Sequence[str] = about.pop("packages", ())
        numbers: dict[str, Any] = about.pop("numbers", {})
        values = {"description": "", "public": True, "lang": "python", "created_at": NOW}
        notebook = Notebook(uuid=title[:60], title=title, **{**values, "updated_at": NOW, **about})
        for name in ("creator", "updater"):
            if who[name]:
                setattr(notebook, f"{name}_id", user_id(session, who[name]))
        if who["owner"]:
            notebook.owner_type, notebook.owner_id = "User", user_id(session, who["owner"])
        if who["group"]:
            group = session.scalar(select(Group).where(Group.name == who["group"]))
            group = group or Group(gid=who["group"].lower(), name=who["group"])
            session.add(group)
            session.flush()
            notebook.owner_type, notebook.owner_id = "Group", group.id
        session.add(notebook)
        session.flush()
        session.add_all(Tag(tag=tag, notebook_id=notebook.id) for tag in tags)
        if numbers:
            session.add(NotebookSummary(notebook_id=notebook.id, **numbers))
        liked = {name: numbers[name] for name in ("views", "stars", "health") if name in numbers}
        self.index.put(
            session,
            Document(
                notebook_id=notebook.id,
                title=title,
                description=notebook.description,
                language=notebook.lang,
                tags=tags,
                packages=packages,
                people=[name for name in who.values() if name],
                cells=[Cell(f"cell-{at}", "code", source) for at, source in enumerate(cells)],
                popularity=Popularity(**liked),
            ),
        )
        return notebook.id

    def search(self, query: str, **asked: Any) -> Found:
        """Return a page."""
        request = Request(tree=parse(query), **asked)
        return self.database.run_here(
            lambda session: self.index.search(session, request), read_only=True
        )

    def hits(self, query: str, **asked: Any) -> list[Hit]:
        """Return all that are found, page by page."""
        found: list[Hit] = []
        after = asked.pop("after", None)
        while True:
            page = self.search(query, after=after, **asked)
            found += page.hits
            after = page.after
            if after is None:
                return found

    def titles(self, query: str, **asked: Any) -> list[str]:
        """Return the titles of all that match the whole of a query, in their order."""
        names = {number: title for title, number in self.ids.items()}
        return [
            names[hit.notebook_id]
            for hit in self.hits(query, **asked)
            if hit.tier not in (Tier.MOST, Tier.SOME)
        ]

    def run(self, work: Any) -> Any:
        """Return what a function of the index and a session returns."""
        return self.database.run_here(lambda session: work(self.index, session), read_only=True)

    def ask(self, query: str = "", allowed: ColumnElement[bool] | None = None) -> Request:
        """Return a request."""
        return Request(tree=parse(query), allowed=true() if allowed is None else allowed)


def user_id(session: Session, name: str) -> int:
    """Return the ID of a user."""
    return session.scalars(select(User.id).where(User.user_name == name)).one()


def days_ago(days: int) -> datetime:
    """Return a time before now."""
    return NOW - timedelta(days=days)


BY_KEY = [sort for sort in Sort if sort is not Sort.RELEVANCE]
