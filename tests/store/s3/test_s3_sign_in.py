"""Whatever goes wrong before anything is sent names its source: the sign-in, the AWS
configuration, a file of authorities, the region.  It is never told as trouble with the network."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiobotocore.utils import AioContainerMetadataFetcher
from s3_server import free_port, opened, options
from scripted_s3 import Answer, scripted_s3
from test_s3 import kept, put
from test_s3_errors import failure_of

from bookstore.errors import BookstoreError, StoreRefused, StoreUnavailable
from bookstore.store.s3.probe import S3Probe

CHAIN = {"access_key_id": None, "secret_access_key": None}
"""Ask AWS's chain of providers, and not the settings."""

pytestmark = pytest.mark.asyncio


class Chain:
    """What AWS's chain of providers finds: files and environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.set = monkeypatch.setenv

    def configure(self, text: str, file: str = "config") -> None:
        """Write an AWS configuration file."""
        (self.folder / file).write_text(text)

    def process(self, prints: str) -> None:
        """Have a program give the credentials."""
        program = shlex.join([sys.executable, "-c", f"print({prints!r})"])
        self.configure(f"[default]\ncredential_process = {program}\n")


@pytest.fixture
def chain(no_aws_configuration: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    monkeypatch.setattr(AioContainerMetadataFetcher, "SLEEP_TIME", 0)
    return Chain(no_aws_configuration, monkeypatch)


def web_identity_without_token(chain: Chain) -> None:
    chain.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")
    chain.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")


def web_identity_without_role(chain: Chain) -> None:
    chain.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")


def missing_helper(chain: Chain) -> None:
    chain.configure("[default]\ncredential_process = /nowhere/helper\n")


def failing_helper(chain: Chain) -> None:
    chain.configure("[default]\ncredential_process = false\n")


def helper_without_json(chain: Chain) -> None:
    chain.process("not json")


def helper_with_other_json(chain: Chain) -> None:
    chain.process(json.dumps([1, 2]))


def helper_that_cannot_be_read(chain: Chain) -> None:
    chain.configure("[default]\ncredential_process = 'unclosed\n")


def key_without_secret(chain: Chain) -> None:
    chain.set("AWS_ACCESS_KEY_ID", "k")


def key_without_secret_in_a_file(chain: Chain) -> None:
    chain.configure("[default]\naws_access_key_id = k\n", "credentials")


def role_of_a_missing_profile(chain: Chain) -> None:
    chain.configure("[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = nope\n")


def role_of_an_unknown_source(chain: Chain) -> None:
    chain.configure("[default]\nrole_arn = arn:aws:iam::1:role/x\ncredential_source = Moon\n")


def single_sign_on_that_never_happened(chain: Chain) -> None:
    chain.configure(
        "[default]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = r\n"
    )


def container_without_service(chain: Chain) -> None:
    chain.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{free_port()}/x")


def container_of_another_host(chain: Chain) -> None:
    chain.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://198.51.100.1/x")


def container_without_token(chain: Chain) -> None:
    chain.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/x")
    chain.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nowhere/token")


def metadata_at_no_url(chain: Chain) -> None:
    chain.set("AWS_EC2_METADATA_DISABLED", "false")
    chain.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "not a url")


def timeout_that_is_no_number(chain: Chain) -> None:
    chain.set("AWS_METADATA_SERVICE_TIMEOUT", "soon")


SOURCES: dict[Callable[[Chain], None], str] = {
    web_identity_without_token: "the web identity token cannot be read",
    web_identity_without_role: "web identity",
    missing_helper: "the program of credential_process cannot be run",
    failing_helper: "a program that the AWS configuration names",
    helper_without_json: "a program that the AWS configuration names",
    helper_with_other_json: "a program that the AWS configuration names",
    helper_that_cannot_be_read: "a program that the AWS configuration names",
    key_without_secret: "AWS_ACCESS_KEY_ID",
    key_without_secret_in_a_file: "the AWS credentials file",
    role_of_a_missing_profile: "a role that the AWS configuration names",
    role_of_an_unknown_source: "a role that the AWS configuration names",
    single_sign_on_that_never_happened: "SSO",
    container_without_service: "the container's role",
    container_of_another_host: "the container's role",
    container_without_token: "the token file cannot be read",
    metadata_at_no_url: "the AWS configuration",
    timeout_that_is_no_number: "the AWS configuration",
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
async def test_a_source_of_credentials_that_fails_is_named(
    chain: Chain, source: Callable[[Chain], None]
) -> None:
    """To whoever saves, to the status and to the doctor alike."""
    source(chain)
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, **CHAIN) as store:
            raised = await failure_of(put(store))
            check = await store.check()
        probe = S3Probe("bucket", options(script.endpoint_url, **CHAIN))
        examined = await failure_of(probe.credentials())
        await probe.close()
    assert SOURCES[source] in raised.message
    assert raised.hint != StoreRefused.hint
    for told in (raised.message, raised.hint, *check.problems):
        assert "network" not in told
        assert "the connection" not in told
    _, _, told = raised.message.partition(": ")
    assert told in " ".join(check.problems)
    assert told in examined.message
    assert script.requests == []


async def test_a_helper_that_gives_credentials_is_believed(chain: Chain) -> None:
    """The way that works is still there."""
    given = {"Version": 1, "AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t"}
    chain.process(json.dumps(given))
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, **CHAIN) as store:
            assert await put(store) == "v1"
        probe = S3Probe("bucket", options(script.endpoint_url, **CHAIN))
        found = await probe.credentials()
        await probe.close()
    assert found.are_temporary
    [sent] = script.of("PUT")
    assert "Credential=k/" in sent.headers["authorization"]


@pytest.mark.parametrize(
    ("code", "expected", "told"),
    [
        ("AccessDenied", StoreRefused, "was refused (AccessDenied)"),
        ("Throttling", StoreUnavailable, "is not possible just now (Throttling)"),
    ],
)
async def test_what_the_sign_in_service_answers_is_told_as_its(
    chain: Chain, code: str, expected: type[BookstoreError], told: str
) -> None:
    said = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
    answer = Answer(status=400, headers={"Content-Type": "text/xml"}, body=said.encode())
    (chain.folder / "token").write_text("a token")
    chain.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")
    chain.set("AWS_WEB_IDENTITY_TOKEN_FILE", str(chain.folder / "token"))
    chain.set("AWS_MAX_ATTEMPTS", "1")
    with scripted_s3(kept) as script, scripted_s3(lambda _: answer) as sign_in:
        chain.set("AWS_ENDPOINT_URL_STS", sign_in.endpoint_url)
        async with opened(script.endpoint_url, **CHAIN) as store:
            raised = await failure_of(put(store))
    assert type(raised) is expected
    assert f"web identity, such as a Kubernetes service account {told}" in raised.message
    assert script.requests == []


# -- the rest of the AWS configuration -----------------------------------------------------------


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
async def test_a_profile_that_is_missing_is_named_with_who_asks_for_it(
    chain: Chain, variable: str
) -> None:
    chain.set(variable, "nope")
    async with opened("http://127.0.0.1:9") as store:
        raised = await failure_of(put(store))
    assert "no profile 'nope'" in raised.message
    assert variable in raised.hint


async def test_a_configuration_that_cannot_be_read_is_named(chain: Chain) -> None:
    chain.configure("no section\n")
    async with opened("http://127.0.0.1:9") as store:
        raised = await failure_of(put(store))
    assert type(raised) is StoreRefused
    assert "AWS_CONFIG_FILE" in raised.hint


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
async def test_authorities_that_cannot_be_read_are_named_with_who_asks_for_them(
    chain: Chain, variable: str
) -> None:
    chain.set(variable, "/nowhere/ca.pem")
    async with opened("https://127.0.0.1:9") as store:
        raised = await failure_of(put(store))
    assert "certificate authorities" in raised.message
    assert variable in raised.hint


@pytest.mark.parametrize(
    ("variables", "profile", "named", "expected"),
    [
        ({}, "", None, "us-east-1"),
        ({}, "eu-west-3", None, "eu-west-3"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-3", None, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "", None, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1"}, "eu-west-3", "us-east-1", "us-east-1"),
    ],
)
async def test_the_region_is_that_of_whoever_names_one(
    chain: Chain, variables: dict[str, str], profile: str, named: str | None, expected: str
) -> None:
    """The setting, then the environment, then the profile."""
    chain.configure(f"[default]\nregion = {profile}\n" if profile else "")
    for name, value in variables.items():
        chain.set(name, value)
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url, region_name=named) as store:
            await put(store)
    [sent] = script.of("PUT")
    assert f"/{expected}/s3/" in sent.headers["authorization"]


async def test_a_region_that_is_none_is_named_with_who_asks_for_it(chain: Chain) -> None:
    chain.set("AWS_REGION", "eu west")
    async with opened("http://127.0.0.1:9") as store:
        raised = await failure_of(put(store))
    assert "'eu west'" in raised.message
    assert "AWS_REGION" in raised.hint
