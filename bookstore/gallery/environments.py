"""The Jupyter servers of somebody, which open notebooks of the gallery.

Knows: the tables.  Must not know: HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ..errors import NotFound
from .catalogue import PublicationRefused
from .catalogue.finding import signed_in
from .catalogue.words import is_id, is_text, readable
from .database.models import Environment
from .database.sessions import Database
from .extensions import Problem
from .permissions import Actor, standing_of

INTERFACES = ("lab", "notebook", "classic")
MOST_ENVIRONMENTS = 50
MOST_URL = 255
_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A Jupyter server as somebody tells of it; what is None stays as it is."""

    name: str | None = None
    url: str | None = None
    user_interface: str | None = None
    """One of :data:`INTERFACES`."""
    is_default: bool | None = None
    """Whether notebooks are opened there without asking where."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A Jupyter server of somebody's."""

    number: int
    name: str
    url: str
    user_interface: str
    is_default: bool


async def environments(database: Database, actor: Actor) -> Sequence[Known]:
    """Return somebody's Jupyter servers, by their names."""

    def look(session: Session) -> list[Known]:
        mine = Environment.user_id == signed_in(standing_of(session, actor))
        rows = session.scalars(select(Environment).where(mine).order_by(Environment.name))
        return [_known(row) for row in rows]

    return await database.run(look, read_only=True)


async def register(database: Database, actor: Actor, told: Told) -> Known:
    """Write down a Jupyter server, or where one of that name or URL is now.

    What was said of its user interface stays: the server says it anew with every start.
    Raises :class:`~.catalogue.PublicationRefused`.
    """

    def work(session: Session) -> Known:
        user_id = signed_in(standing_of(session, actor))
        _refuse([*_problems(told)])
        mine = select(Environment).where(Environment.user_id == user_id)
        same = mine.where(or_(Environment.name == told.name, Environment.url == told.url))
        rows = session.scalars(same.order_by(Environment.id).with_for_update()).all()
        if rows:
            row = rows[0]
            for other in rows[1:]:  # the one of the name, and another one of the URL
                session.delete(other)
        else:
            row = Environment(user_id=user_id, user_interface=told.user_interface or INTERFACES[0])
            session.add(row)
        row.name, row.url = told.name, told.url
        session.flush()
        if len(session.scalars(mine).all()) > MOST_ENVIRONMENTS:
            most = f"At most {MOST_ENVIRONMENTS} are kept of one user: delete one."
            raise PublicationRefused([Problem("name", told.name or "", most)])
        return _known(row)

    return await database.run(work)


async def change(database: Database, actor: Actor, number: int, told: Told) -> Known:
    """Change what is said of a Jupyter server; raises :class:`~bookstore.errors.NotFound`."""

    def work(session: Session) -> Known:
        user_id = signed_in(standing_of(session, actor))
        row = _mine(session, user_id, number)
        given = Told(
            name=told.name or row.name,
            url=told.url or row.url,
            user_interface=told.user_interface or row.user_interface,
        )
        problems = [*_problems(given)]
        others = select(Environment).where(Environment.user_id == user_id, Environment.id != row.id)
        for field, value in (("name", given.name), ("url", given.url)):
            if session.scalars(others.where(getattr(Environment, field) == value)).first():
                problems.append(Problem(field, value or "", "Another one of yours has it."))
        _refuse(problems)
        row.name, row.url, row.user_interface = given.name, given.url, given.user_interface
        if told.is_default is not None:
            if told.is_default:
                theirs = update(Environment).where(Environment.user_id == user_id)
                session.execute(theirs.values(default=False))
            row.default = told.is_default
        session.flush()
        return _known(row)

    return await database.run(work)


async def remove(database: Database, actor: Actor, number: int) -> None:
    """Forget a Jupyter server; raises :class:`~bookstore.errors.NotFound`."""

    def work(session: Session) -> None:
        user_id = signed_in(standing_of(session, actor))
        session.delete(_mine(session, user_id, number))

    await database.run(work)


def _mine(session: Session, user_id: int, number: int) -> Environment:
    mine = select(Environment).where(Environment.id == number, Environment.user_id == user_id)
    row = session.scalars(mine.with_for_update()).first() if is_id(number) else None
    if row is None:
        raise NotFound(f"There is no environment {number} of yours.")
    return row


def _known(row: Environment) -> Known:
    return Known(
        number=row.id,
        name=row.name or "",
        url=row.url or "",
        user_interface=row.user_interface or INTERFACES[0],
        is_default=bool(row.default),
    )


def _problems(told: Told) -> Iterator[Problem]:
    name, url = told.name or "", told.url or ""
    if not _NAME.fullmatch(name):
        yield Problem("name", readable(name), "Letters a to z, digits and hyphens, at most 100.")
    if not _is_address(url):
        allowed = f"The address of a Jupyter server, http or https, at most {MOST_URL} letters."
        yield Problem("url", readable(url), allowed)
    if told.user_interface is not None and told.user_interface not in INTERFACES:
        allowed = f"One of: {', '.join(INTERFACES)}."
        yield Problem("user_interface", readable(told.user_interface), allowed)


def _is_address(url: str) -> bool:
    try:
        parsed = urlsplit(url)
    except ValueError:
        return False
    is_whole = parsed.scheme in ("http", "https") and bool(parsed.hostname)
    return is_whole and len(url) <= MOST_URL and is_text(url) and not re.search(r"\s", url)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise PublicationRefused(problems)
