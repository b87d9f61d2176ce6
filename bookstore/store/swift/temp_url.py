"""Addresses that give one object to whoever has them, for a while: Swift's temporary URLs.

Knows: how they are signed.  Must not know: requests.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import unquote, urlencode, urlsplit

KEY_HEADER = "X-Container-Meta-Temp-Url-Key"


def temporary_url(address: str, key: str, *, expires_at: int) -> str:
    """Return *address*, encoded, with the right to read it until *expires_at*, a POSIX time."""
    path = unquote(urlsplit(address).path)
    said = f"GET\n{expires_at}\n{path}".encode()
    signature = hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
    parameters = {
        "temp_url_sig": signature,
        "temp_url_expires": str(expires_at),
    }
    return f"{address}?{urlencode(parameters)}"
