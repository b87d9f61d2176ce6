"""Where an address is, as far as it says so itself."""

from __future__ import annotations

import ipaddress


def is_this_machine(host: str) -> bool:
    """Is *host*, of a URL, this machine itself, so that nobody is on the way?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
