"""Where credentials come from, in words, and what to correct where none come.

Knows: the names of AWS's credential providers.  Must not know: how they are asked.
"""

from __future__ import annotations

from typing import NamedTuple

CREDENTIALS_HINT = (
    "Correct BookstoreSettings.s3_access_key_id and s3_secret_access_key, or leave both unset and "
    "give the server credentials through the AWS provider chain: environment, profile, role."
)
_KEYS = "Correct aws_access_key_id and aws_secret_access_key"
_SSO = "Sign in again: aws sso login."
_ROLE = "Correct the role in the AWS configuration, and see that the server may assume it."


class Source(NamedTuple):
    """One source of credentials."""

    words: str
    hint: str = CREDENTIALS_HINT
    broken: str = "a file cannot be read"
    """What is wrong where the operating system says no."""


UNKNOWN_SOURCE = Source("the AWS configuration")
SOURCES = {
    "env": Source(
        "environment variables (AWS_ACCESS_KEY_ID)",
        "Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the server's environment.",
    ),
    "shared-credentials-file": Source(
        "the AWS credentials file", f"{_KEYS} in the AWS credentials file."
    ),
    "custom-process": Source(
        "a program that the AWS configuration names",
        "Correct credential_process in the AWS configuration; what it names has to print JSON.",
        "the program of credential_process cannot be run",
    ),
    "config-file": Source("the AWS configuration file", f"{_KEYS} in the AWS configuration file."),
    "ec2-credentials-file": Source(
        "the file AWS_CREDENTIAL_FILE", "Correct the file that AWS_CREDENTIAL_FILE names."
    ),
    "boto-config": Source("a boto configuration file", f"{_KEYS} in the boto configuration file."),
    "assume-role": Source("a role that the AWS configuration names", _ROLE),
    "assume-role-with-web-identity": Source(
        "a web identity, such as a Kubernetes service account",
        "Correct AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or web_identity_token_file and "
        "role_arn in the AWS configuration; the role has to trust the identity.",
        "the web identity token cannot be read",
    ),
    "sso": Source("an AWS sign-in (SSO)", _SSO),
    "login": Source("an AWS sign-in", "Sign in again: aws login."),
    "container-role": Source(
        "the container's role",
        "See that the service runs that AWS_CONTAINER_CREDENTIALS_FULL_URI or "
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI names, and that the file exists that "
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names.",
        "the token file cannot be read",
    ),
    "iam-role": Source("the machine's role", "See that the machine has a role."),
    "explicit": Source("BookstoreSettings.s3_access_key_id"),
}


class SignInFailed(Exception):
    """A source of credentials failed, before anything was sent to the store; the cause says how."""

    def __init__(self, method: str) -> None:
        self.source = SOURCES.get(method, UNKNOWN_SOURCE)
        super().__init__(self.source.words)
