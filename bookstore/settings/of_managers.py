"""What the settings of a contents manager whose files live in a store mean in ours.

A manager that names a store has settings of its own, some of them under the names that they had in
2013.  They are read here, from the configuration, so that the command line and the server know the
same store.

Knows: configurations.  Must not know: contents managers, stores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from traitlets.config import Config

from .managers import chosen_manager

_SWIFT = {
    "container_name": "swift_container",
    "account_name": "swift_username",
    "account_key": "swift_password",
    "auth_endpoint": "swift_auth_url",
    "region": "swift_region_name",
}
_KEYSTONE = {
    **_SWIFT,
    "tenant_name": "swift_project_name",
    "tenant_id": "swift_project_id",
    "user_domain_name": "swift_user_domain",
    "project_domain_name": "swift_project_domain",
    "application_credential_id": "swift_application_credential_id",
    "application_credential_secret": "swift_application_credential_secret",
}
_S3 = {
    "bucket": "s3_bucket",
    "prefix": "workspace_prefix",
    "endpoint_url": "s3_endpoint_url",
    "region_name": "s3_region_name",
    "access_key_id": "s3_access_key_id",
    "secret_access_key": "s3_secret_access_key",
    "session_token": "s3_session_token",
}
SETTINGS: dict[str, dict[str, str]] = {
    "S3ContentsManager": _S3,
    "SwiftContentsManager": _SWIFT,
    "KeystoneContentsManager": _KEYSTONE,
    "CloudFilesContentsManager": {name: ours for name, ours in _SWIFT.items() if name != "region"},
}
"""By the name of the manager's class: its settings, and ours."""
ALIASES = {
    "KeystoneNotebookManager": "KeystoneContentsManager",
    "CloudFilesNotebookManager": "CloudFilesContentsManager",
}
"""The names of 2013, and those of today."""

CONTAINER_OF_2013 = "notebooks"
CLOUD_FILES = "CloudFilesContentsManager"
REGION_OF_2013 = "DFW"
CLOUD_FILES_ENDPOINTS = {
    **dict.fromkeys(
        ("DFW", "HKG", "IAD", "ORD", "SYD"), "https://identity.api.rackspacecloud.com/v1.0"
    ),
    "LON": "https://lon.identity.api.rackspacecloud.com/v1.0",
}
"""Where Rackspace's users of a region signed in."""


def settings_of_manager(config: Config) -> dict[str, Any]:
    """Return what the contents manager that *config* chooses says of our settings."""
    names = [*_names_of_manager(config)]
    known = next((name for name in names if name in SETTINGS), None)
    if known is None:
        return {}
    said: dict[str, Any] = {}
    for name in reversed(names):  # the section of the class itself is the strongest
        said |= config.get(name, {})
    ours = {SETTINGS[known][name]: said[name] for name in said if name in SETTINGS[known]}
    if "swift_container" in SETTINGS[known].values():
        named = os.environ.get("JPYNB_SWIFT_CONTAINER") or CONTAINER_OF_2013
        ours.setdefault("swift_container", named)
    if known == CLOUD_FILES and "swift_auth_url" not in ours:
        endpoints = {**CLOUD_FILES_ENDPOINTS, **said.get("endpoints", {})}
        region = said.get("region", REGION_OF_2013)
        if region in endpoints:
            ours["swift_auth_url"] = endpoints[region]
    return ours


def _names_of_manager(config: Config) -> Iterator[str]:
    """Yield the names of the chosen class and, as far as they are known, of those it is made of."""
    if (chosen := chosen_manager(config)) is None:
        return
    if isinstance(chosen.manager, type):
        yield from (each.__name__ for each in chosen.manager.__mro__)
        return
    name = chosen.manager.rpartition(".")[2]
    yield name
    if name in ALIASES:
        yield ALIASES[name]


def weaker_than(explicit: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is *told* of settings that are not set explicitly."""
    return {name: value for name, value in told.items() if name not in explicit}
