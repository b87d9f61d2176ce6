"""Every scenario there is, in the order of the table."""

from __future__ import annotations

from importlib import import_module

from harness import SCENARIOS, Registered

FAMILIES = ("crashes", "outages", "disks", "administration", "clocks", "store_alone")


def every_scenario() -> list[Registered]:
    """Return every scenario, families one after the other."""
    for family in FAMILIES:
        import_module(family)
    return SCENARIOS
