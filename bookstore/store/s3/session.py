"""The AWS configuration and sign-in that a client is opened with; what fails there is told as that.

Imported only in the store's own thread, or by who examines a store: aiobotocore is slow to import.

Knows: aiobotocore's sessions, their credential providers.  Must not know: clients, requests.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiobotocore.session import AioSession  # type: ignore[import-untyped]
from botocore.credentials import ReadOnlyCredentials  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ProfileNotFound  # type: ignore[import-untyped]
from botocore.httpsession import get_cert_path  # type: ignore[import-untyped]

from ...errors import StoreRefused
from .errors import CA_HINT
from .options import S3Options
from .sign_in import SignInFailed

DEFAULT_REGION = "us-east-1"


class S3Session(AioSession):  # type: ignore[misc]
    """A session whose credentials raise :class:`SignInFailed`, whatever their source raises."""

    _found: _Credentials | None = None

    async def get_credentials(self) -> Any:
        """Return the credentials of the first provider in AWS's chain that has some, or None."""
        if self._found is None:
            with _signing_in(""):
                providers = self.get_component("credential_provider").providers
            for provider in providers:
                with _signing_in(provider.METHOD):
                    if found := await provider.load():
                        self._found = _Credentials(found)
                        break
        return self._found


class _Credentials:
    """Credentials, which may be fetched, and fetched anew, whenever they are used."""

    def __init__(self, found: Any) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found, name)

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        with _signing_in(self._found.method):
            return await self._found.get_frozen_credentials()


@contextmanager
def _signing_in(method: str) -> Iterator[None]:
    try:
        yield
    # A provider reads files, runs programs and asks services: it may raise anything.
    except Exception as error:
        raise SignInFailed(method) from error


def open_session(options: S3Options) -> S3Session:
    """Return a session for *options*.

    Raises :class:`~bookstore.errors.StoreRefused` where the AWS configuration cannot be used.
    """
    session = S3Session(profile=options.profile)
    try:
        session.get_scoped_config()
    except ProfileNotFound as error:
        raise StoreRefused(
            f"The AWS configuration has no profile {session.profile!r}.",
            hint=f"Correct {_namer_of_profile(options)}, or add the profile.",
        ) from error
    except (BotoCoreError, OSError, ValueError) as error:  # a UnicodeError is a ValueError
        raise StoreRefused(
            f"The AWS configuration cannot be read ({type(error).__name__}).",
            hint="Correct the files ~/.aws/config and ~/.aws/credentials, or those that "
            "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name.",
        ) from error
    return session


def region_of(session: S3Session, options: S3Options) -> tuple[str, str]:
    """Return the region, and what to correct where it is wrong."""
    if options.region_name:
        return options.region_name, "BookstoreSettings.s3_region_name"
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if region := os.environ.get(variable):
            return region, variable
    region = session.get_scoped_config().get("region")
    return region or DEFAULT_REGION, "region in the profile of the AWS configuration"


def trusted_authorities(session: S3Session, options: S3Options) -> ssl.SSLContext:
    """Return a context that trusts whom the client trusts.

    Raises :class:`~bookstore.errors.StoreRefused` where their file cannot be read.
    """
    configured = session.get_config_variable("ca_bundle")
    named = {
        "BookstoreSettings.s3_ca_bundle": options.ca_bundle,
        "AWS_CA_BUNDLE": os.environ.get("AWS_CA_BUNDLE"),
        "ca_bundle in the profile of the AWS configuration": configured,
        "REQUESTS_CA_BUNDLE": os.environ.get("REQUESTS_CA_BUNDLE"),
    }
    name, file = next(((name, file) for name, file in named.items() if file), ("", None))
    try:
        return ssl.create_default_context(cafile=file or get_cert_path(True))
    except OSError as error:  # ssl.SSLError is one
        raise StoreRefused(
            "The file of certificate authorities cannot be read.",
            hint=f"Correct {name}." if name else CA_HINT,
        ) from error


def _namer_of_profile(options: S3Options) -> str:
    if options.profile:
        return "BookstoreSettings.s3_profile"
    return "AWS_PROFILE" if "AWS_PROFILE" in os.environ else "AWS_DEFAULT_PROFILE"
