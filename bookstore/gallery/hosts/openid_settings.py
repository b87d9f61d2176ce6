"""The settings of a provider of identity with which members sign in.

Knows: traits.  Must not know: HTTP, the extra that asks the provider.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from traitlets import Bool, List, TraitError, Unicode, validate
from traitlets.config import LoggingConfigurable

from ...settings.traits import SecretUnicode

SECRET = "BOOKSTORE_OPENID_SECRET"  # noqa: S105 - the name of a variable
_HERE = ("localhost", "127.0.0.1", "::1")


class GalleryOpenID(LoggingConfigurable):
    """Configuration of OpenID Connect for ``jupyter bookstore gallery serve``."""

    issuer = Unicode(
        help="""URL of the provider, such as `https://login.example.org/realms/team`; what it can is
        read from `.well-known/openid-configuration` below it. Empty: nobody signs in elsewhere.""",
    ).tag(config=True)

    client_id = Unicode(
        help="""What the provider calls this gallery. The address that it sends people back to is
        `bookstore/gallery/sign-in/openid/callback` below GalleryServer.public_url.""",
    ).tag(config=True)

    client_secret = SecretUnicode(SECRET, help="Secret that the provider gave this gallery.").tag(
        config=True
    )

    label = Unicode("your organisation", help="What the button says after *Sign in with*.").tag(
        config=True
    )

    scopes = List(
        Unicode(), default_value=["openid", "profile", "email"], help="What is asked for."
    ).tag(config=True)

    name_claim = Unicode(
        "preferred_username", help="Which of the provider's words a new account is called by."
    ).tag(config=True)

    make_accounts = Bool(
        True,
        help="""Does whoever comes from the provider get an account? Otherwise only those come in
        whose account is known, or linked by e-mail.""",
    ).tag(config=True)

    link_by_email = Bool(
        False,
        help="""Does somebody whose e-mail address the provider has verified get the account here
        that has the address? Say so only of a provider whose word on addresses you trust as your
        own.""",
    ).tag(config=True)

    @validate("issuer")
    def _check_issuer(self, proposal: Any) -> str:
        value = str(proposal["value"]).strip()
        url = urlsplit(value)
        is_safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in _HERE)
        if value and (not is_safe or not url.hostname or url.query or url.fragment):
            raise TraitError(
                f"GalleryOpenID.issuer is {value!r}, and has to be an https URL without a query."
            )
        return value
