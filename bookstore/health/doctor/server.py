"""Examine whether Jupyter's servers use bookstore: one that would start now, and those that run.

Knows: Jupyter's configuration, running servers.  Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from ...bookstore_config import BookstoreSettings
from ...client import BookstoreClient, RequestOptions
from ...client.running import running_servers
from ...errors import BookstoreError
from ...files.contents_managers import archives
from ...settings.managers import chosen_manager
from ..features import how_to_combine, setting_problems
from .findings import Finding, fine, note, problem


def examine_servers(app: Configurable) -> Iterator[Finding]:
    """Look at what a server that starts now would do, and ask those that run."""
    yield _extension(app)
    yield _settings(app)
    yield _archiver(app)
    yield _notary(app)
    for record in running_servers():
        yield _running(record)


def _extension(app: Configurable) -> Finding:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = dict(manager.get_jpserver_extensions())
    enabled |= app.config.get("ServerApp", {}).get("jpserver_extensions", {})
    if enabled.get("bookstore"):
        return fine("server extension", "It is enabled.")
    return problem(
        "server extension",
        "It is not enabled, so servers do not load bookstore.",
        "Run `jupyter server extension enable bookstore`.",
    )


def _settings(app: Configurable) -> Finding:
    if found := setting_problems(BookstoreSettings(parent=app)):
        return problem("settings", " ".join(found))
    return fine("settings", "They fit together.")


def _archiver(app: Configurable) -> Finding:
    settings = BookstoreSettings(parent=app)
    if (chosen := chosen_manager(app.config)) is not None:
        setting, manager = f"{chosen.app}.contents_manager_class", chosen.manager
        try:
            manager = import_item(manager) if isinstance(manager, str) else manager
        except ImportError as error:
            return problem("archiver", f"{setting}: {error}")
        if archives(manager):
            return fine("archiver", f"{setting} is one that archives.")
        return problem(
            "archiver",
            f"{setting} is {manager.__name__}, which does not archive.",
            f"Combine the two: {how_to_combine(manager)}",
        )
    if not settings.archive_by_default:
        return problem(
            "archiver",
            "BookstoreSettings.archive_by_default is off, and no contents manager is named.",
            "Set ServerApp.contents_manager_class to bookstore.BookstoreContentsArchiver.",
        )
    return fine("archiver", "Servers archive every save.")


def _notary(app: Configurable) -> Finding:
    from nbformat.sign import NotebookNotary
    from nbformat.v4 import new_notebook

    notary = NotebookNotary(parent=app)
    notebook = new_notebook()
    try:
        notary.sign(notebook)
        is_kept = notary.check_signature(notebook)
        notary.unsign(notebook)
    except Exception as error:  # whatever its database raises
        return problem("notary", f"Notebooks cannot be signed: {error}", _NOTARY)
    if not is_kept:
        return note("notary", "Signatures are not kept: restored notebooks are untrusted.", _NOTARY)
    return fine("notary", "Restored notebooks are trusted where they were before.")


_NOTARY = "See NotebookNotary.db_file and NotebookNotary.data_dir."


def _running(record: dict[str, Any]) -> Finding:
    url = str(record.get("url", ""))
    options = RequestOptions(connect_timeout_s=3, read_timeout_s=10)
    try:
        client = BookstoreClient(url=url, token=record.get("token", ""), options=options)
        told = client.info()
    except BookstoreError as error:
        return note(f"server {url}", f"It was not asked: {error.message}")
    if told["problems"]:
        return problem(f"server {url}", " ".join(told["problems"]))
    if not told["features"]["archive_valid"]:
        return problem(f"server {url}", "It says that saves are not archived, and not why.")
    return fine(f"server {url}", f"It archives what is saved in {record.get('root_dir')}.")
