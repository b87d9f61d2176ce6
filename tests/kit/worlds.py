"""Random worlds of users, groups, notebooks and shares, in which everything may be."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TypeVar

from sqlalchemy.orm import Session

from bookstore.gallery.database.models import (
    Deletion,
    Group,
    GroupsUser,
    Notebook,
    NotebookAttribute,
    Revision,
    RevisionAttribute,
    ShareLink,
    User,
    UserAttribute,
    ViewShare,
    now,
    shares,
)
from bookstore.gallery.permissions import Actor, Facts, Level, Policy, Standing
from bookstore.gallery.permissions.standing import digest_of

T = TypeVar("T")
MARKINGS = ("blue", "red")
FLAGS = (True, False, None)


def cleared(level: Level, standing: Standing, facts: Facts[T]) -> T:
    """A rule: what is marked is for those who are cleared for it, and its owner edits it."""
    mine = facts.always(False)
    if standing.user_id is not None:
        mine = facts.any(
            facts.is_owned_by(standing.user_id), facts.is_shared_with(standing.user_id, level)
        )
    clearance = standing.attributes.get("clearance", frozenset())
    return facts.any(
        facts.lacks("marking"),
        facts.has("marking", clearance),
        facts.all(mine, facts.has("marking", ["blue"])),
    )


POLICIES = (
    Policy(),
    Policy(anonymous_may_read=False),
    Policy(rules=(cleared,)),
    Policy(anonymous_may_read=False, rules=(cleared,)),
)


def populate(session: Session, random: Random, notebooks: int = 25) -> list[Actor]:
    """Make a world, and return those who may ask in it."""
    users = [
        User(user_name=f"user {n}", admin=random.choice(FLAGS), approved=n > 0) for n in range(6)
    ]
    groups = [Group(gid=f"group {n}", name=f"Group {n}") for n in range(3)]
    session.add_all([*users, *groups])
    session.flush()
    for group in groups:
        for user in random.sample(users, 3):
            roles = {name: random.choice(FLAGS) for name in ("creator", "owner", "editor")}
            session.add(GroupsUser(user_id=user.id, group_id=group.id, **roles))
    for user in users:
        for marking in random.sample(MARKINGS, random.randint(0, 2)):
            session.add(UserAttribute(user_id=user.id, name="clearance", value=marking))
    digests = [
        digest
        for number in range(notebooks)
        for digest in _notebook(session, random, number, users, groups)
    ]
    return [
        Actor(user_id=user_id, as_administrator=administrates, links=links)
        for user_id in (None, 10**6, *(user.id for user in users))
        for administrates in (False, True)
        for links in ((), tuple(random.sample(digests, min(4, len(digests)))))
    ]


def _notebook(
    session: Session, random: Random, number: int, users: list[User], groups: list[Group]
) -> list[str]:
    owner = random.choice([*users, *groups, None])
    notebook = Notebook(
        uuid=f"notebook {number}",
        title=f"Title {number}",
        description="",
        public=random.random() < 0.4,
        owner_type=None if owner is None else type(owner).__name__,
        owner_id=None if owner is None else owner.id,
    )
    session.add(notebook)
    session.flush()
    if random.random() < 0.15:
        session.add(Deletion(notebook_id=notebook.id, was_public=False))
    if random.random() < 0.4:
        marking = NotebookAttribute(
            notebook_id=notebook.id, name="marking", value=random.choice(MARKINGS)
        )
        session.add(marking)
    for user in random.sample(users, random.randint(0, 2)):
        session.execute(shares.insert().values(notebook_id=notebook.id, user_id=user.id))
    for user in random.sample(users, random.randint(0, 2)):
        session.add(ViewShare(notebook_id=notebook.id, user_id=user.id))
    for _ in range(random.randint(0, 4)):
        revision = Revision(notebook_id=notebook.id, public=random.choice((True, *FLAGS)))
        session.add(revision)
        session.flush()
        if random.random() < 0.3:
            session.add(
                RevisionAttribute(
                    revision_id=revision.id, name="marking", value=random.choice(MARKINGS)
                )
            )
    return [_link(session, random, notebook, users) for _ in range(random.randint(0, 1))]


def _link(session: Session, random: Random, notebook: Notebook, users: list[User]) -> str:
    digest = digest_of(f"token {random.random()}")
    owner = (notebook.owner_type, notebook.owner_id)
    owners = [user for user in users if owner == ("User", user.id)]
    link = ShareLink(
        notebook_id=notebook.id,
        user_id=random.choice([*users, *4 * owners]).id,
        sha256=digest,
        may_edit=random.random() < 0.5,
        expires_at=now() + timedelta(days=random.choice((-1, 1, 1))),
        revoked_at=random.choice((None, None, now())),
    )
    session.add(link)
    return digest
