"""Which version a job runs, as jupyter-scheduler's form asks for it: by its "environment".

That is the one choice in the form that has names of ours.  Programs may name a label, too, in
``runtime_environment_parameters``.

Knows: jupyter-scheduler's models, addresses.  Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_scheduler.environments import EnvironmentManager
from jupyter_scheduler.models import RuntimeEnvironment

from ..actions.addresses import Address
from ..actions.fields import notebook_path

NEWEST, PINNED = "newest version", "version of now"
NAMED = "version named "
PRODUCTION = "production"
_CHOICES = {  # the form shows the names
    NEWEST: "Whichever is the newest when it runs",
    PINNED: "That one, whatever is edited later",
    f"{NAMED}{PRODUCTION}": "Whichever has that name when it runs",
}
LABEL = "label"
"""The parameter that names another label."""


class VersionChoices(EnvironmentManager):
    """Offers the versions; the kernel is always that of the notebook."""

    def list_environments(self) -> list[RuntimeEnvironment]:
        """Return what can be chosen."""
        return [
            RuntimeEnvironment(
                name=name,
                label=name,
                description=description,
                file_extensions=["ipynb"],
                output_formats=["ipynb"],
                metadata={},
            )
            for name, description in _CHOICES.items()
        ]

    def manage_environments_command(self) -> str:
        """Return nothing: there is no command for that."""
        return ""

    def output_formats_mapping(self) -> dict[str, str]:
        """Return what a result is called."""
        return {"ipynb": "Notebook"}


def wanted(path: str, environment: str, parameters: Mapping[str, Any] | None) -> Address:
    """Return the address of what the form, or a program, asks for.

    Raises :class:`~bookstore.errors.BadRequest`.
    """
    label = str((parameters or {}).get(LABEL) or "")
    if not label and environment.startswith(NAMED):
        label = environment.removeprefix(NAMED)
    place = notebook_path(path, field="input_uri")
    return Address(place=place, which="label" if label else "latest", value=label)


def is_pinned(environment: str, parameters: Mapping[str, Any] | None) -> bool:
    """Is the version meant that is there when the job is defined?"""
    return environment == PINNED and not (parameters or {}).get(LABEL)
