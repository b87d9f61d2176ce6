"""The routes of the pages of members; they come before the gallery's own."""

from __future__ import annotations

from ....http.routes import Route
from .account import AccountHandler, PasswordHandler, SessionsHandler, TokensHandler
from .administration import (
    AccountsHandler,
    AdministrationHandler,
    GroupsHandler,
    InvitationsHandler,
)
from .signing import SignInHandler, SignOutHandler, SignUpHandler

SIGN_IN = "bookstore/gallery/sign-in"
ROUTES = (
    Route("/bookstore/gallery/sign-in", SignInHandler),
    Route("/bookstore/gallery/sign-up", SignUpHandler),
    Route("/bookstore/gallery/sign-out", SignOutHandler),
    Route("/bookstore/gallery/account", AccountHandler),
    Route("/bookstore/gallery/account/password", PasswordHandler),
    Route("/bookstore/gallery/account/sessions", SessionsHandler),
    Route("/bookstore/gallery/account/tokens", TokensHandler),
    Route("/bookstore/gallery/administration", AdministrationHandler),
    Route("/bookstore/gallery/administration/accounts", AccountsHandler),
    Route("/bookstore/gallery/administration/invitations", InvitationsHandler),
    Route("/bookstore/gallery/administration/groups", GroupsHandler),
)
