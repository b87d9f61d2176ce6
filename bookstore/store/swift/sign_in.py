"""Who we are, told to Keystone or to a Swift with users of its own: what comes back is a token.

Knows: Keystone's v3 API, TempAuth's.  Must not know: containers.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from ...errors import StoreRefused, StoreUnavailable
from .errors import AUTH_URL_HINT, SIGN_IN_HINT, Answer, passes
from .options import SwiftOptions

Send = Callable[[str, str, Mapping[str, str], bytes], Awaitable[Answer]]
"""Sends a request: method, URL, headers, body."""


class SignedIn(NamedTuple):
    """What every request needs."""

    storage_url: str
    """The account's address, without a slash at its end."""
    token: str

    def __repr__(self) -> str:
        return f"SignedIn({self.storage_url!r})"


async def sign_in(options: SwiftOptions, send: Send) -> SignedIn:
    """Return a new token, and the address of the account that it is for."""
    signed_in = await (_by_keystone if options.is_keystone else _by_swift)(options, send)
    if options.storage_url:
        signed_in = signed_in._replace(storage_url=options.storage_url)
    return signed_in._replace(storage_url=signed_in.storage_url.rstrip("/"))


async def _by_swift(options: SwiftOptions, send: Send) -> SignedIn:
    who = {"X-Auth-User": options.username, "X-Auth-Key": options.password}
    answer = await send("GET", options.auth_url, who, b"")
    _must_be_welcome(answer)
    url, token = answer.headers.get("X-Storage-Url"), answer.headers.get("X-Auth-Token")
    if not url or not token:
        raise StoreRefused("What answers the sign-in is no Swift.", hint=AUTH_URL_HINT)
    return SignedIn(url, token)


async def _by_keystone(options: SwiftOptions, send: Send) -> SignedIn:
    url = options.auth_url.rstrip("/")
    url = url if url.endswith("/v3") else f"{url}/v3"
    asked = json.dumps({"auth": _who(options)}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    answer = await send("POST", f"{url}/auth/tokens", headers, asked)
    _must_be_welcome(answer)
    token = answer.headers.get("X-Subject-Token")
    try:
        catalogue = json.loads(answer.body)["token"].get("catalog", ())
    except (ValueError, KeyError, TypeError, AttributeError):
        token = None
    if not token:
        raise StoreRefused("What answers the sign-in is no Keystone.", hint=AUTH_URL_HINT)
    return SignedIn(options.storage_url or _address(catalogue, options), token)


def _who(options: SwiftOptions) -> dict[str, Any]:
    if options.application_credential_id:
        # It is for one project, which must not be named.
        method = "application_credential"
        what = {
            "id": options.application_credential_id,
            "secret": options.application_credential_secret,
        }
        return {"identity": {"methods": [method], method: what}}
    domain = {"name": options.user_domain}
    user = {"name": options.username, "domain": domain, "password": options.password}
    identity = {"methods": ["password"], "password": {"user": user}}
    if options.project_id:
        return {"identity": identity, "scope": {"project": {"id": options.project_id}}}
    if not options.project_name:  # then it is the user's default project
        return {"identity": identity}
    if options.project_domain:
        domain = {"name": options.project_domain}
    scope = {"project": {"name": options.project_name, "domain": domain}}
    return {"identity": identity, "scope": scope}


def _must_be_welcome(answer: Answer) -> None:
    status = answer.status
    if status in (401, 403):
        raise StoreRefused(f"The sign-in was refused ({status}).", hint=SIGN_IN_HINT)
    if passes(status):
        raise StoreUnavailable(f"The sign-in is not possible just now ({status}).")
    if not 200 <= status < 300:
        raise StoreRefused(f"The sign-in is not possible here ({status}).", hint=AUTH_URL_HINT)


def _address(catalogue: Any, options: SwiftOptions) -> str:
    """Return the address of the object store in a catalogue as Keystone tells it."""
    stores = [service for service in catalogue if service.get("type") == "object-store"]
    endpoints = [each for service in stores for each in service.get("endpoints", ())]
    reachable = [each for each in endpoints if each.get("interface") == options.interface]
    if not reachable:
        said = "Keystone knows no object store of this project"
        if endpoints:
            said = f"Keystone knows no {options.interface} address of an object store"
        raise StoreRefused(
            f"{said}.",
            hint="Correct BookstoreSettings.swift_interface, or set swift_storage_url.",
        )
    wanted = options.region_name
    for each in reachable:
        if wanted in ("", each.get("region_id"), each.get("region")):
            return str(each["url"])
    regions = ", ".join(sorted({str(each.get("region_id", "")) for each in reachable}))
    raise StoreRefused(
        f"Keystone knows no object store in the region {wanted!r}.",
        hint=f"Correct BookstoreSettings.swift_region_name. There are: {regions}.",
    )
