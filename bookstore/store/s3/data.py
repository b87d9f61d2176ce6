"""botocore's descriptions of services, without what nobody reads.

As they come they take 12 MB for as long as a client lives: the documentation of every operation,
and the endpoints of all of Amazon's services.  Without these it is 2 MB.

Knows: the form of botocore's files.  Must not know: clients.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader  # type: ignore[import-untyped]

_SERVICES = ("s3", "sts")
"""Whose endpoints are kept: what is asked, and what credentials are asked of.  Another one's,
such as single sign-on's, follow botocore's general rule."""


class LeanFiles(JSONFileLoader):  # type: ignore[misc]
    """Reads botocore's files; to be the ``file_loader`` of a session's data loader."""

    def load_file(self, file_path: str) -> dict[str, Any] | None:
        """Return what the file says, without its documentation; None where there is no file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            content = plain.read_bytes()
        elif packed.is_file():
            content = gzip.decompress(packed.read_bytes())
        else:
            return None
        described: dict[str, Any] = json.loads(content, object_hook=_without_ballast)
        return described


def _without_ballast(values: dict[str, Any]) -> dict[str, Any]:
    if isinstance(values.get("documentation"), str):  # else it describes a field of that name
        values["documentation"] = ""  # there, since botocore insists in some places
    if "services" in values and "dnsSuffix" in values:  # a partition of endpoints.json
        values["services"] = {
            name: endpoints for name, endpoints in values["services"].items() if name in _SERVICES
        }
    return values
