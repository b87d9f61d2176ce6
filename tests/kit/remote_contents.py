"""Contents managers whose files live in a store, over any store, as tests make them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary
from traitlets.config import Configurable

from bookstore.bookstore_config import BookstoreSettings
from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.base import ObjectStore
from bookstore.wiring import build_bookstore


def manager_on(store: ObjectStore, home: Path, **traits: Any) -> ObjectStoreContentsManager:
    """Return a server's contents manager, with a signature database and an outbox in *home*.

    Two of one store are two servers that share a container.
    """
    home.mkdir(exist_ok=True)
    settings = BookstoreSettings(
        outbox_dir=str(home / "outbox"), local_store_dir=str(home / "store"), store_timeout_s=20.0
    )
    server = Configurable()
    log = logging.getLogger("tests")
    built = build_bookstore(settings, root_dir=str(home), log=log, store=store)
    vars(server)["_bookstore"] = built
    notary = NotebookNotary(data_dir=str(home), db_file=str(home / "signatures.db"))
    return ObjectStoreContentsManager(parent=server, notary=notary, **traits)


def notebook_model(source: str) -> dict[str, Any]:
    """Return the model of a notebook with one cell, as an editor saves it."""
    cell = nbformat.v4.new_code_cell(source, id="only")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    return {"type": "notebook", "format": "json", "content": notebook}


def text_model(text: str) -> dict[str, Any]:
    """Return the model of a text file."""
    return {"type": "file", "format": "text", "content": text}


def source_in(model: dict[str, Any]) -> str:
    """Return what the only cell of a notebook's model says."""
    [cell] = model["content"]["cells"]
    return str(cell["source"])


def names_in(model: dict[str, Any]) -> list[str]:
    """Return the names in a folder's model."""
    return [child["name"] for child in model["content"]]
