"""Whatever is sent to a running server, it answers as the OpenAPI document says, and never 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from notebooks import notebook, on_disk
from processes import TOKEN, Server
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "source" / "bookstore_api.yaml"
AUTHORIZATION = {"Authorization": f"token {TOKEN}"}
BUCKET = "books"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
AIM = {
    "s3_bucket": BUCKET,
    "s3_key": "published/a.ipynb",
    "relpath": "a.ipynb",
    "address": "bookstore:///published/a.ipynb",
    "of": "bookstore:///published/a.ipynb",
    "content": notebook("2 + 2"),
}
"""What is there: with these, the request gets past the first refusal."""

IN_GALLERY: list[str] = []
"""The notebook that the running server has in its gallery."""

schema = schemathesis.openapi.from_path(DOCUMENT)
OPERATIONS = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


def takes_something(label: str) -> bool:
    """Does the operation have anything that could be wrong?"""
    operation = OPERATIONS[label]
    return bool(operation.query or operation.path_parameters or operation.body)


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of its own, with something published and shared on it."""
    home = tmp_path_factory.mktemp("schemathesis")
    shared = home / "shared"
    shared.mkdir()
    (shared / "a.ipynb").write_bytes(on_disk(notebook("1 + 1")))
    arguments = (
        "--ServerApp.jpserver_extensions={'bookstore': True, 'jupyterlab': False}",
        f"--BookstoreSettings.local_bucket={BUCKET}",
        f"--BookstoreSettings.fs_cloning_basedir={shared}",
        "--BookstoreSettings.drain_deadline_s=0",
    )
    with Server(home=home, arguments=arguments) as server:
        body = {"type": "notebook", "content": notebook("1 + 1")}
        server.request("PUT", "api/bookstore/published/a.ipynb", body)
        words = {"title": "Tides", "description": "When.", "content": notebook("tide()")}
        IN_GALLERY.append(server.request("POST", "api/bookstore/gallery/notebooks", words)["uuid"])
        yield server.url.rstrip("/")


def aim(case: Any) -> None:
    """Let *case* ask for what is there, and keep the rest of it."""
    for sent in (case.query, case.body):
        if isinstance(sent, dict):
            sent.update({name: value for name, value in AIM.items() if name in sent})
    if "path" in (case.path_parameters or {}):
        case.path_parameters["path"] += ".ipynb"
    if "uuid" in (case.path_parameters or {}) and case.method != "DELETE":  # for it is to stay
        case.path_parameters["uuid"] = IN_GALLERY[-1]


BOUNDED = settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("aimed", [False, True], ids=["anything", "aimed"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_a_running_server_answers_as_documented(
    running_server: str, label: str, aimed: bool
) -> None:
    @BOUNDED
    @given(case=OPERATIONS[label].as_strategy())
    def ask(case: Any) -> None:
        if aimed:
            aim(case)
        response = case.call(base_url=running_server, headers=AUTHORIZATION, allow_redirects=False)
        case.validate_response(response, checks=CHECKS)

    ask()


@pytest.mark.parametrize("label", [label for label in OPERATIONS if takes_something(label)])
def test_what_is_not_as_documented_is_refused_as_documented(
    running_server: str, label: str
) -> None:
    @BOUNDED
    @given(case=OPERATIONS[label].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case: Any) -> None:
        response = case.call(base_url=running_server, headers=AUTHORIZATION, allow_redirects=False)
        assert response.status_code < 500, response.text

    ask()
