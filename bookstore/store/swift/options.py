"""How to reach a Swift and sign in to it: plain values, no secret shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FIRST_VERSION = re.compile(r"/v1(?:\.0)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SwiftOptions:
    """Where a Swift is and who uses it; None and "" leave a thing to the service."""

    auth_url: str
    """Keystone's, or where Swift itself signs in (TempAuth): that one ends in ``/v1.0``."""
    username: str = ""
    password: str = field(default="", repr=False)
    user_domain: str = "Default"
    project_name: str = ""
    project_id: str = ""
    project_domain: str = ""
    """Empty: the user's."""
    application_credential_id: str = ""
    application_credential_secret: str = field(default="", repr=False)
    """With the ID, they stand for user, password and project."""
    region_name: str = ""
    """Empty: that of the first object store in the catalogue."""
    interface: str = "public"
    """Which of the service's addresses: ``public``, ``internal`` or ``admin``."""
    storage_url: str = ""
    """The account's address, where the one that signing in names cannot be reached from here."""
    ca_bundle: str | None = None
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    max_connections: int = 20

    @property
    def is_keystone(self) -> bool:
        """Is it Keystone that signs in, or the Swift itself?"""
        return _FIRST_VERSION.search(self.auth_url) is None

    @property
    def place(self) -> str:
        """Whose account on which Swift it is; of two that differ, these differ too."""
        project = self.application_credential_id or self.project_id
        project = project or f"{self.project_name}@{self.project_domain or self.user_domain}"
        if not self.is_keystone or project.startswith("@"):
            project = f"{self.username}@{self.user_domain}"
        return " ".join((self.storage_url or self.auth_url, project, self.region_name))
