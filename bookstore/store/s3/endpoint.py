"""Is anything there at an S3 endpoint's address, and can its certificate be trusted?

Imported only in the store's own thread or by who examines a store: botocore is slow to import.

Knows: names, sockets, certificates.  Must not know: S3's operations, settings.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ...errors import StoreRefused, StoreUnavailable
from ..addresses import is_this_machine
from .errors import CA_HINT
from .options import S3Options
from .session import open_session, trusted_authorities

URL_HINT = "Correct BookstoreSettings.s3_endpoint_url, or see that the store runs."
_PORTS = {"http": 80, "https": 443}


class Endpoint(NamedTuple):
    """What answers at an endpoint's address."""

    url: str
    is_encrypted: bool
    is_here: bool
    """Is it this machine?"""
    expires_at: datetime | None = None
    """When its certificate does; None where it has none or is behind a proxy."""
    is_behind_proxy: bool = False


async def examine(url: str, options: S3Options) -> Endpoint:
    """Connect to *url* as the client would, and say in words what is wrong.

    Raises :class:`~bookstore.errors.StoreUnavailable` when nothing answers, and
    :class:`~bookstore.errors.StoreRefused` when it is not what the URL says.
    """
    parts = urlsplit(url)
    host, is_encrypted = parts.hostname or "", parts.scheme == "https"
    found = Endpoint(url, is_encrypted, is_this_machine(host))
    if getproxies().get(parts.scheme) and not proxy_bypass(host):
        return found._replace(is_behind_proxy=True)
    context = _context(options) if is_encrypted else None
    port = parts.port or _PORTS[parts.scheme]
    certificate = await _certificate(host, port, context, options.connect_timeout_s)
    return found._replace(expires_at=_expires_at(certificate))


async def _certificate(
    host: str, port: int, context: ssl.SSLContext | None, timeout_s: float
) -> Mapping[str, Any]:
    where = f"{host}:{port}"
    try:
        opening = asyncio.open_connection(host, port, ssl=context)
        reader, writer = await asyncio.wait_for(opening, timeout_s)
        try:
            if context is None:
                await asyncio.wait_for(_must_speak_http(reader, writer, where), timeout_s)
            certificate: Mapping[str, Any] = writer.get_extra_info("peercert") or {}
        finally:
            writer.transport.abort()
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message.rstrip(".")
        raise StoreRefused(
            f"The certificate of {host} is not trusted: {reason}.", hint=CA_HINT
        ) from error
    except (ssl.SSLError, ConnectionResetError) as error:
        raise _misread(where, is_encrypted=context is not None) from error
    except socket.gaierror as error:
        raise StoreUnavailable(f"There is no host {host}.", hint=URL_HINT) from error
    except asyncio.TimeoutError as error:
        raise StoreUnavailable(
            f"{where} did not answer within {timeout_s:g} seconds.", hint=URL_HINT
        ) from error
    except OSError as error:
        raise StoreUnavailable(f"Nothing listens at {where}.", hint=URL_HINT) from error
    return certificate


async def _must_speak_http(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: str
) -> None:
    """Raise unless a request that means nothing gets an answer in HTTP, whatever it says."""
    writer.write(f"HEAD / HTTP/1.1\r\nHost: {where}\r\nConnection: close\r\n\r\n".encode())
    if not (await reader.read(5)).startswith(b"HTTP"):
        raise _misread(where, is_encrypted=False)


def _misread(where: str, *, is_encrypted: bool) -> StoreRefused:
    spoken, begin = ("TLS", "http://") if is_encrypted else ("plain HTTP", "https://")
    return StoreRefused(
        f"What answers at {where} does not speak {spoken}.",
        hint=f"Begin BookstoreSettings.s3_endpoint_url with {begin}, or correct its port.",
    )


def _context(options: S3Options) -> ssl.SSLContext:
    context = trusted_authorities(open_session(options), options)
    # Newer Pythons ask more of a certificate than the client does.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context


def _expires_at(certificate: Mapping[str, Any]) -> datetime | None:
    if not (ends := certificate.get("notAfter")):
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), timezone.utc)
