"""What a run may be given: names and values, none of which is a secret.

Knows: names.  Must not know: who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import BadRequest
from ..words import shown

_SECRET = re.compile(r"passw|secret|token(?!iz|s)|api_?key|credential", re.IGNORECASE)
"""``max_tokens`` and ``tokenizer`` are none."""
_NAME = re.compile(r"[^\W\d][\w.]*")  # R has names with dots


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise BadRequest where a name cannot be one, or is that of a secret, however deep."""
    for name in parameters:
        if not _NAME.fullmatch(name):
            raise BadRequest(f"parameters: {shown(name)} cannot be the name of a variable.")
    for name in _names_in(parameters):
        check_is_no_secret(name)


def check_is_no_secret(name: str) -> None:
    """Raise BadRequest where *name* is that of a secret: parameters stand in the result."""
    if _SECRET.search(name):
        raise BadRequest(
            f"{shown(name)} is called like a secret, and parameters are kept in the result.",
            hint=f"Put it into the environment, and read os.environ[{shown(name.upper())}].",
        )


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names_in(each)
