"""What goes wrong with accounts, in words that give nothing away."""

from __future__ import annotations

from ...errors import BookstoreError, Conflict, Forbidden, NotFound


class AccountRefused(BookstoreError):
    """A field of an account is not as it has to be."""

    status = 422

    def __init__(self, field: str, value: str, allowed: str) -> None:
        super().__init__(allowed)
        self.field, self.value = field, value
        """What was sent; never a password."""


class NameTaken(AccountRefused, Conflict):
    """Somebody has the name."""

    status = 409


class NotSignedIn(Forbidden):
    """Name and password do not belong together.  Which of them is wrong is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__("This is not the name and the password of an account.")


class TooManyAttempts(BookstoreError):
    """Somebody tried too often; nothing was looked at."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "That was tried too often.", hint=f"Try again in {_in_words(seconds)}, not sooner."
        )
        self.seconds = seconds


class InvitationRefused(Forbidden):
    """There is no such invitation, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation was used or has expired.", hint="Ask for another one where it is from."
        )


class NoSuchAccount(NotFound):
    """An administrator named somebody who has no account."""


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return "a minute"
    return f"{-(-seconds // 60)} minutes"
