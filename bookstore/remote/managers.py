"""The contents managers that name a store by themselves, with the settings that they had in 2013.

What they say is read by ``settings/of_managers``, for the command line needs it too.

Knows: trait names.  Must not know: stores, what the settings become.
"""

from __future__ import annotations

from traitlets import Dict, Unicode

from ..settings.of_managers import (
    CLOUD_FILES_ENDPOINTS,
    CONTAINER_OF_2013,
    REGION_OF_2013,
)
from ..settings.traits import SecretUnicode
from .manager import ObjectStoreContentsManager


class S3ContentsManager(ObjectStoreContentsManager):
    """Notebooks and files in a bucket on S3 that keeps versions."""

    bucket = Unicode(help="Bucket, with versioning enabled: BookstoreSettings.s3_bucket.").tag(
        config=True
    )
    prefix = Unicode(
        help="What keys begin with: BookstoreSettings.workspace_prefix, whose default it has."
    ).tag(config=True)
    endpoint_url = Unicode(
        help="URL of the service, where it is not Amazon's: BookstoreSettings.s3_endpoint_url."
    ).tag(config=True)
    region_name = Unicode(help="Region: BookstoreSettings.s3_region_name.").tag(config=True)
    access_key_id = SecretUnicode(
        "JPYNB_S3_ACCESS_KEY_ID", help="Access key: BookstoreSettings.s3_access_key_id."
    ).tag(config=True)
    secret_access_key = SecretUnicode(
        "JPYNB_S3_SECRET_ACCESS_KEY", help="Its secret: BookstoreSettings.s3_secret_access_key."
    ).tag(config=True)
    session_token = SecretUnicode(
        "JPYNB_S3_SESSION_TOKEN",
        help="Session token of temporary keys: BookstoreSettings.s3_session_token.",
    ).tag(config=True)


class SwiftContentsManager(ObjectStoreContentsManager):
    """Notebooks and files in a container of an OpenStack Swift that keeps versions."""

    container_name = Unicode(
        CONTAINER_OF_2013,
        help="Container, with versioning enabled: BookstoreSettings.swift_container.",
    ).tag(config=True)
    account_name = Unicode(
        help="Name of the user; where Swift itself signs in, account:user:"
        " BookstoreSettings.swift_username."
    ).tag(config=True)
    account_key = SecretUnicode(
        "OS_PASSWORD", help="Password of the user, or the key: BookstoreSettings.swift_password."
    ).tag(config=True)
    auth_endpoint = Unicode(help="Where to sign in: BookstoreSettings.swift_auth_url.").tag(
        config=True
    )
    region = Unicode(help="Region of the store: BookstoreSettings.swift_region_name.").tag(
        config=True
    )


class KeystoneContentsManager(SwiftContentsManager):
    """The same for those who sign in through Keystone."""

    tenant_name = Unicode(
        help="Name of the project, once called a tenant: BookstoreSettings.swift_project_name."
    ).tag(config=True)
    tenant_id = Unicode(help="ID of the project: BookstoreSettings.swift_project_id.").tag(
        config=True
    )
    user_domain_name = Unicode(
        help="Domain that the user is in: BookstoreSettings.swift_user_domain."
    ).tag(config=True)
    project_domain_name = Unicode(
        help="Domain that the project is in: BookstoreSettings.swift_project_domain."
    ).tag(config=True)
    application_credential_id = Unicode(
        help="Application credential, which stands for user and project:"
        " BookstoreSettings.swift_application_credential_id."
    ).tag(config=True)
    application_credential_secret = SecretUnicode(
        "OS_APPLICATION_CREDENTIAL_SECRET",
        help="Its secret: BookstoreSettings.swift_application_credential_secret.",
    ).tag(config=True)


class CloudFilesContentsManager(SwiftContentsManager):
    """The same for CloudFiles, by its regions.

    Rackspace's own service for those who have these settings from 2013 has changed since; what
    speaks its first API, and signs in as TempAuth does, can be named in ``endpoints``.
    """

    region = Unicode(REGION_OF_2013, help="Region, which says where to sign in.").tag(config=True)
    endpoints = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Where users of a region sign in, beside and before Rackspace's own regions: "
        f"{', '.join(sorted(CLOUD_FILES_ENDPOINTS))}.",
    ).tag(config=True)
