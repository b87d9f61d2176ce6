"""Every setting of bookstore: one traitlets class, read once, checked at start.

Knows: trait names, key rules, the policy that settings make.  Must not know: stores, HTTP, the
server.
"""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, default, validate

from .keys.workspace import Workspace
from .s3_paths import s3_key
from .settings.agents import AgentSettings
from .settings.checks import CHECKS, is_bucket_name, shown
from .settings.links import LinkSettings
from .settings.of_managers import settings_of_manager, weaker_than
from .settings.swift import SwiftSettings
from .settings.traits import EnvUnicode, SecretUnicode, aws_variable_problem

AWS_ENDPOINT_URL = "https://s3.amazonaws.com"
"""The default endpoint; means "Amazon's own, for the region", not a custom one."""

_GIB = 2**30
_MIB = 2**20


class BookstoreSettings(AgentSettings, LinkSettings, SwiftSettings):
    """Configuration of archiving, publishing and cloning, shared by everything on one server.

    A value comes from the configuration file or command line, else from the environment variable
    named in its help, else from the default.  A bad value stops the server at start with a
    ``TraitError`` that names the trait and the value.
    """

    # -- where versions are kept ---------------------------------------------------------------

    workspace_prefix = Unicode(
        "workspace",
        help="""Prefix under which every save is archived. Slashes at either end make no
        difference. `{username}` stands for whose server it is, whoever signs in there:
        JUPYTERHUB_USER, else the account the server runs under.""",
    ).tag(config=True)

    published_prefix = Unicode(
        "published",
        help="""Prefix under which notebooks are published. Slashes and `{username}` as in
        workspace_prefix.""",
    ).tag(config=True)

    runs_prefix = Unicode(
        "runs",
        help="""Prefix under which the results of runs are kept, where nothing else is asked for.
        Slashes and `{username}` as in workspace_prefix.""",
    ).tag(config=True)

    s3_bucket = EnvUnicode(
        "JPYNB_S3_BUCKET",
        help="""Bucket that keeps the versions; it must have versioning enabled. Empty, and no
        swift_container: versions are kept on local disk, in local_store_dir.""",
    ).tag(config=True)

    s3_endpoint_url = EnvUnicode(
        "JPYNB_S3_ENDPOINT_URL",
        AWS_ENDPOINT_URL,
        help="""URL of the S3 service. The default means Amazon's own endpoint for the region; set
        it for Ceph, Swift, MinIO and other S3-compatible servers.""",
    ).tag(config=True)

    s3_region_name = EnvUnicode(
        "JPYNB_S3_REGION_NAME",
        "us-east-1",
        help="""Region of the bucket. Where nobody sets it, AWS_REGION, AWS_DEFAULT_REGION or the
        profile names it, and only then it is us-east-1.""",
    ).tag(config=True)

    local_store_dir = Unicode(
        help="""Folder of the embedded store, used when s3_bucket and swift_container are empty.
        Default: bookstore/store in Jupyter's data directory. Each server root has a bucket of its
        own in it, where saves wait as well; it must be on a local disk.""",
    ).tag(config=True)

    local_bucket = Unicode(
        help="""Name of the bucket in local_store_dir. Default: made from the server's root folder,
        so that notebooks of the same name in different projects keep separate histories.""",
    ).tag(config=True)

    # -- how to sign in to S3 ------------------------------------------------------------------

    s3_access_key_id = SecretUnicode(
        "JPYNB_S3_ACCESS_KEY_ID",
        help="""Access key. Leave unset to use the AWS provider chain: environment, profile, SSO,
        web identity, instance role.""",
    ).tag(config=True)

    s3_secret_access_key = SecretUnicode(
        "JPYNB_S3_SECRET_ACCESS_KEY",
        help="""Secret of the access key.""",
    ).tag(config=True)

    s3_session_token = SecretUnicode(
        "JPYNB_S3_SESSION_TOKEN",
        help="""Session token of temporary credentials.""",
    ).tag(config=True)

    s3_profile = EnvUnicode(
        "JPYNB_S3_PROFILE",
        help="""Profile in the AWS configuration files.""",
    ).tag(config=True)

    # -- how to talk to S3 ---------------------------------------------------------------------

    s3_addressing_style = Enum(
        ["auto", "path", "virtual"],
        "auto",
        help="""Where the bucket stands in a request's URL. `auto`: in the path when
        s3_endpoint_url is set, else in the host name.""",
    ).tag(config=True)

    s3_ca_bundle = Unicode(
        help="""File with the certificate authorities that sign the endpoint's certificate.""",
    ).tag(config=True)

    s3_sse = Enum(
        ["", "AES256", "aws:kms"],
        "",
        help="""Server-side encryption to ask for with every object.""",
    ).tag(config=True)

    s3_sse_kms_key_id = Unicode(
        help="""KMS key for `s3_sse = "aws:kms"`; empty: the bucket's default key.""",
    ).tag(config=True)

    s3_requester_pays = Bool(
        False,
        help="""Pay for each request, as a bucket may ask of those whose it is not.""",
    ).tag(config=True)

    s3_connect_timeout_s = Float(5.0, help="Seconds to wait for a connection to the store.").tag(
        config=True
    )

    s3_read_timeout_s = Float(30.0, help="Seconds to wait for the store to go on answering.").tag(
        config=True
    )

    max_threads = Int(
        16, help="How many notebooks are delivered to the store at the same time."
    ).tag(config=True)

    # -- what is archived, and how -------------------------------------------------------------

    archive_by_default = Bool(
        True,
        help="""Put the archiver in the place of Jupyter's default contents manager when no
        contents manager is configured.""",
    ).tag(config=True)

    archive_globs = List(
        Unicode(),
        default_value=["*.ipynb"],
        help="""Which files are archived: glob patterns matched against the API path, in which `*`
        also crosses slashes.""",
    ).tag(config=True)

    skip_unchanged = Bool(
        True, help="Make no new version of a save whose bytes equal the version before it."
    ).tag(config=True)

    coalesce_s = Float(
        0.0,
        help="""Saves of one notebook within so many seconds become one version, the newest; those
        of different people do not, unless they share the document. 0: every save is a version.""",
    ).tag(config=True)

    outbox_dir = Unicode(
        help="""Folder for saves that a store elsewhere does not have yet; it must be on a local
        disk. Each store has a folder of its own in it. Default: bookstore/outbox in Jupyter's data
        directory. Those for the embedded store wait in its own file, in local_store_dir.""",
    ).tag(config=True)

    outbox_max_bytes = Int(
        10 * _GIB,
        help="""Size limit of the outbox. When it is reached, saves still succeed and the user is
        told that they are not archived; what is in the outbox is never dropped, and the newest
        state of each notebook is archived once there is room.""",
    ).tag(config=True)

    store_timeout_s = Float(
        30.0,
        help="""Seconds after which one delivery to a silent store is given up and tried again
        later; large bodies get more, at 256 KB/s.""",
    ).tag(config=True)

    drain_deadline_s = Float(
        10.0,
        help="""Seconds a stopping server goes on delivering; what is left goes at the next
        start.""",
    ).tag(config=True)

    # -- cloning -------------------------------------------------------------------------------

    enable_s3_cloning = Bool(True, help="Allow cloning from the store.").tag(config=True)

    clone_buckets = List(
        Unicode(),
        help="""Buckets that may be cloned from beside the configured one. `["*"]`: every bucket
        that the server's credentials can read.""",
    ).tag(config=True)

    galleries = List(
        Unicode(),
        help="""URLs of galleries on other servers that notebooks are opened from, such as
        `https://gallery.example.org/`. This server fetches from no other place that a link
        names.""",
    ).tag(config=True)

    clone_max_bytes = Int(100 * _MIB, help="Largest object that is cloned.").tag(config=True)

    fs_cloning_basedir = Unicode(
        help="""Folder from which files may be cloned by their relative path, an absolute path.
        Empty: cloning from the file system is off.""",
    ).tag(config=True)

    # -- running -------------------------------------------------------------------------------

    runs_at_once = Int(
        4,
        help="""How many runs may go on at once that this server was asked to start; a further one
        is refused. 0: it starts none. Those that others start, papermill or a command, are not
        counted.""",
    ).tag(config=True)

    run_timeout_s = Float(
        24 * 3600.0,
        help="""Seconds after which a run that this server started is stopped; whoever starts one
        may ask for less. 0: it may take any time.""",
    ).tag(config=True)

    run_max_bytes = Int(
        256 * _MIB,
        help="""Largest result of a run, whoever starts it. One that grows larger ends its run; what
        it had made before is kept.""",
    ).tag(config=True)

    # -- retention -----------------------------------------------------------------------------

    retention_enabled = Bool(
        False,
        help="""Remove old versions, results of runs among them, while the server runs. Off:
        nothing is ever removed, unless somebody asks for it with `jupyter bookstore retain
        --apply`. Named, manual, restored,
        published, renamed and copied versions and the newest one of each notebook always stay.""",
    ).tag(config=True)

    retention_interval_h = Float(
        24.0, help="Hours between two runs, the first of which is soon after the start."
    ).tag(config=True)

    retention_keep_all_days = Float(30.0, help="Days for which every version is kept.").tag(
        config=True
    )

    retention_hourly_days = Float(
        60.0, help="Days after those for which the last version of each hour is kept."
    ).tag(config=True)

    retention_daily_days = Float(
        275.0, help="Days after those for which the last version of each day is kept."
    ).tag(config=True)

    retention_weekly_days = Float(
        0.0,
        help="""Days after those for which the last version of each week is kept; what is older
        goes, counted from when it was replaced or its notebook deleted. 0: for ever.""",
    ).tag(config=True)

    retention_max_bytes = Int(
        0,
        help="""Size of all versions in a workspace and of results together, as notebooks: when
        the rules above leave more, the oldest go first, but never one that always stays. 0: no
        limit.""",
    ).tag(config=True)

    # -- checks --------------------------------------------------------------------------------

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        explicit = {**self.config.get("BookstoreSettings", {}), **kwargs}
        for name, value in weaker_than(explicit, settings_of_manager(self.config)).items():
            setattr(self, name, value)
        self._names_region = type(self).s3_region_name.is_set_on(self)
        # traitlets checks what is set, but not what comes from the environment
        for name in CHECKS:
            # What the environment says of OpenStack is for other programs, too.
            if self.swift_container or not name.startswith("swift_"):
                self._check(name, getattr(self, name))
        if self.s3_bucket and (problem := aws_variable_problem()):
            raise TraitError(problem)
        if self.s3_bucket and self.swift_container:
            raise TraitError("BookstoreSettings.s3_bucket and swift_container exclude each other")
        if problem := self.sign_in_problem():
            raise TraitError(f"BookstoreSettings.{problem}")

    @validate(*CHECKS)
    def _validate(self, proposal: Any) -> Any:
        self._check(proposal["trait"].name, proposal["value"])
        return proposal["value"]

    def _check(self, name: str, value: Any) -> None:
        if problem := CHECKS[name](value):
            is_secret = isinstance(self.traits()[name], SecretUnicode)
            told = "" if is_secret else f", not {shown(value)!r}"
            raise TraitError(f"BookstoreSettings.{name} {problem}{told}")

    @default("local_store_dir")
    def _default_local_store_dir(self) -> str:
        return str(Path(jupyter_data_dir()) / "bookstore" / "store")

    # -- what follows from the settings --------------------------------------------------------

    def chosen(self) -> dict[str, Any]:
        """Return what makes the same settings in a process that has this one's environment."""
        names = self.trait_names(config=True)
        return {
            name: getattr(self, name)
            for name in names
            if self.trait_has_value(name) and getattr(self, name) != self.traits()[name].default()
        }

    @property
    def remote_bucket(self) -> str:
        """The bucket or container that keeps the versions; "" where they are on local disk."""
        return str(self.s3_bucket or self.swift_container)

    @property
    def custom_endpoint_url(self) -> str | None:
        """The endpoint to use instead of Amazon's own, or None."""
        url = self.s3_endpoint_url.rstrip("/")
        return None if url in ("", AWS_ENDPOINT_URL) else url

    @property
    def region_name(self) -> str | None:
        """The region that somebody named here; None: whatever the AWS configuration says."""
        return self.s3_region_name if self._names_region else None

    def workspace(self, username: str) -> Workspace:
        """Return the part of the bucket where the notebooks on the server of *username* are."""
        return Workspace(s3_key(_with_username(self.workspace_prefix, username)))

    def workspace_key(self, path: str, username: str) -> str:
        """Return the key under which the notebook at API path *path* is archived."""
        return self.workspace(username).key(path)

    def published_key(self, path: str, username: str) -> str:
        """Return the key under which a notebook is published at *path*."""
        return s3_key(_with_username(self.published_prefix, username), path)

    def runs(self, username: str) -> Workspace:
        """Return the part of the bucket where the results of runs are."""
        return Workspace(s3_key(_with_username(self.runs_prefix, username)))

    def archives(self, path: str) -> bool:
        """Is the file at API path *path* one of those that are archived?"""
        return any(fnmatch.fnmatchcase(path, glob) for glob in self.archive_globs)

    def may_clone_from(self, bucket: str, configured_bucket: str) -> bool:
        """May objects of *bucket* be cloned?"""
        is_listed = bucket in self.clone_buckets or "*" in self.clone_buckets
        return bucket == configured_bucket or (is_listed and is_bucket_name(bucket))


def validate_bookstore(settings: BookstoreSettings) -> dict[str, bool]:
    """Say which features *settings* switch on; whether the store works is asked of the store.

    With no bucket the embedded store is used, so archiving and publishing need only their
    prefixes, which keep the two apart.
    """
    has_store = bool(settings.remote_bucket) or bool(settings.local_store_dir)
    return {
        "bookstore_valid": has_store,
        "archive_valid": has_store and settings.workspace_prefix.strip("/") != "",
        "publish_valid": has_store and settings.published_prefix.strip("/") != "",
        "s3_clone_valid": has_store and settings.enable_s3_cloning,
        "fs_clone_valid": settings.fs_cloning_basedir != "",
    }


def _with_username(prefix: str, username: str) -> str:
    # Quoted, so that a name is always one segment and never "." or "..".
    segment = quote(username, safe=" @+=,", errors="surrogatepass").replace("..", "%2E%2E")
    return prefix.replace("{username}", "%2E" if segment == "." else segment)
