"""Kinds of traits that settings have beside those of traitlets.

Knows: environment variables.  Must not know: which settings there are.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from traitlets import TraitError, Unicode


class EnvUnicode(Unicode[str, "str | bytes"]):
    """Text whose default is an environment variable, where that is set and not empty."""

    def __init__(self, variable: str, default_value: str = "", *, help: str) -> None:
        super().__init__(default_value, help=f"{help} Environment variable {variable}.")
        self.variable = variable

    def default(self, obj: Any = None) -> str:
        return os.environ.get(self.variable) or str(self.default_value)

    def validate(self, obj: Any, value: Any) -> str:
        # None was how a configuration said "not set" in bookstore 2.x.
        return "" if value is None else str(super().validate(obj, value))


class SecretUnicode(EnvUnicode):
    """Text that no message may show."""

    def error(self, obj: Any, value: Any, error: Any = None, info: Any = None) -> NoReturn:
        raise TraitError(
            f"{type(obj).__name__}.{self.name} must be text, not {type(value).__name__}"
        )
