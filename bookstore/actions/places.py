"""Where addresses lead: keys of the store, and the way back.

Knows: addresses, the areas of a store.  Must not know: versions.
"""

from __future__ import annotations

from ..errors import BadRequest, Forbidden, NotFound
from ..history import Entry
from ..keys.elsewhere import Elsewhere, path_at
from ..keys.workspace import RESERVED_FOLDER
from ..wiring import Bookstore
from ..words import shown
from .addresses import Address, Which
from .fields import notebook_path

RUNS = "runs/"
"""What the places of results begin with, whatever their prefix in the store is; a folder of that
name among the user's notebooks is addressed by its key."""


def key_of(bookstore: Bookstore, address: Address) -> str:
    """Return the key of the notebook that *address* names; anything there may be read."""
    place = address.place
    if not address.is_key:
        path = notebook_path(place)
        if path.startswith(RUNS):
            return bookstore.runs.key(path.removeprefix(RUNS))
        return bookstore.workspace.key(path)
    workspace = bookstore.workspace
    is_ours = workspace.holds(place) or Elsewhere.of_key(place, workspace) is not None
    if is_ours or bookstore.runs.holds(place):
        return place
    if RESERVED_FOLDER in place.split("/"):
        raise NotFound(f"{shown(place)} is bookstore's own.")
    if not bookstore.settings.enable_s3_cloning:
        raise Forbidden(
            f"{shown(place)} is not among your notebooks.",
            hint="The administrator can set BookstoreSettings.enable_s3_cloning.",
        )
    return place


def place_of(text: str, *, field: str) -> Address:
    """Return the address of a notebook, not of a version of it, that *text* is."""
    address = Address.parse(text)
    if address.which != "latest":
        raise BadRequest(f"{field} must be the address of a notebook, without a version: {text}")
    return address


def result_key(bookstore: Bookstore, address: Address) -> str:
    """Return the key under which a result may be kept at *address*: a place, not a version."""
    if address.which != "latest":
        raise BadRequest(f"A result becomes a new version; {address} names an old one.")
    if not bookstore.settings.runs_prefix.strip("/"):
        raise Forbidden(
            "Keeping results of runs is switched off.",
            hint="The administrator can set BookstoreSettings.runs_prefix.",
        )
    key = key_of(bookstore, address)
    is_published = key.startswith(f"{bookstore.published_key('')}/")
    if not (bookstore.workspace.holds(key) or bookstore.runs.holds(key) or is_published):
        raise Forbidden(
            f"No result is kept at {address}.",
            hint="It can be bookstore://runs/…, a path of yours, or a key that is published.",
        )
    if not key.endswith(".ipynb"):
        raise BadRequest(f"A result is a notebook; {address} does not end in .ipynb.")
    return key


def usual_result(bookstore: Bookstore, address: Address) -> Address:
    """Return where the results of running what is at *address* are kept unless asked otherwise."""
    path = address.place
    if address.is_key:
        path = path_at(path, bookstore.workspace) or bookstore.runs.path(path)
    return Address(place=f"{RUNS}{path.removeprefix(RUNS)}")


def address_of(bookstore: Bookstore, entry: Entry) -> Address:
    """Return the address of one version, which goes on meaning it."""
    return address_at(bookstore, entry.key, entry.version_id)


def address_at(bookstore: Bookstore, key: str, version_id: str = "") -> Address:
    """Return the address of the notebook under *key*, or of a version of it."""
    is_key, place = True, key
    if bookstore.workspace.holds(key):
        path = bookstore.workspace.path(key)
        if not path.startswith(RUNS):
            is_key, place = False, path
    elif bookstore.runs.holds(key):
        is_key, place = False, f"{RUNS}{bookstore.runs.path(key)}"
    which: Which = "version" if version_id else "latest"
    return Address(place=place, is_key=is_key, which=which, value=version_id)
