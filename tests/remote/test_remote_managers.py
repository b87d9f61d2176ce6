"""Contents managers that name a store by themselves, with the settings that they had in 2013."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError
from traitlets.config import Config, Configurable

from bookstore import BookstoreSettings, remote
from bookstore.cloudfiles import CloudFilesNotebookManager
from bookstore.settings.of_managers import SETTINGS
from bookstore.swift import KeystoneNotebookManager
from bookstore.wiring import swift_options

OF_2013: dict[str, Any] = {
    "account_name": "USER_NAME",
    "account_key": "API_KEY",
    "auth_endpoint": "https://keystone.example.org/v3",
    "tenant_name": "lab",
    "container_name": "shelf",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever cloud whoever runs the tests is signed in to."""
    for name in ("OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD", "OS_PROJECT_NAME"):
        monkeypatch.delenv(name, raising=False)


def settings_for(manager: object, app: str = "ServerApp", **sections: Any) -> BookstoreSettings:
    """Return the settings of a server with this contents manager, as the command line has them."""
    config = Config({app: {"contents_manager_class": manager}, **sections})
    return BookstoreSettings(config=config)


@pytest.mark.parametrize("app", ["ServerApp", "NotebookApp"])
@pytest.mark.parametrize(
    "manager",
    [
        "bookstore.remote.KeystoneContentsManager",
        remote.KeystoneContentsManager,
        "bookstore.swift.KeystoneNotebookManager",
        KeystoneNotebookManager,
    ],
    ids=str,
)
def test_the_settings_of_2013_say_which_store(manager: object, app: str) -> None:
    name = manager.rpartition(".")[2] if isinstance(manager, str) else manager.__name__
    settings = settings_for(manager, app, **{name: OF_2013})
    options = swift_options(settings)

    assert settings.remote_bucket == "shelf"
    assert (options.username, options.password) == ("USER_NAME", "API_KEY")
    assert (options.auth_url, options.project_name) == (OF_2013["auth_endpoint"], "lab")


def test_settings_under_the_new_name_count_for_the_old_one() -> None:
    settings = settings_for(
        "bookstore.swift.KeystoneNotebookManager", KeystoneContentsManager=OF_2013
    )
    assert settings.remote_bucket == "shelf"


def test_the_container_is_called_notebooks_unless_it_is_said() -> None:
    said = {name: value for name, value in OF_2013.items() if name != "container_name"}
    settings = settings_for(
        "bookstore.remote.KeystoneContentsManager", KeystoneContentsManager=said
    )
    assert settings.remote_bucket == "notebooks"


def test_the_environment_names_the_container_where_the_configuration_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says more than what the class has when nobody says anything."""
    monkeypatch.setenv("JPYNB_SWIFT_CONTAINER", "of-the-environment")
    manager = "bookstore.remote.KeystoneContentsManager"
    said = {name: value for name, value in OF_2013.items() if name != "container_name"}

    unnamed = settings_for(manager, KeystoneContentsManager=said)
    named = settings_for(manager, KeystoneContentsManager=OF_2013)

    assert (unnamed.remote_bucket, named.remote_bucket) == ("of-the-environment", "shelf")


def test_our_own_settings_are_the_stronger() -> None:
    settings = settings_for(
        "bookstore.remote.KeystoneContentsManager",
        KeystoneContentsManager=OF_2013,
        BookstoreSettings={"swift_container": "ours"},
    )
    assert settings.remote_bucket == "ours"


def test_a_manager_that_is_not_chosen_says_nothing() -> None:
    config = Config({"KeystoneContentsManager": OF_2013})
    assert BookstoreSettings(config=config).remote_bucket == ""


@pytest.mark.parametrize(
    ("said", "auth_url"),
    [
        ({}, "https://identity.api.rackspacecloud.com/v1.0"),
        ({"region": "LON"}, "https://lon.identity.api.rackspacecloud.com/v1.0"),
        ({"region": "here", "endpoints": {"here": "http://files/v1.0"}}, "http://files/v1.0"),
        ({"auth_endpoint": "http://other/v1.0"}, "http://other/v1.0"),
    ],
)
def test_a_region_of_cloudfiles_says_where_to_sign_in(said: dict[str, Any], auth_url: str) -> None:
    """Those of Rackspace's, and others that are named."""
    account = {"account_name": "USER_NAME", "account_key": "API_KEY", **said}
    settings = settings_for(
        "bookstore.cloudfiles.CloudFilesNotebookManager", CloudFilesNotebookManager=account
    )
    assert settings.swift_auth_url == auth_url


def test_a_region_that_nobody_knows_stops_the_server() -> None:
    account = {"account_name": "USER_NAME", "account_key": "API_KEY", "region": "MARS"}
    with pytest.raises(TraitError, match="swift_auth_url"):
        settings_for(
            "bookstore.remote.CloudFilesContentsManager", CloudFilesContentsManager=account
        )


def test_a_bucket_on_s3_is_named_as_others_name_it() -> None:
    said = {"bucket": "books", "prefix": "mine", "endpoint_url": "http://ceph:7480"}
    settings = settings_for("bookstore.remote.S3ContentsManager", S3ContentsManager=said)
    assert (settings.s3_bucket, settings.workspace_prefix) == ("books", "mine")
    assert settings.custom_endpoint_url == "http://ceph:7480"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_a_manager_is_one_that_it_has(name: str) -> None:
    """And says what it is for; ours is named in its help."""
    traits = getattr(remote, name).class_traits(config=True)
    for theirs, ours in SETTINGS[name].items():
        assert f"BookstoreSettings.{ours}" in traits[theirs].help
        assert ours in BookstoreSettings.class_traits(config=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (KeystoneNotebookManager, "bookstore.remote.KeystoneContentsManager"),
        (CloudFilesNotebookManager, "bookstore.remote.CloudFilesContentsManager"),
    ],
)
def test_an_old_name_says_the_new_one_once(
    old: Any, new: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = {name: value for name, value in OF_2013.items() if name in old.class_traits()}
    config = Config(
        {
            "ServerApp": {"contents_manager_class": old},
            "BookstoreSettings": {"outbox_dir": str(tmp_path)},
            old.__name__: account,
        }
    )
    with caplog.at_level(logging.WARNING):
        manager = old(parent=Configurable(config=config), log=logging.getLogger("tests"))

    assert manager.bookstore.store.display == "swift://shelf"
    assert caplog.text.count(new) == 1
    assert "API_KEY" not in caplog.text
