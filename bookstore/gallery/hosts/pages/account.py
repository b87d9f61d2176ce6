"""The page of somebody's account: the password, where they are signed in, tokens of programs."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ....errors import BadRequest, Forbidden
from ...accounts.errors import AccountRefused, NotSignedIn, TooManyAttempts
from ...accounts.tokens import SCOPES
from .base import MemberPageHandler

DAYS = (7, 30, 90, 365)
"""How long the form offers that a token lasts."""


class AccountHandler(MemberPageHandler):
    """``/bookstore/gallery/account``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show it."""
        await self.show()

    async def show(self, **told: Any) -> None:
        """Answer with the page, and with what there is to tell."""
        user_id = self.member.user_id
        self.finish_page(
            "account.html",
            **{
                "sessions": await (await self.members.sessions()).all_of(user_id),
                "tokens": await (await self.members.tokens()).all_of(user_id),
                "this": self.session.key,
                "has_password": await self._has_password(),
                "administrates": await (await self.members.accounts()).is_administrator(user_id),
                "scopes": SCOPES,
                "days": DAYS,
                "typed": {},
                "made": "",
                "done": self.query_fields().get("done", ""),
                "wrong": None,
                "part": "",
                **told,
            },
        )

    async def _has_password(self) -> bool:
        accounts = await self.members.accounts()
        return self.members.server.passwords and await accounts.has_password(self.member.user_id)

    async def refuse(self, part: str, error: Any, **told: Any) -> None:
        """Show the page, with what is wrong with a part of it."""
        if isinstance(error, TooManyAttempts):
            self.set_header("Retry-After", str(error.seconds))
        self.set_status(403 if isinstance(error, NotSignedIn) else error.status)
        await self.show(part=part, wrong=error, **told)


class PasswordHandler(AccountHandler):
    """``/bookstore/gallery/account/password``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Change the password; whoever else is signed in with the old one is not any more."""
        form, accounts = self.form_fields(), await self.members.accounts()
        if not await self._has_password():
            await self.outcome(_no_password())
        try:
            await accounts.change_password(
                self.session, form.get("present", ""), form.get("new", ""), self.where()
            )
        except (AccountRefused, NotSignedIn, TooManyAttempts) as error:
            await self.refuse("password", error)
            return
        self.go("account", done="password")


class SessionsHandler(AccountHandler):
    """``/bookstore/gallery/account/sessions``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """End a session, or all; with this one among them, somebody has to sign in again."""
        key = await self.outcome(_key(self.form_fields().get("session", "")))
        sessions = await self.members.sessions()
        if key is None:
            await self.outcome(sessions.end_all(self.member.user_id))
        else:
            await self.outcome(sessions.end(self.member.user_id, key))
        if key in (None, self.session.key):
            self.members.forget(self)
        self.go("account")


class TokensHandler(AccountHandler):
    """``/bookstore/gallery/account/tokens``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Make a token, and show it this once; or revoke one."""
        form, tokens = self.form_fields(), await self.members.tokens()
        if "revoke" in form:
            key = await self.outcome(_key(form["revoke"]))
            if key is not None:
                await self.outcome(tokens.revoke(self.member.user_id, key))
            self.go("account")
            return
        scopes = [each for each in SCOPES if form.get(f"for-{each}") == "true"]
        days = form.get("days", "")
        try:
            made = await tokens.make(
                self.member.user_id,
                form.get("name", ""),
                scopes,
                int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            )
        except AccountRefused as error:
            await self.refuse("token", error, typed=form)
            return
        await self.show(made=made)


async def _no_password() -> None:
    raise Forbidden("Your account has no password: you sign in elsewhere.")


async def _key(text: str) -> int | None:
    """Return the number of a row, None for all of them."""
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise BadRequest("Which one is meant is not said by a number.")
    return int(text)
