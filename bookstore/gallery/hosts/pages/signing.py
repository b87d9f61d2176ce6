"""Sign in, make an account, sign out."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from ....errors import BookstoreError, Forbidden
from ...accounts.errors import AccountRefused, InvitationRefused, NotSignedIn, TooManyAttempts
from .base import MemberPageHandler


class SignInHandler(MemberPageHandler):
    """``/bookstore/gallery/sign-in``."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form."""
        after = self.query_fields().get("next", "")
        if self.current_user is not None:
            self.redirect(self.back_to(after))
            return
        self._show(after)

    @allow_unauthenticated
    async def post(self) -> None:
        """Sign in, and go to where somebody wanted to; or say that it is wrong, and not what."""
        await self.outcome(self._may())
        form = self.form_fields()
        name, after = form.get("name", ""), form.get("next", "")
        accounts = await self.members.accounts()
        try:
            token = await accounts.sign_in(name, form.get("password", ""), self.where())
        except (NotSignedIn, TooManyAttempts) as error:
            if isinstance(error, TooManyAttempts):
                self.set_header("Retry-After", str(error.seconds))
            self.set_status(error.status)
            self._show(after, name, error)
            return
        if self.signed_in is not None:  # as whoever it was before
            sessions = await self.members.sessions()
            await self.outcome(sessions.end(self.signed_in.user_id, self.signed_in.key))
        self.members.remember(self, token)
        self.redirect(self.back_to(after), status=303)

    async def _may(self) -> None:
        if not self.members.server.passwords:
            raise Forbidden("Nobody signs in to this gallery with a password.")

    def _show(self, after: str, name: str = "", wrong: BookstoreError | None = None) -> None:
        self.finish_page(
            "sign-in.html",
            after=after,
            name=name[:255],
            wrong=wrong,
            may_sign_up=self.members.server.may_sign_up == "open",
            passwords=self.members.server.passwords,
            elsewhere=self.members.elsewhere,
        )


class SignUpHandler(MemberPageHandler):
    """``/bookstore/gallery/sign-up``."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form."""
        await self.outcome(self._may())
        self._show("", self.query_fields().get("invitation", ""))

    @allow_unauthenticated
    async def post(self) -> None:
        """Make an account, signed in; or say what is wrong."""
        await self.outcome(self._may())
        form = self.form_fields()
        name, invitation = form.get("name", ""), form.get("invitation", "")
        accounts = await self.members.accounts()
        needed = invitation if self.members.server.may_sign_up == "invitation" else None
        try:
            token = await accounts.sign_up(
                name, form.get("password", ""), self.where(), invitation=needed
            )
        except (AccountRefused, InvitationRefused, TooManyAttempts) as error:
            if isinstance(error, TooManyAttempts):
                self.set_header("Retry-After", str(error.seconds))
            self.set_status(error.status)
            self._show(name, invitation, error)
            return
        self.members.remember(self, token)
        self.go()

    async def _may(self) -> None:
        if self.members.server.may_sign_up == "closed":
            raise Forbidden(
                "Accounts of this gallery are made by its administrator.",
                hint="Ask the administrator for one.",
            )

    def _show(self, name: str, invitation: str, wrong: BookstoreError | None = None) -> None:
        self.finish_page(
            "sign-up.html",
            name=name[:255],
            invitation=invitation,
            by_invitation=self.members.server.may_sign_up == "invitation",
            wrong=wrong,
            field=getattr(wrong, "field", ""),
        )


class SignOutHandler(MemberPageHandler):
    """``/bookstore/gallery/sign-out``."""

    @allow_unauthenticated
    async def post(self) -> None:
        """End the session, here and in the database."""
        if self.signed_in is not None:
            sessions = await self.members.sessions()
            await self.outcome(sessions.end(self.member.user_id, self.session.key))
        self.members.forget(self)
        self.go()
