"""The settings that say which Swift keeps the versions, and how to sign in to it.

Knows: trait names.  Must not know: stores.
"""

from __future__ import annotations

from traitlets import Enum, Unicode
from traitlets.config import LoggingConfigurable

from .traits import EnvUnicode, SecretUnicode


class SwiftSettings(LoggingConfigurable):
    """Part of :class:`~bookstore.bookstore_config.BookstoreSettings`.

    How to sign in is read from the environment as OpenStack's own tools read it, so that whoever
    has an ``openrc`` file need name nothing but the container.
    """

    swift_container = EnvUnicode(
        "JPYNB_SWIFT_CONTAINER",
        help="""Container of an OpenStack Swift that keeps the versions, by Swift's own API; it must
        have versioning enabled. Not together with s3_bucket.""",
    ).tag(config=True)

    swift_auth_url = EnvUnicode(
        "OS_AUTH_URL",
        help="""Where to sign in: the URL of Keystone, or that of a Swift which has users of its own
        (TempAuth), which ends in /auth/v1.0.""",
    ).tag(config=True)

    swift_username = EnvUnicode(
        "OS_USERNAME", help="Name of the user; where Swift itself signs in, account:user."
    ).tag(config=True)

    swift_password = SecretUnicode("OS_PASSWORD", help="Password of the user, or the key.").tag(
        config=True
    )

    swift_user_domain = EnvUnicode(
        "OS_USER_DOMAIN_NAME", "Default", help="Name of the domain that the user is in."
    ).tag(config=True)

    swift_project_name = EnvUnicode(
        "OS_PROJECT_NAME",
        help="""Name of the project whose object store it is, once called a tenant. Empty, and no
        swift_project_id: the user's default project.""",
    ).tag(config=True)

    swift_project_id = EnvUnicode(
        "OS_PROJECT_ID", help="ID of the project; it goes before the project's name."
    ).tag(config=True)

    swift_project_domain = EnvUnicode(
        "OS_PROJECT_DOMAIN_NAME",
        help="Name of the domain that the project is in. Empty: the user's.",
    ).tag(config=True)

    swift_application_credential_id = EnvUnicode(
        "OS_APPLICATION_CREDENTIAL_ID",
        help="ID of an application credential, which stands for user, password and project.",
    ).tag(config=True)

    swift_application_credential_secret = SecretUnicode(
        "OS_APPLICATION_CREDENTIAL_SECRET", help="Secret of the application credential."
    ).tag(config=True)

    swift_region_name = EnvUnicode(
        "OS_REGION_NAME",
        help="""Region whose object store it is. Empty: that of the first in Keystone's
        catalogue.""",
    ).tag(config=True)

    swift_interface = Enum(
        ["public", "internal", "admin"],
        "public",
        help="Which of the object store's addresses in Keystone's catalogue to use.",
    ).tag(config=True)

    swift_storage_url = Unicode(
        help="""Address of the account, where the one that the sign-in tells cannot be reached from
        here: https://swift.example.org/v1/AUTH_… . Empty: the one that it tells.""",
    ).tag(config=True)

    swift_ca_bundle = EnvUnicode(
        "OS_CACERT",
        help="""File with the certificate authorities that sign the service's certificate.""",
    ).tag(config=True)

    def sign_in_problem(self) -> str:
        """Return what lacks to sign in, "" where nothing does or no Swift is used."""
        if not self.swift_container:
            return ""
        if not self.swift_auth_url:
            return "swift_container needs swift_auth_url, where to sign in"
        if self.swift_application_credential_id:
            is_known = bool(self.swift_application_credential_secret)
            lacks = "swift_application_credential_secret"
        else:
            is_known = bool(self.swift_username and self.swift_password)
            lacks = "swift_username and swift_password, or an application credential"
        return "" if is_known else f"swift_container needs {lacks}"
