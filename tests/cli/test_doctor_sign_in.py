"""``doctor`` and server say the same of what goes wrong before anything is sent."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from cli_runner import run
from processes import WITHOUT_FRONT_ENDS, Server
from scripted_s3 import Answer, scripted_s3
from test_doctor import problems


@pytest.fixture
def aws(s3_settings: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the AWS configuration of a server that signs in by it."""
    for name in ("JPYNB_S3_ACCESS_KEY_ID", "JPYNB_S3_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (home / ".aws").mkdir()
    return home / ".aws"


HELPERS = {
    "missing": ("/nowhere/helper", "the program of credential_process cannot be run"),
    "no JSON": ("echo not-json", "failed (JSONDecodeError)"),
    "failing": ("false", "gave no credentials"),
}


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_that_fails_is_a_problem(aws: Path, helper: str) -> None:
    program, told = HELPERS[helper]
    (aws / "config").write_text(f"[default]\ncredential_process = {program}\n")
    ran = run("doctor", "--json")
    assert ran.code == 1
    found = problems(ran)["credentials"]
    assert told in found["said"]
    assert "credential_process" in found["do"]


def test_a_web_identity_without_token_is_a_problem(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
    found = problems(run("doctor", "--json"))["credentials"]
    assert "the web identity token cannot be read" in found["said"]
    assert "AWS_WEB_IDENTITY_TOKEN_FILE" in found["do"]


def test_a_profile_that_is_missing_is_a_problem(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nope")
    found = problems(run("doctor", "--json"))["credentials"]
    assert "no profile 'nope'" in found["said"]
    assert "AWS_PROFILE" in found["do"]


def test_what_is_no_s3_is_a_problem(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Answer(headers={"Content-Type": "text/html"}, body=b"<html><body/></html>")
    with scripted_s3(lambda _: page, asks_about_versioning=True) as script:
        monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", script.endpoint_url)
        [found] = problems(run("doctor", "--json")).values()
    assert f"{script.endpoint_url} does not answer as S3" in found["said"]


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
        ("JPYNB_S3_REGION_NAME", "s3_region_name"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, variable: str, named: str
) -> None:
    """As the server refuses to start with it."""
    monkeypatch.setenv(variable, "two words\n")
    ran = run("doctor")
    assert ran.code != 0
    assert named in ran.out + ran.err


def test_the_server_tells_what_the_doctor_tells(aws: Path, home: Path) -> None:
    """``GET /api/bookstore``, the status and the log."""
    (aws / "config").write_text("[default]\ncredential_process = /nowhere/helper\n")
    environment = {
        name: value for name, value in os.environ.items() if name.startswith(("AWS_", "JPYNB_"))
    }
    told = "the program of credential_process cannot be run"
    with Server(home=home, arguments=WITHOUT_FRONT_ENDS, environment=environment) as server:
        server.save("a.ipynb", "1")
        assert told in json.dumps(server.request("GET", "api/bookstore")["problems"])
        deadline = time.monotonic() + 120
        while not (status := server.request("GET", "api/bookstore/status"))["problems"]:
            assert time.monotonic() < deadline, status
        assert told in json.dumps(status["problems"])
        assert told in server.log
