"""Who may sign in, and how an account is found: the same for passwords, sessions and tokens.

Knows: the tables.  Must not know: how somebody signs in.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..catalogue.words import is_text
from ..database.models import User
from .errors import NoSuchAccount


def may_sign_in(user: User) -> bool:
    """Whether an account is one: an administrator approves and locks them, as nbgallery's do."""
    is_confirmed = user.confirmed_at is not None or not user.confirmation_token
    return bool(user.approved) and user.locked_at is None and is_confirmed


def account_named(session: Session, name: str) -> User | None:
    """Return the account that somebody means: by its name, however it is written, or e-mail.

    A name that two accounts differ in only by small and capital letters has to be exact.
    """
    if not name or not is_text(name) or len(name) > 255:
        return None
    # SQLite knows only of plain letters which are small.
    is_it = or_(User.user_name == name, func.lower(User.user_name) == name.lower())
    alike = session.scalars(select(User).where(is_it)).all()
    exact = [user for user in alike if user.user_name == name]
    if exact or len(alike) == 1:
        return (exact or alike)[0]
    if not alike and "@" in name:
        by_email = select(User).where(func.lower(User.email) == name.lower()).limit(2)
        found = session.scalars(by_email).all()
        return found[0] if len(found) == 1 else None
    return None


def account_of(session: Session, name: str) -> User:
    """Return the account with this name; raises :class:`~.errors.NoSuchAccount`."""
    user = account_named(session, name)
    if user is None:
        raise NoSuchAccount(f"There is no account {name!r}.")
    return user
