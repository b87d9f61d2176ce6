"""The predicate: who may do what.  It is written here, once.

Whether it is asked of a notebook that is known, of all in a database, of an index of its own, or of
a revision, differs only in the facts: see :mod:`.facts`.

Knows: facts and standings.  Must not know: where facts come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from .facts import Facts, Known
from .levels import Level
from .standing import Standing

T = TypeVar("T")


class Rule(Protocol):
    """What an extension demands beside what the gallery does."""

    def __call__(self, level: Level, standing: Standing, facts: Facts[T]) -> T:
        """Return whether somebody may, put together from *facts* alone.

        It is asked of a notebook and of each revision.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What an administrator decides."""

    anonymous_may_read: bool = True
    """Whether what is public, or linked to, is for those who did not sign in, too."""
    rules: tuple[Rule, ...] = ()
    """Those of extensions: each has to agree."""


def allowed(policy: Policy, level: Level, standing: Standing, facts: Facts[T]) -> T:
    """Return whether somebody may do so much with a notebook, or with a revision of it."""
    is_nobody = standing.user_id is None
    if is_nobody and (level is not Level.READ or not policy.anonymous_may_read):
        return facts.always(False)
    return facts.all(
        facts.is_there(),
        facts.any(*_grounds(level, standing, facts)),
        *(rule(level, standing, facts) for rule in policy.rules),
    )


def _grounds(level: Level, standing: Standing, facts: Facts[T]) -> list[T]:
    """Return what each would be reason enough."""
    if standing.is_administrator:
        return [facts.always(True)]
    grounds = [facts.is_one_of(standing.linked.get(level, frozenset()))]
    if level is Level.READ:
        grounds.append(facts.is_public())
    if standing.user_id is not None:
        grounds.append(facts.is_owned_by(standing.user_id))
        grounds.append(facts.is_owned_by_group(standing.groups.get(level, frozenset())))
        if level is not Level.ADMINISTER:
            grounds.append(facts.is_shared_with(standing.user_id, level))
    return grounds


def allowed_revisions(
    policy: Policy, standing: Standing, notebook: Known, newest_first: Iterable[Known]
) -> Iterator[bool]:
    """Yield of each revision whether somebody may read it.

    The notebook has to be, and the revision by what it was then.  Who sees only what is public sees
    back to where it was not: what was written in private before stays private.
    """
    is_read, public_since = allowed(policy, Level.READ, standing, notebook), True
    for revision in newest_first:
        agreed = all(rule(Level.READ, standing, revision) for rule in policy.rules)
        public_since = public_since and revision.public and agreed
        as_it_was = replace(revision, public=public_since)
        yield is_read and allowed(policy, Level.READ, standing, as_it_was)
