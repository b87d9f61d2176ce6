"""What the routes of nbgallery's contract answer to."""

from __future__ import annotations

from bookstore.gallery.contract.base import ContractHandler

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def verbs_of(handler: type[ContractHandler]) -> list[str]:
    """The verbs of *handler*, its own and those of its bases up to what all routes share."""
    shared = ContractHandler.__mro__
    own = [each for each in handler.__mro__ if each not in shared]
    return [verb for verb in VERBS if any(verb.lower() in vars(each) for each in own)]
