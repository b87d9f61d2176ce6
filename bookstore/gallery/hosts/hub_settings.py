"""The settings of a gallery that is a service of a JupyterHub.

Knows: traits.  Must not know: HTTP, the extra that asks the Hub.
"""

from __future__ import annotations

from typing import Any

from traitlets import Dict, TraitError, Unicode, validate
from traitlets.config import LoggingConfigurable

from ..accounts.groups import ROLES, is_gid
from ..accounts.hub_people import Membership, gid_of
from ..accounts.tokens import SCOPES

EVERY = "*"


class GalleryHub(LoggingConfigurable):
    """Configuration of ``jupyter bookstore gallery hub``, beside GallerySettings.

    Where it listens, and how it asks the Hub, the Hub says in the environment of its services.
    """

    groups = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        default_value={EVERY: "editor"},
        help="""What members of the Hub's groups are in the gallery: `reader`, `editor` or `owner`
        in its group of the same name, or in another one, as `oceans:owner`. `*` is for all groups
        that are not named; a group that nothing is said of is none of the gallery's.""",
    ).tag(config=True)

    scopes = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        default_value={"administer": "custom:gallery:administer"},
        help="""Which scope of the Hub is needed to `read`, to `publish`, to `edit`, and to
        `administer`, that is to see and change every notebook when asking for it. What is not named
        is for everybody who may use this service.""",
    ).tag(config=True)

    @validate("groups")
    def _check_groups(self, proposal: Any) -> dict[str, str]:
        value: dict[str, str] = proposal["value"]
        for name, rule in value.items():
            gid, _, role = rule.rpartition(":")
            if role not in ROLES or (":" in rule and not is_gid(gid)):
                raise TraitError(
                    f"GalleryHub.groups says {rule!r} of {name!r}, and has to say one of "
                    f"{', '.join(ROLES)}, or group:role."
                )
        return value

    @validate("scopes")
    def _check_scopes(self, proposal: Any) -> dict[str, str]:
        value: dict[str, str] = proposal["value"]
        for name in value:
            if name not in SCOPES:
                raise TraitError(
                    f"GalleryHub.scopes names {name!r}, and knows {', '.join(SCOPES)}."
                )
        if not value.get("administer"):
            raise TraitError("GalleryHub.scopes says of nobody that they may administer.")
        return value

    def memberships(self, groups: list[str]) -> frozenset[Membership]:
        """Return what somebody is in the gallery who is in these groups of the Hub."""
        found: dict[str, Membership] = {}
        for name in groups:
            rule = self.groups.get(name, self.groups.get(EVERY))
            if rule is None:
                continue
            gid, _, role = rule.rpartition(":")
            mine = Membership(gid=gid or gid_of(name), name=gid or name, role=role)
            known = found.get(mine.gid)
            if known is None or [*ROLES].index(known.role) < [*ROLES].index(role):
                found[mine.gid] = mine
        return frozenset(found.values())
