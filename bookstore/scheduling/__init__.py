"""Runs of notebooks: what is known of one, and how it is kept while it lasts.

A run executes one version of a notebook; its result is a version, too, of the notebook that was
asked for.  Scheduling itself is left to schedulers.
"""

from .facts import RunFacts, Status
from .keeper import RunKeeper
from .settling import settle

__all__ = ["RunFacts", "RunKeeper", "Status", "settle"]
