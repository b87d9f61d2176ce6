"""What has to be installed for the gallery and for what stands on it."""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import ExtraMissing


def require(purpose: str, extra: str, *modules: str) -> None:
    """Raise :class:`ExtraMissing` unless the modules of an extra are there; none is imported."""
    if any(find_spec(module) is None for module in modules):
        raise ExtraMissing(purpose, extra)
