"""The names by which others import bookstore stay, and can be called as they always were."""

from __future__ import annotations

import inspect
import pkgutil

import pytest

from bookstore.archive import ArchiveRecord

NAMES = [
    "BookstoreContentsArchiver",
    "BookstoreSettings",
    "__version__",
    "version_info",
    "archive.BookstoreContentsArchiver.path_locks",
    "archive.BookstoreContentsArchiver.path_lock_ready",
    "bookstore_config.BookstoreSettings",
    "handlers.BookstoreVersionHandler",
    "remote.CloudFilesContentsManager",
    "remote.KeystoneContentsManager",
    "remote.ObjectStoreContentsManager",
    "remote.S3ContentsManager",
    "remote.SwiftContentsManager",
    "swift.KeystoneNotebookManager",
    "cloudfiles.CloudFilesNotebookManager",
    "clone.BookstoreCloneHandler",
    "clone.BookstoreCloneAPIHandler",
    "clone.BookstoreFSCloneHandler",
    "clone.BookstoreFSCloneAPIHandler",
    "publish.BookstorePublishAPIHandler",
    "client.nb_client.LiveNotebookRecord",
    "client.nb_client.KernelInfo",
    "client.nb_client.NotebookSession",
    "client.nb_client.NotebookClient",
    "client.nb_client.NotebookClientCollection",
    "client.nb_client.CurrentNotebookClient",
]

CALLS = {
    "load_jupyter_server_extension": "(nb_app)",
    "_jupyter_server_extension_points": "()",
    "_jupyter_server_extension_paths": "()",
    "archive.ArchiveRecord": "(filepath, content, queued_time)",
    "archive.BookstoreContentsArchiver.archive": "(self, record)",
    "archive.BookstoreContentsArchiver.run_pre_save_hook": "(self, model, path)",
    "bookstore_config.validate_bookstore": "(settings)",
    "handlers.build_settings_dict": "(validation)",
    "handlers.collect_handlers": "(log, base_url, validation)",
    "handlers.load_jupyter_server_extension": "(nb_app)",
    "s3_paths.s3_path": "(bucket, prefix, path='')",
    "s3_paths.s3_key": "(prefix, path='')",
    "s3_paths.s3_display_path": "(bucket, prefix, path='')",
    "clone.build_notebook_model": "(content, path)",
    "clone.build_file_model": "(content, path)",
    "clone.validate_relpath": "(relpath, settings, log)",
    "client.nb_client.extract_kernel_id": "(connection_file)",
    "client.nb_client.NotebookClient": "(nb_config)",
    "client.nb_client.NotebookClientCollection": "()",
    "client.nb_client.CurrentNotebookClient": "()",
    "client.store_client.BookstoreClient": "(s3_bucket=None)",
    "client.store_client.BookstoreClient.publish": "(self, path=None)",
    "client.store_client.BookstoreClient.clone": "(self, s3_bucket='', s3_key='', target_path='')",
    "client.store_client.BookstoreClient.history": "(self, path=None)",
    "client.store_client.BookstoreClient.restore": "(self, path, version, target_path=None)",
    "client.store_client.BookstoreClient.status": "(self)",
}
"""What can be given by position, under the names and with the defaults that it had."""


@pytest.mark.parametrize("name", [*NAMES, *CALLS])
def test_a_name_can_be_imported(name: str) -> None:
    assert pkgutil.resolve_name(f"bookstore.{name}") is not None


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_old_is_understood(name: str) -> None:
    signature = inspect.signature(pkgutil.resolve_name(f"bookstore.{name}"))
    given = [
        parameter.replace(annotation=parameter.empty)
        for parameter in signature.parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    assert str(inspect.Signature(given)) == CALLS[name]


def test_an_archive_record_is_an_immutable_tuple() -> None:
    record = ArchiveRecord("a.ipynb", "{}", 1.0)
    assert tuple(record) == ("a.ipynb", "{}", 1.0)
    with pytest.raises(AttributeError):
        record.content = "[]"
