"""Tell a new Keystone who there is: ``seed_keystone.py URL PASSWORD REGION SWIFT_URL``.

A user ``swift``, by whom Swift asks about tokens, and a user ``demo``, member of a project of that
name.  The catalogue has object stores in two regions; nothing answers in the second.  Safe to run
again.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Any

DOMAIN = "default"
NOWHERE = "http://127.0.0.1:9"


class Keystone:
    """Keystone's own API, as its administrator."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        user = {"name": "admin", "domain": {"id": DOMAIN}, "password": password}
        project = {"name": "admin", "domain": {"id": DOMAIN}}
        identity = {"methods": ["password"], "password": {"user": user}}
        asked = {"auth": {"identity": identity, "scope": {"project": project}}}
        self._headers["X-Auth-Token"] = self.ask("POST", "auth/tokens", asked)[1]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[Any, str]:
        """Return the answer, and the token that came with it."""
        request = urllib.request.Request(  # noqa: S310
            f"{self._url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            told = answer.read()
            return json.loads(told) if told else None, answer.headers.get("X-Subject-Token", "")

    def ensure(self, kind: str, name: str, **more: Any) -> str:
        """Return the ID of what has this name, which is made if need be."""
        found = self.ask("GET", f"{kind}s?name={name}")[0][f"{kind}s"]
        if not found:
            made = self.ask("POST", f"{kind}s", {kind: {"name": name, **more}})[0]
            return str(made[kind]["id"])
        return str(found[0]["id"])

    def member(self, user: str, password: str, project: str, role: str) -> None:
        """Have a user with this role in a project of its own."""
        project_id = self.ensure("project", project, domain_id=DOMAIN)
        user_id = self.ensure("user", user, domain_id=DOMAIN, password=password)
        role_id = self.ensure("role", role)
        self.ask("PUT", f"projects/{project_id}/users/{user_id}/roles/{role_id}")

    def object_store(self, region: str, url: str) -> None:
        """Have an object store in the catalogue, for whoever asks from outside."""
        service_id = self.ensure("service", "swift", type="object-store")
        query = f"service_id={service_id}&region_id={region}"
        if self.ask("GET", f"endpoints?{query}")[0]["endpoints"]:
            return
        endpoint = {"service_id": service_id, "region_id": region, "interface": "public"}
        self.ask("POST", "endpoints", {"endpoint": {**endpoint, "url": url}})


def main() -> None:
    """Make what is missing."""
    url, password, region, swift_url = sys.argv[1:]
    keystone = Keystone(url, password)
    keystone.member("swift", password, "service", "service")
    keystone.member("swift", password, "service", "admin")
    keystone.member("demo", password, "demo", "member")
    if not keystone.ask("GET", "regions")[0]["regions"][1:]:
        keystone.ask("POST", "regions", {"region": {"id": "Elsewhere"}})
    keystone.object_store("Elsewhere", f"{NOWHERE}/v1/AUTH_%(project_id)s")
    keystone.object_store(region, f"{swift_url}/v1/AUTH_%(project_id)s")


if __name__ == "__main__":
    main()
