"""Asks a provider of identity who somebody is, and believes what it has signed for us.

The requests are made on threads: signing in is seldom, and its library waits for answers.

Knows: OpenID Connect.  Must not know: accounts, pages.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ....errors import BookstoreError, Forbidden
from ...accounts.identities import Person
from ..openid_settings import GalleryOpenID

P = ParamSpec("P")
T = TypeVar("T")

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures of a key that only the provider has."""
_PATIENCE_S = 10
_THREADS = 4
_REMEMBERED_S = 3600.0
_ASKED_AGAIN_S = 60.0
"""How soon the keys are asked for again, when one is not among them."""
_LEEWAY_S = 60
"""How much clocks may differ."""


class ProviderUnavailable(BookstoreError):
    """The provider did not answer, or not as providers do."""

    status = 502
    hint = "Try again later; the log of this server says more."

    def __init__(self) -> None:
        super().__init__("Where you sign in did not answer.")


class NotBelieved(Forbidden):
    """What came back is not what the provider has signed for this sign-in."""

    hint = "Begin to sign in again."

    def __init__(self) -> None:
        super().__init__("What came back from where you sign in cannot be believed.")


@dataclass(frozen=True)
class Attempt:
    """One browser's sign-in: everything that has to come back follows from what its cookie holds.

    So nothing has to be kept here, and what comes back belongs to one browser and one attempt.
    """

    secret: str

    @property
    def state(self) -> str:
        """What the provider sends back with the browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What it signs."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What shows the provider that who asks for the token is who began."""
        return self._derived("verifier")

    def began(self, state: str) -> bool:
        """Whether this is what came back of it."""
        return hmac.compare_digest(self.state.encode(), state.encode("utf-8", "replace"))

    def _derived(self, what: str) -> str:
        digest = hmac.digest(self.secret.encode(), what.encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


class Provider:
    """A provider of identity."""

    def __init__(self, settings: GalleryOpenID, redirect_uri: str) -> None:
        self.settings = settings
        self._redirect_uri = redirect_uri
        self._told: Mapping[str, Any] = {}
        self._told_at = self._keys_at = float("-inf")
        self._keys: KeySet | None = None
        # Whoever keeps the provider from answering keeps nothing else waiting.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="bookstore-openid")

    async def url_to_sign_in(self, attempt: Attempt) -> str:
        """Return where to send a browser; raises :class:`ProviderUnavailable`."""
        return await self._on_thread(self._url, attempt)

    async def person(self, attempt: Attempt, code: str) -> Person:
        """Return who has signed in.

        Raises :class:`NotBelieved` and :class:`ProviderUnavailable`.
        """
        return await self._on_thread(self._person, attempt, code)

    async def _on_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))

    # -- on a thread ---------------------------------------------------------------------------

    def _url(self, attempt: Attempt) -> str:
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._facts(session)["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    def _person(self, attempt: Attempt, code: str) -> Person:
        with self._session() as session:
            told = self._token(session, attempt, code)
            claims = self._claims(session, attempt, told)
        email = claims.get("email")
        is_verified = claims.get("email_verified") is True and isinstance(email, str)
        name = claims.get(self.settings.name_claim) or claims.get("name") or ""
        return Person(
            provider=self.settings.issuer,
            uid=str(claims["sub"]),
            name=str(name),
            email=str(email) if is_verified else None,
        )

    def _token(self, session: OAuth2Session, attempt: Attempt, code: str) -> Mapping[str, Any]:
        endpoint = self._facts(session)["token_endpoint"]
        try:
            told: Mapping[str, Any] = session.fetch_token(
                endpoint,
                code=code,
                code_verifier=attempt.verifier,
                grant_type="authorization_code",
            )
        except AuthlibBaseError as error:  # it refused the code
            self._log("refused a code: %s", error.error)
            raise NotBelieved from error
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error
        return told

    def _claims(
        self, session: OAuth2Session, attempt: Attempt, told: Mapping[str, Any]
    ) -> CodeIDToken:
        """Return what the provider has signed: for us, for this sign-in, and just now."""
        try:
            signed = self._signed(session, str(told.get("id_token", "")))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": attempt.nonce,
                    "client_id": self.settings.client_id,
                    "access_token": told.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as error:
            self._log("signed nothing to believe: %s", type(error).__name__)
            raise NotBelieved from error
        return claims

    def _signed(self, session: OAuth2Session, text: str) -> jwt.Token:
        try:
            return jwt.decode(text, self._key_set(session, _REMEMBERED_S), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have a new key.
            return jwt.decode(text, self._key_set(session, _ASKED_AGAIN_S), algorithms=ALGORITHMS)

    # -- what the provider says of itself --------------------------------------------------------

    def _session(self) -> OAuth2Session:
        secret = self.settings.client_secret
        return OAuth2Session(
            client_id=self.settings.client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=" ".join(self.settings.scopes),
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            default_timeout=_PATIENCE_S,
        )

    def _facts(self, session: OAuth2Session) -> Mapping[str, Any]:
        if time.monotonic() - self._told_at > _REMEMBERED_S:
            issuer = self.settings.issuer
            url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            told = self._read(session, url)
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if told.get("issuer") != issuer or not all(
                isinstance(told.get(n), str) for n in needed
            ):
                raise self._unavailable(f"it says of itself what is not of {issuer}")
            self._told, self._told_at = told, time.monotonic()
        return self._told

    def _key_set(self, session: OAuth2Session, most_s: float) -> KeySet:
        if self._keys is None or time.monotonic() - self._keys_at > most_s:
            told = self._read(session, self._facts(session)["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(told)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise self._unavailable(error) from error
            self._keys_at = time.monotonic()
        return self._keys

    def _read(self, session: OAuth2Session, url: str) -> Any:
        try:
            answer = session.get(url, withhold_token=True)
            answer.raise_for_status()
            told = answer.json()
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error
        if not isinstance(told, dict):
            raise self._unavailable(f"{url} is no object")
        return told

    def _unavailable(self, why: object) -> ProviderUnavailable:
        self._log("did not answer: %s", why)
        return ProviderUnavailable()

    def _log(self, message: str, *args: object) -> None:
        self.settings.log.warning(f"The provider of identity {message}", *args)
