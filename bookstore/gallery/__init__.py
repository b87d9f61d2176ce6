"""The gallery: who published what, who liked it, does it still run, and where it is found again.

An extra: importing anything of it without its packages raises
:class:`~bookstore.errors.ExtraMissing`, which says what to install.
"""

from ..extras import GALLERY, require

require("The gallery", "gallery", *GALLERY)
