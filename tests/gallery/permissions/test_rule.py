"""Who may do what, said in sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookstore.gallery.permissions import Known, Level, Policy, Standing, allowed_revisions, may

READ, EDIT, ADMINISTER = Level
NOBODY, SOMEBODY = Standing(), Standing(user_id=1)
PRIVATE = Known(notebook_id=7, public=False, owner_type="User", owner_id=2)
PUBLIC = replace(PRIVATE, public=True)
OF_A_GROUP = replace(PRIVATE, owner_type="Group", owner_id=1)


def levels(standing: Standing, known: Known, policy: Policy | None = None) -> int:
    """How much somebody may do: a number of levels, each of which includes those before."""
    answers = [may(policy or Policy(), standing, known, level) for level in Level]
    assert answers == sorted(answers, reverse=True)
    return sum(answers)


def test_what_is_public_is_read_by_everybody() -> None:
    assert levels(SOMEBODY, PUBLIC) == levels(NOBODY, PUBLIC) == READ


def test_what_is_private_is_seen_by_nobody_else() -> None:
    assert levels(SOMEBODY, PRIVATE) == levels(NOBODY, PRIVATE) == 0


def test_who_did_not_sign_in_reads_nothing_where_that_is_switched_off() -> None:
    closed = Policy(anonymous_may_read=False)
    linked = Standing(linked={READ: frozenset({7})})
    assert levels(NOBODY, PUBLIC, closed) == levels(linked, PUBLIC, closed) == 0
    assert levels(SOMEBODY, PUBLIC, closed) == READ


def test_an_owner_may_do_everything() -> None:
    assert levels(Standing(user_id=2), PRIVATE) == ADMINISTER


def test_a_group_is_not_mistaken_for_the_user_with_its_number() -> None:
    assert levels(SOMEBODY, OF_A_GROUP) == 0
    grouped = Standing(user_id=1, groups={level: frozenset({2}) for level in Level})
    assert levels(grouped, PRIVATE) == 0


@pytest.mark.parametrize("level", Level)
def test_a_role_in_the_owning_group_counts(level: Level) -> None:
    groups = {each: frozenset({1} if each <= level else ()) for each in Level}
    assert levels(Standing(user_id=9, groups=groups), OF_A_GROUP) == level


def test_shares_let_read_or_edit_and_never_administer() -> None:
    assert levels(SOMEBODY, replace(PRIVATE, viewers=frozenset({1}))) == READ
    assert levels(SOMEBODY, replace(PRIVATE, editors=frozenset({1}))) == EDIT


def test_a_link_is_for_whoever_holds_it() -> None:
    linked = {READ: frozenset({7})}
    assert levels(Standing(linked=linked), PRIVATE) == READ
    assert levels(Standing(linked={READ: frozenset({8})}), PRIVATE) == 0
    assert levels(Standing(user_id=1, linked={**linked, EDIT: frozenset({7})}), PRIVATE) == EDIT


def test_an_administrator_may_do_everything_when_acting_as_one() -> None:
    assert levels(Standing(user_id=1, is_administrator=True), PRIVATE) == ADMINISTER


def test_what_is_deleted_is_there_for_nobody() -> None:
    gone = replace(PUBLIC, deleted=True)
    assert levels(Standing(user_id=2, is_administrator=True), gone) == 0


def test_who_reads_what_is_public_reads_back_to_where_it_was_not() -> None:
    history = [PUBLIC, PUBLIC, PRIVATE, PUBLIC]
    assert [*allowed_revisions(Policy(), SOMEBODY, PUBLIC, history)] == [True, True, False, False]
    assert all(allowed_revisions(Policy(), Standing(user_id=2), PUBLIC, history))
    assert not any(allowed_revisions(Policy(), SOMEBODY, PRIVATE, history))
