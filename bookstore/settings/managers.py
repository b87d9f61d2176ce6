"""Which contents manager a configuration names.

Knows: configurations.  Must not know: contents managers.
"""

from __future__ import annotations

from typing import NamedTuple

from traitlets.config import Config


class Chosen(NamedTuple):
    """A contents manager class that the user chose."""

    app: str
    """Where: ``ServerApp``, or ``NotebookApp``, as it was for the classic server."""
    manager: type | str
    """The class, or its import path."""


def chosen_manager(config: Config) -> Chosen | None:
    """Return the contents manager that *config* names for a server, the stronger where it names
    two; None where it leaves that to others.
    """
    for app in ("ServerApp", "NotebookApp"):
        if "contents_manager_class" in config.get(app, {}):
            return Chosen(app, config[app].contents_manager_class)
    return None
