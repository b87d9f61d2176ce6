"""Where a page is from, as browsers say it: scheme, host and port.

Knows: texts.  Must not know: HTTP.
"""

from __future__ import annotations

from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def origin_in(text: str) -> str | None:
    """Return the origin that *text* is, as browsers write it; None where it is none.

    What has a path, a name in it or a ``*`` is none: an origin is one place, or it is not.
    """
    try:
        url = urlsplit(text.strip())
        host, port = url.hostname, url.port
    except ValueError:
        return None
    is_more = url.path not in ("", "/") or url.query or url.fragment or "@" in url.netloc
    if url.scheme not in _PORTS or not host or is_more or not _is_host(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + ("" if port in (None, _PORTS[url.scheme]) else f":{port}")


def _is_host(host: str) -> bool:
    return host.isascii() and all(letter.isalnum() or letter in ".-_:" for letter in host)
