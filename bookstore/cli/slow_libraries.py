"""Put off what a library does when it is imported, and no command needs.

Knows: one library.  Must not know: commands.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

_GRAMMAR = "rfc3987_syntax"


def put_off_the_grammar_of_addresses() -> None:
    """Have the grammar of internationalised addresses compiled when an address is checked.

    ``nbformat`` imports ``jsonschema``, and that compiles this grammar at once, which takes two
    seconds of processor time.  No schema of a notebook has such an address.
    """
    if _GRAMMAR in sys.modules or find_spec(_GRAMMAR) is None:
        return
    later = ModuleType(_GRAMMAR)

    def is_valid_syntax(term: str, value: str) -> bool:
        if sys.modules.get(_GRAMMAR) is later:
            del sys.modules[_GRAMMAR]
        return bool(import_module(_GRAMMAR).is_valid_syntax(term, value))

    later.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_GRAMMAR] = later
