"""Kinds of traits that settings have beside those of traitlets.

Knows: environment variables.  Must not know: which settings there are.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from traitlets import TraitError, Unicode


class EnvUnicode(Unicode[str, "str | bytes"]):
    """Text whose default is an environment variable, where that is set and not empty.

    White space at the ends is no part of it: files that hold a secret end in a newline.
    """

    def __init__(self, variable: str, default_value: str = "", *, help: str) -> None:
        super().__init__(default_value, help=f"{help} Environment variable {variable}.")
        self.variable = variable

    def default(self, obj: Any = None) -> str:
        return self.in_environment() or str(self.default_value)

    def in_environment(self) -> str:
        """Return what the environment says, "" where it says nothing."""
        return os.environ.get(self.variable, "").strip()

    def is_set_on(self, obj: Any) -> bool:
        """Did somebody set it, on *obj* or in the environment?  To be asked before it is read."""
        return obj.trait_has_value(self.name) or self.in_environment() != ""

    def set(self, obj: Any, value: Any) -> None:
        """Set it; None was how a configuration said "not set" in bookstore 2.x."""
        if value is not None:
            super().set(obj, value)

    def validate(self, obj: Any, value: Any) -> str:
        return str(super().validate(obj, value)).strip()


class SecretUnicode(EnvUnicode):
    """Text that no message may show."""

    def error(self, obj: Any, value: Any, error: Any = None, info: Any = None) -> NoReturn:
        raise TraitError(
            f"{type(obj).__name__}.{self.name} must be text, not {type(value).__name__}"
        )


def aws_variable_problem() -> str:
    """Return what cannot be right of the environment's AWS variables, without a value; else ""."""
    for name, value in os.environ.items():
        if name.startswith("AWS_") and value != value.strip():
            return f"The environment variable {name} must not begin or end with white space"
    return ""
