"""The settings of a server that serves the gallery alone.

Knows: traits.  Must not know: HTTP, accounts.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, validate
from traitlets.config import LoggingConfigurable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class GalleryServer(LoggingConfigurable):
    """Configuration of ``jupyter bookstore gallery serve``, beside GallerySettings.

    Where notebooks are is said by BookstoreSettings, as on a Jupyter server.
    """

    address = Unicode(
        "127.0.0.1",
        help="""Address to listen at; the default is for this machine alone, or for a proxy on
        it.""",
    ).tag(config=True)

    port = Int(8890, min=0, max=65535, help="Port to listen at; 0 takes a free one.").tag(
        config=True
    )

    public_url = Unicode(
        help="""URL at which people reach the gallery, such as `https://gallery.example.org/`. It
        decides whether cookies are sent over https alone, and requests that name another host are
        refused. Default: `http://localhost` with the port, which this machine alone can use.""",
    ).tag(config=True)

    certificate_file = Unicode(
        help="""File with the certificate, and those that signed it, to speak https without a
        proxy.""",
    ).tag(config=True)

    key_file = Unicode(help="File with the key of the certificate.").tag(config=True)

    trusted_proxies = List(
        Unicode(),
        help="""Addresses or networks of proxies in front of the gallery: what they say in
        `X-Forwarded-For` about who asks is believed. That is what attempts to sign in are counted
        by.""",
    ).tag(config=True)

    stop_within_s = Float(
        10.0, min=0, help="Seconds that a stopping server gives to what is under way."
    ).tag(config=True)

    sign_up = Enum(
        ["closed", "invitation", "open"],
        "closed",
        help="""Who may make an account: nobody but the administrator, `jupyter bookstore gallery
        user add`; those with an invitation, `... user invite`; everybody.""",
    ).tag(config=True)

    passwords = Bool(
        True,
        help="""Do members sign in with passwords of the gallery's own? Off where all of them sign
        in elsewhere: nobody makes an account with a password, either.""",
    ).tag(config=True)

    session_hours = Float(
        12.0, min=0.01, help="Hours after which somebody who did nothing has to sign in again."
    ).tag(config=True)

    session_days = Float(
        30.0, min=0.01, help="Days after which somebody has to sign in again, whatever they did."
    ).tag(config=True)

    renew_passwords = Bool(
        True,
        help="""Keep passwords whose hashes are nbgallery's as argon2, when somebody signs in. Off:
        they stay as they are, for an nbgallery that still runs on the same database.""",
    ).tag(config=True)

    @validate("public_url")
    def _check_public_url(self, proposal: Any) -> str:
        value = str(proposal["value"]).strip()
        url = urlsplit(value)
        if value and (url.scheme not in ("http", "https") or not url.hostname or url.query):
            raise TraitError(
                f"GalleryServer.public_url is {value!r}, and has to be an http or https URL, such "
                "as https://gallery.example.org/."
            )
        return value

    @validate("trusted_proxies")
    def _check_trusted_proxies(self, proposal: Any) -> list[str]:
        for each in proposal["value"]:
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise TraitError(f"GalleryServer.trusted_proxies: {error}.") from None
        return [*proposal["value"]]

    @validate("certificate_file", "key_file")
    def _check_file(self, proposal: Any) -> str:
        value = str(proposal["value"])
        if value and not Path(value).expanduser().is_file():
            raise TraitError(
                f"GalleryServer.{proposal['trait'].name} is {value!r}, which is no file."
            )
        return value

    @property
    def may_sign_up(self) -> str:
        """Who may make an account with a password."""
        return self.sign_up if self.passwords else "closed"

    @property
    def unused(self) -> timedelta:
        """How long somebody who does nothing stays signed in."""
        return timedelta(hours=self.session_hours)

    @property
    def at_most(self) -> timedelta:
        """How long somebody stays signed in."""
        return timedelta(days=self.session_days)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The proxies that are believed."""
        return tuple(ipaddress.ip_network(each) for each in self.trusted_proxies)

    @property
    def base_url(self) -> str:
        """The path below which everything is, with a slash at either end."""
        path = urlsplit(self.public_url).path.strip("/")
        return f"/{path}/" if path else "/"

    def place(self, port: int) -> str:
        """Return where people find the gallery, which listens at *port*, to be told."""
        return self.public_url or f"http://localhost:{port}{self.base_url}"

    @property
    def origin(self) -> str:
        """Where the gallery's own pages are from, as browsers say it; "" where nothing says so."""
        url = urlsplit(self.public_url)
        return f"{url.scheme}://{url.netloc}".lower() if self.public_url else ""

    @property
    def is_https(self) -> bool:
        """Whether people reach the gallery by https."""
        if self.public_url:
            return urlsplit(self.public_url).scheme == "https"
        return bool(self.certificate_file)

    @property
    def hosts(self) -> frozenset[str] | None:
        """The names that requests may give the server, None for any."""
        named = urlsplit(self.public_url).hostname
        return frozenset({"localhost", "127.0.0.1", "[::1]", "::1"} | ({named} if named else set()))
