"""Who may do what with a notebook: one predicate, asked of values, in SQL, and of each revision."""

from .facts import Facts, Known
from .filters import allowed_when_deleted, clause, known_of, may, revision_clause
from .levels import Level
from .lookup import standing_of
from .rule import Policy, Rule, allowed_revisions
from .standing import Actor, Standing

__all__ = [
    "Actor",
    "Facts",
    "Known",
    "Level",
    "Policy",
    "Rule",
    "Standing",
    "allowed_revisions",
    "allowed_when_deleted",
    "clause",
    "known_of",
    "may",
    "revision_clause",
    "standing_of",
]
