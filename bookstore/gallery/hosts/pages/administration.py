"""The page of administrators: accounts, invitations and groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import authorized
from tornado import web

from ....errors import BadRequest, BookstoreError, Forbidden
from ...accounts.accounts import Accounts
from ...accounts.groups import ROLES, Groups
from .base import MemberPageHandler

MOST_SHOWN = 100
"""Accounts on the page; more are searched for."""
DAYS = (1, 3, 7, 30)
"""How long the form offers that an invitation lasts."""
_ACCOUNTS: Mapping[str, Callable[[Accounts, str], Awaitable[None]]] = {
    "disable": Accounts.disable,
    "enable": Accounts.enable,
    "promote": lambda accounts, name: accounts.set_administrator(name, is_one=True),
    "demote": lambda accounts, name: accounts.set_administrator(name, is_one=False),
}


class AdministrationHandler(MemberPageHandler):
    """``/bookstore/gallery/administration``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show who has an account, and the groups."""
        await self.outcome(self.check())
        await self.show()

    async def check(self) -> None:
        """Raise Forbidden where somebody is no administrator."""
        if not await (await self.members.accounts()).is_administrator(self.member.user_id):
            raise Forbidden("This page is for administrators of the gallery.")

    async def groups(self) -> Groups:
        """Return the groups of the gallery."""
        return Groups((await self.gallery()).database)

    async def show(self, part: str = "", wrong: BookstoreError | None = None, **told: Any) -> None:
        """Answer with the page; *wrong* is what is wrong with a *part* of it."""
        if wrong is not None:
            self.set_status(wrong.status)
        asked = self.query_fields().get("q", "")
        accounts = await (await self.members.accounts()).all(asked, limit=MOST_SHOWN + 1)
        self.finish_page(
            "administration.html",
            **{
                "accounts": accounts[:MOST_SHOWN],
                "are_more": len(accounts) > MOST_SHOWN,
                "asked": asked,
                "me": self.member.username,
                "days": DAYS,
                "may_invite": self.members.server.may_sign_up == "invitation",
                "invitation": "",
                "groups": await (await self.groups()).all(),
                "roles": tuple(ROLES),
                "part": part,
                "wrong": wrong,
                "typed": self.form_fields() if wrong else {},
                **told,
            },
        )

    async def done(self, part: str, work: Awaitable[None]) -> None:
        """Show the page again after *work*, or what was wrong with it."""
        try:
            await work
        except BookstoreError as error:
            await self.show(part, error)
        else:
            asked = {name: text for name, text in self.query_fields().items() if name == "q"}
            self.redirect(f"{self.place('administration')}?{urlencode(asked)}#{part}", status=303)


class AccountsHandler(AdministrationHandler):
    """``/bookstore/gallery/administration/accounts``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Let somebody sign in or not, or be an administrator or not."""
        await self.outcome(self.check())
        form = self.form_fields()
        await self.done("accounts", self._change(form.get("name", ""), form.get("do", "")))

    async def _change(self, name: str, what: str) -> None:
        if what not in _ACCOUNTS:
            raise BadRequest(f"do must be one of {', '.join(_ACCOUNTS)}.")
        if name == self.member.username:
            raise Forbidden("Another administrator does that with your account.")
        await _ACCOUNTS[what](await self.members.accounts(), name)


class InvitationsHandler(AdministrationHandler):
    """``/bookstore/gallery/administration/invitations``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Make an invitation, and show its link this once."""
        await self.outcome(self.check())
        days = self.form_fields().get("days", "")
        if days not in map(str, DAYS):
            await self.show("invite", BadRequest(f"days must be one of {DAYS}, not {days!r}."))
            return
        word = await (await self.members.accounts()).invite(timedelta(days=int(days)))
        link = f"{self.origin}{self.place('sign-up')}?{urlencode({'invitation': word})}"
        await self.show("invite", invitation=link)


class GroupsHandler(AdministrationHandler):
    """``/bookstore/gallery/administration/groups``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Make a group, or let somebody be a member of one or no longer."""
        await self.outcome(self.check())
        await self.done("groups", self._change(self.form_fields()))

    async def _change(self, form: Mapping[str, str]) -> None:
        groups = await self.groups()
        gid, member = form.get("group", "").strip(), form.get("member", "").strip()
        if form.get("do") == "make":
            await groups.add(gid, form.get("name", "").strip())
        elif form.get("do") == "put":
            await groups.put(gid, member, form.get("role", ""))
        elif form.get("do") == "remove":
            await groups.remove(gid, member)
        else:
            raise BadRequest("do must be one of make, put, remove.")
