"""Settings come from the file, the environment or a default, and are refused at start when bad."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from traitlets import TraitError
from traitlets.config import Config

from bookstore import BookstoreSettings
from bookstore.bookstore_config import validate_bookstore
from bookstore.files.roots import bucket_of_root
from bookstore.settings.users import server_username
from bookstore.wiring import build_bookstore, build_store, swift_options

SEED_DEFAULTS = {
    "workspace_prefix": "workspace",
    "published_prefix": "published",
    "runs_prefix": "runs",
    "s3_access_key_id": "",
    "s3_secret_access_key": "",
    "s3_endpoint_url": "https://s3.amazonaws.com",
    "s3_region_name": "us-east-1",
    "s3_bucket": "",
    "max_threads": 16,
    "enable_s3_cloning": True,
    "fs_cloning_basedir": "",
}
VARIABLES = {
    "s3_access_key_id": "JPYNB_S3_ACCESS_KEY_ID",
    "s3_secret_access_key": "JPYNB_S3_SECRET_ACCESS_KEY",
    "s3_session_token": "JPYNB_S3_SESSION_TOKEN",
    "s3_region_name": "JPYNB_S3_REGION_NAME",
    "s3_bucket": "JPYNB_S3_BUCKET",
    "s3_profile": "JPYNB_S3_PROFILE",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*VARIABLES.values(), "JPYNB_S3_ENDPOINT_URL", "JUPYTERHUB_USER"):
        monkeypatch.delenv(variable, raising=False)
    for variable in [name for name in os.environ if name.startswith(("OS_", "JPYNB_SWIFT_"))]:
        monkeypatch.delenv(variable)


@pytest.mark.parametrize("name", SEED_DEFAULTS)
def test_the_originals_settings_keep_their_names_and_defaults(name: str) -> None:
    assert getattr(BookstoreSettings(), name) == SEED_DEFAULTS[name]


@pytest.mark.parametrize("name", BookstoreSettings.class_traits(config=True))
def test_every_setting_says_what_it_is_for(name: str) -> None:
    assert len(BookstoreSettings.class_traits()[name].help) > 20


@pytest.mark.parametrize("name", VARIABLES)
def test_the_environment_is_really_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defect 15."""
    monkeypatch.setenv(VARIABLES[name], "from-environment")
    assert getattr(BookstoreSettings(), name) == "from-environment"
    from_file = Config({"BookstoreSettings": {name: "from-file"}})
    assert getattr(BookstoreSettings(config=from_file), name) == "from-file"


@pytest.mark.parametrize("name", VARIABLES)
def test_none_still_means_not_set(name: str) -> None:
    assert getattr(BookstoreSettings(**{name: None}), name) == SEED_DEFAULTS.get(name, "")


@pytest.mark.parametrize("name", VARIABLES)
def test_white_space_at_the_ends_is_no_part_of_a_setting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read from a file ends in a newline."""
    monkeypatch.setenv(VARIABLES[name], " from-environment\n")
    assert getattr(BookstoreSettings(), name) == "from-environment"
    assert getattr(BookstoreSettings(**{name: "\tfrom-file\n"}), name) == "from-file"


def test_an_endpoint_is_trimmed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", "http://127.0.0.1:9000\n")
    assert BookstoreSettings().custom_endpoint_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize("name", ["s3_access_key_id", "s3_session_token"])
def test_what_no_request_can_carry_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(TraitError, match=f"{name} must be one word") as caught:
        BookstoreSettings(**{name: "first\nsecond"})
    assert "first" not in str(caught.value)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_CA_BUNDLE"])
def test_white_space_around_an_aws_variable_is_refused_by_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other programs read it, too, so it cannot be trimmed for them; only where S3 is used."""
    monkeypatch.setenv(name, "secret\n")
    assert BookstoreSettings().s3_bucket == ""
    with pytest.raises(TraitError, match=name) as caught:
        BookstoreSettings(s3_bucket="notebooks")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["", " ", "eu central", "1", "-a", "a/b"])
def test_a_region_that_cannot_be_one_is_refused(value: str) -> None:
    with pytest.raises(TraitError, match="s3_region_name must be the name of a region"):
        BookstoreSettings(s3_region_name=value)


def test_whether_somebody_named_the_region_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where nobody did may the AWS configuration name it."""
    assert BookstoreSettings().region_name is None
    left_out = Config({"BookstoreSettings": {"s3_region_name": None}})
    assert BookstoreSettings(config=left_out).region_name is None
    assert BookstoreSettings(s3_region_name="us-east-1").region_name == "us-east-1"
    from_file = Config({"BookstoreSettings": {"s3_region_name": "us-east-1"}})
    assert BookstoreSettings(config=from_file).region_name == "us-east-1"
    monkeypatch.setenv("JPYNB_S3_REGION_NAME", "us-east-1")
    assert BookstoreSettings().region_name == "us-east-1"


def test_an_access_point_is_told_from_a_name_that_is_none() -> None:
    arn = "arn:aws:s3:us-west-2:123456789012:accesspoint/notebooks"
    with pytest.raises(TraitError, match="the name of the bucket itself"):
        BookstoreSettings(s3_bucket=arn)


def test_a_bad_value_from_the_environment_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", "not-a-url")
    with pytest.raises(TraitError, match=r"s3_endpoint_url must be a URL.*'not-a-url'"):
        BookstoreSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workspace_prefix", "a//b"),
        ("workspace_prefix", "../up"),
        ("published_prefix", "{user}"),
        ("s3_bucket", "no/slashes"),
        ("s3_bucket", ".."),
        ("local_bucket", "../up"),
        ("clone_buckets", ["ok-bucket", "not ok"]),
        ("galleries", ["https://ok.example.org/", "gallery.example.org"]),
        ("galleries", ["https://ada:secret@gallery.example.org/"]),
        ("galleries", [""]),
        ("galleries", ["https://gallery.example.org/?a=b"]),
        ("s3_endpoint_url", "localhost:9000"),
        ("s3_endpoint_url", "http://local host:9000"),
        ("s3_sse_kms_key_id", "two words"),
        ("s3_ca_bundle", "/no/such/file"),
        ("outbox_dir", "relative"),
        ("fs_cloning_basedir", "relative"),
        ("max_threads", 0),
        ("outbox_max_bytes", 0),
        ("coalesce_s", -1.0),
        ("retention_interval_h", 0.0),
        ("retention_keep_all_days", -1.0),
        ("retention_weekly_days", float("inf")),
        ("retention_max_bytes", -1),
        ("s3_sse", "rot13"),
        ("s3_addressing_style", "sideways"),
        ("max_threads", "many"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_value(name: str, value: object) -> None:
    with pytest.raises(TraitError) as caught:
        BookstoreSettings(**{name: value})
    assert name in str(caught.value)
    assert (str(value[-1]) if isinstance(value, list) else str(value)) in str(caught.value)


@given(secret=st.text(st.characters(exclude_categories=("C", "Z")), min_size=8))
def test_a_secret_is_in_no_repr_and_no_error(secret: str) -> None:
    settings = BookstoreSettings(s3_secret_access_key=secret, s3_session_token=secret)
    assert secret not in repr(settings)
    for name in ("s3_secret_access_key", "s3_session_token"):
        said = f"BookstoreSettings.{name} must be text, not list"
        assume(secret not in said)
        with pytest.raises(TraitError, match=re.escape(said)) as caught:
            BookstoreSettings(**{name: [secret]})
        assert secret not in str(caught.value)


def test_a_password_in_an_endpoint_is_refused_without_repeating_it() -> None:
    with pytest.raises(TraitError) as caught:
        BookstoreSettings(s3_endpoint_url="https://ana:hunter22@store.example")
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(
    "prefix", ["drafts/kylek", "/drafts/kylek", "drafts/kylek/", "/drafts/kylek/"]
)
def test_slashes_at_the_ends_of_a_prefix_make_no_difference(prefix: str) -> None:
    """Defect 22."""
    settings = BookstoreSettings(workspace_prefix=prefix, published_prefix=prefix)
    assert settings.workspace_key("a/b.ipynb", "x") == "drafts/kylek/a/b.ipynb"
    assert settings.published_key("/a/b.ipynb", "x") == "drafts/kylek/a/b.ipynb"


def test_a_prefix_can_hold_the_users_name() -> None:
    settings = BookstoreSettings(workspace_prefix="{username}/work")
    assert settings.workspace_key("a.ipynb", "ana@example.org") == "ana@example.org/work/a.ipynb"


@given(username=st.text(min_size=1).filter(lambda name: name.strip("/")))
def test_no_user_name_leaves_its_own_prefix(username: str) -> None:
    segments = BookstoreSettings(workspace_prefix="users/{username}").workspace_key(
        "a.ipynb", username
    )
    first, second, last = segments.split("/")
    assert (first, last) == ("users", "a.ipynb")
    assert second not in ("", ".", "..")


def test_cloning_is_limited_to_the_configured_bucket_and_those_listed() -> None:
    settings = BookstoreSettings(clone_buckets=["shared"])
    allowed = ["mine", "shared", "other"]
    assert [settings.may_clone_from(bucket, "mine") for bucket in allowed] == [True, True, False]
    anything = BookstoreSettings(clone_buckets=["*"])
    assert anything.may_clone_from("other", "mine")
    assert not anything.may_clone_from("../other", "mine")


def test_features_follow_from_the_settings() -> None:
    assert validate_bookstore(BookstoreSettings()) == {
        "bookstore_valid": True,
        "archive_valid": True,
        "publish_valid": True,
        "s3_clone_valid": True,
        "fs_clone_valid": False,
    }
    off = BookstoreSettings(
        workspace_prefix="/",
        published_prefix="",
        enable_s3_cloning=False,
        fs_cloning_basedir="/tmp",
    )
    assert validate_bookstore(off) == {
        "bookstore_valid": True,
        "archive_valid": False,
        "publish_valid": False,
        "s3_clone_valid": False,
        "fs_clone_valid": True,
    }


def test_servers_with_different_roots_keep_separate_histories(tmp_path: Path) -> None:
    (tmp_path / "a" / "Pro ject").mkdir(parents=True)
    (tmp_path / "b" / "Pro ject").mkdir(parents=True)
    one, two = (bucket_of_root(str(tmp_path / name / "Pro ject")) for name in "ab")
    assert one.startswith("pro-ject-")
    assert one != two
    (tmp_path / "link").symlink_to(tmp_path / "a" / "Pro ject")
    assert bucket_of_root(str(tmp_path / "link")) == one


def test_each_destination_has_an_outbox_of_its_own(tmp_path: Path) -> None:
    def outbox_of(**values: object) -> Path:
        log = logging.getLogger("tests")
        settings = BookstoreSettings(**values)
        return build_bookstore(settings, root_dir=str(tmp_path), log=log).outbox.directory

    embedded = outbox_of()
    aws = outbox_of(s3_bucket="my-bucket")
    other = outbox_of(s3_bucket="my-bucket", s3_endpoint_url="http://127.0.0.1:1")
    assert len({embedded, aws, other}) == 3
    assert outbox_of(s3_bucket="my-bucket") == aws
    elsewhere = outbox_of(s3_bucket="my-bucket", outbox_dir=str(tmp_path))
    assert (elsewhere.parent, elsewhere.name) == (tmp_path, aws.name)


def test_what_the_embedded_store_does_not_have_yet_waits_in_its_own_folder(tmp_path: Path) -> None:
    """Wherever the outbox of a bucket would be."""
    folders = {"local_store_dir": str(tmp_path / "store"), "outbox_dir": str(tmp_path / "outbox")}
    settings = BookstoreSettings(**folders)
    built = build_bookstore(settings, root_dir=str(tmp_path), log=logging.getLogger("tests"))

    assert built.outbox.directory == tmp_path / "store" / built.store.bucket


def test_building_touches_neither_disk_nor_network(tmp_path: Path) -> None:
    settings = BookstoreSettings(
        local_store_dir=str(tmp_path / "store"), outbox_dir=str(tmp_path / "outbox")
    )
    build_bookstore(settings, root_dir=str(tmp_path), log=logging.getLogger("tests"))
    assert list(tmp_path.iterdir()) == []


def test_the_kind_of_store_follows_the_bucket(tmp_path: Path) -> None:
    local = build_store(BookstoreSettings(local_store_dir=str(tmp_path)), "bucket")
    remote = build_store(BookstoreSettings(s3_bucket="my-bucket"), "my-bucket")
    assert (local.kind, remote.kind) == ("local", "s3")
    assert str(tmp_path) not in local.display


def test_the_hubs_user_comes_before_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    assert server_username() == "ana"


SWIFT = {
    "swift_container": "notebooks",
    "swift_auth_url": "https://keystone.example.org/v3",
    "swift_username": "ada",
    "swift_password": "secret",
    "swift_project_name": "lab",
}


def test_a_container_chooses_swift_and_an_outbox_of_its_own(tmp_path: Path) -> None:
    settings = BookstoreSettings(outbox_dir=str(tmp_path), **SWIFT)
    other = BookstoreSettings(outbox_dir=str(tmp_path), **SWIFT | {"swift_project_name": "other"})
    log = logging.getLogger("tests")
    built = build_bookstore(settings, root_dir=str(tmp_path), log=log)
    beside = build_bookstore(other, root_dir=str(tmp_path), log=log)

    assert (built.store.kind, built.store.bucket) == ("swift", "notebooks")
    assert built.outbox.directory.parent == tmp_path
    assert built.outbox.directory != beside.outbox.directory
    assert validate_bookstore(settings)["archive_valid"]


def test_how_to_sign_in_to_swift_is_read_from_openstacks_own_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JPYNB_SWIFT_CONTAINER", "notebooks")
    monkeypatch.setenv("OS_AUTH_URL", "https://keystone.example.org/v3")
    monkeypatch.setenv("OS_APPLICATION_CREDENTIAL_ID", "credential")
    monkeypatch.setenv("OS_APPLICATION_CREDENTIAL_SECRET", "secret\n")

    options = swift_options(BookstoreSettings())

    assert options.is_keystone
    assert options.application_credential_id == "credential"
    assert options.application_credential_secret == "secret"
    assert "secret" not in repr(options)


def test_openstacks_variables_are_not_looked_at_where_no_swift_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OS_AUTH_URL", "not a url")
    monkeypatch.setenv("OS_CACERT", "/no/such/file")

    assert BookstoreSettings().remote_bucket == ""
    with pytest.raises(TraitError, match="swift_auth_url"):
        BookstoreSettings(swift_container="notebooks")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"s3_bucket": "notebooks"}, "exclude each other"),
        ({"swift_auth_url": ""}, "swift_auth_url"),
        ({"swift_password": ""}, "swift_password"),
        ({"swift_application_credential_id": "c"}, "swift_application_credential_secret"),
        ({"swift_container": "a/b"}, "swift_container must be a container's name"),
        ({"swift_auth_url": "keystone:5000"}, "swift_auth_url must be a URL"),
        ({"swift_auth_url": "https://ada:hunter22@keystone"}, "no user name or password"),
        ({"swift_password": "hunter22\nX-Header: 1"}, "swift_password must be one line"),
        ({"swift_interface": "outside"}, "swift_interface"),
        ({"swift_ca_bundle": "/no/such/file"}, "swift_ca_bundle must be a file"),
    ],
)
def test_what_cannot_be_right_of_swift_stops_the_server(
    changed: dict[str, str], words: str
) -> None:
    with pytest.raises(TraitError, match=words) as caught:
        BookstoreSettings(**SWIFT | changed)
    assert "hunter22" not in str(caught.value)


def test_links_are_off_unless_the_administrator_allows_them() -> None:
    """They give a notebook to whoever has them, and cannot be taken back."""
    assert (BookstoreSettings().links_most_hours, BookstoreSettings().links_public) == (0, False)
    assert BookstoreSettings(links_most_hours=168).links_most_hours == 168


@pytest.mark.parametrize("hours", [-1, 0.05, 168.5, float("inf"), float("nan")])
def test_a_life_of_links_that_no_store_signs_is_refused(hours: float) -> None:
    with pytest.raises(TraitError, match=r"links_most_hours must be 0, or .* from 0\.1 to 168"):
        BookstoreSettings(links_most_hours=hours)
