"""Swift by its own API, with users of its own and with Keystone: what no other store is like."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cli_runner import run
from processes import WITHOUT_FRONT_ENDS, Server, eventually, jupyter_environment
from real_swift import (
    REAL_SWIFTS,
    VERSIONED,
    ask_swift,
    new_container,
    swift_environment,
    swift_options,
)
from remote_contents import manager_on, text_model
from stored import KEY, put
from tornado.web import HTTPError

from bookstore.errors import BookstoreError, BucketNotFound, StoreRefused
from bookstore.store.swift import client
from bookstore.store.swift.client import SwiftClient
from bookstore.store.swift.sign_in import SignedIn
from bookstore.store.swift.sign_in import sign_in as sign_in_as_ever
from bookstore.store.swift.store import SwiftOptions, SwiftStore

pytestmark = pytest.mark.real_store


@pytest.fixture(params=REAL_SWIFTS)
def options(request: pytest.FixtureRequest) -> SwiftOptions:
    """How to reach a real Swift, by each way to sign in."""
    return swift_options(request.param)


async def stored_in(container: str, options: SwiftOptions) -> str:
    """Put a version, and return its ID."""
    store = SwiftStore(container, options)
    try:
        return (await put(store, KEY, b"{}")).version_id
    finally:
        await store.close()


def refusal(container: str, options: SwiftOptions) -> BookstoreError:
    """The error that a put raises."""
    with pytest.raises(BookstoreError) as raised:
        asyncio.run(stored_in(container, options))
    return raised.value


def test_a_container_that_is_not_there_is_named(options: SwiftOptions) -> None:
    error = refusal("no-such-container", options)
    assert isinstance(error, BucketNotFound)
    assert "no-such-container" in error.message


def test_a_container_that_keeps_no_versions_gets_nothing(options: SwiftOptions) -> None:
    async def left() -> bytes:
        container = await new_container(options, {})
        with pytest.raises(StoreRefused, match="keeps no versions"):
            await stored_in(container, options)
        return (await ask_swift(options, "GET", quote(container))).body

    assert asyncio.run(left()) == b""


def test_a_wrong_password_is_refused_and_the_settings_named(options: SwiftOptions) -> None:
    changed = swift_options(
        "swift-keystone" if options.is_keystone else "swift-tempauth", password="wrong-one"
    )
    error = refusal("any", changed)
    assert isinstance(error, StoreRefused)
    assert "swift_" in error.hint
    assert "wrong-one" not in f"{error.message} {error.hint}"


def test_an_application_credential_signs_in() -> None:
    """It stands for user, password and project."""
    options = swift_options("swift-keystone")

    async def work() -> str:
        container = await new_container(options)
        credential = await asyncio.to_thread(application_credential, options)
        limited = SwiftOptions(
            auth_url=options.auth_url,
            region_name=options.region_name,
            application_credential_id=credential["id"],
            application_credential_secret=credential["secret"],
        )
        return await stored_in(container, limited)

    assert asyncio.run(work())


def application_credential(options: SwiftOptions) -> dict[str, Any]:
    """Make one for the user of *options*."""
    user = {"name": options.username, "domain": {"id": "default"}, "password": options.password}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": options.project_name, "domain": {"id": "default"}}}
    asked = {"auth": {"identity": identity, "scope": scope}}
    told, headers = keystone(options, "auth/tokens", asked)
    path = f"users/{told['token']['user']['id']}/application_credentials"
    wanted = {"application_credential": {"name": headers["X-Openstack-Request-Id"]}}
    made, _ = keystone(options, path, wanted, headers["X-Subject-Token"])
    credential: dict[str, Any] = made["application_credential"]
    return credential


def keystone(options: SwiftOptions, path: str, body: Any, token: str = "") -> tuple[Any, Any]:
    """Post *body*; return the answer and its headers."""
    request = urllib.request.Request(
        f"{options.auth_url}/{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-Auth-Token": token},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read()), answer.headers


def test_a_token_that_swift_does_not_take_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ended, or was revoked."""
    options = swift_options("swift-keystone")
    given: list[SignedIn] = []

    async def sign_in(*asked: Any) -> SignedIn:
        signed_in = await sign_in_as_ever(*asked)
        given.append(signed_in if given else signed_in._replace(token="ended"))
        return given[-1]

    async def work() -> str:
        container = await new_container(options)
        monkeypatch.setattr(client, "sign_in", sign_in)
        return await stored_in(container, options)

    assert asyncio.run(work())
    assert len(given) == 2


def doctor(
    environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, str]]:
    """What the doctor finds out about a container, by what it is about."""
    for variable, value in (jupyter_environment(home) | environment).items():
        monkeypatch.setenv(variable, value)
    ran = run("doctor", "--json")
    assert "not-a-secret" not in ran.out + ran.err
    return {finding["what"]: finding for finding in ran.json["findings"]}


@pytest.mark.parametrize("name", REAL_SWIFTS)
def test_the_doctor_finds_nothing_wrong_and_leaves_nothing_behind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    container, options = f"test-{secrets.token_hex(6)}", swift_options(name)
    asyncio.run(ask_swift(options, "PUT", container, VERSIONED))

    found = doctor(swift_environment(name, container), tmp_path, monkeypatch)

    assert not [each for each in found.values() if each["verdict"] == "problem"]
    assert found["sign-in"]["said"].startswith("By ")
    assert found["keys of 1,024 bytes"]["verdict"] == "cannot"
    assert {found[what]["verdict"] for what in ("clock", "metadata", "versioning")} == {"ok"}
    assert asyncio.run(ask_swift(options, "GET", f"{container}?versions")).body == b"[]"


def test_the_doctor_says_why_it_cannot_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = swift_environment("swift-keystone", "notebooks")

    found = doctor({**right, "OS_PROJECT_NAME": "nowhere"}, tmp_path, monkeypatch)

    assert found["sign-in"]["verdict"] == "problem"
    assert "swift_" in found["sign-in"]["do"]
    assert "write" not in found


def test_a_container_of_2013_is_imported_with_names_and_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It kept no versions; the names are in headers; a checkpoint is a copy by the store."""
    options = swift_options("swift-keystone")
    old, container = f"old-{secrets.token_hex(6)}", f"test-{secrets.token_hex(6)}"
    notebook_id, checkpoint_id = str(uuid.uuid4()), str(uuid.uuid4())

    async def fill() -> None:
        client = SwiftClient(options)
        try:
            await client.ask("PUT", container, headers=VERSIONED)
            await client.ask("PUT", old)
            key = f"{old}/{notebook_id}"
            name = {"X-Object-Meta-Nbname": "Übersicht/Mai"}
            for source in ("1", "2"):
                await client.ask("PUT", key, body=of_2013(source))
                await client.ask("POST", key, headers=name)
                if source == "1":
                    copied = {"X-Copy-From": quote(key)}
                    answer = await client.ask(
                        "PUT", f"{key}/checkpoints/{checkpoint_id}", headers=copied
                    )
                    assert answer.status == 201
        finally:
            await client.close()

    asyncio.run(fill())
    environment = jupyter_environment(tmp_path) | swift_environment("swift-keystone", container)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    ran = run("import", "--from-bucket", old, "--layout", "2013", "--json")

    assert ran.code == 0, ran.err
    imported = {each["path"]: each["versions"] for each in ran.json["imported"]}
    assert imported == {"Übersicht-Mai.ipynb": 2}
    bodies = [run("show", "Übersicht-Mai.ipynb", back).body for back in ("~1", "~0")]
    assert bodies == [of_2013("1"), of_2013("2")]


def of_2013(source: str) -> bytes:
    """Return a notebook in the format of then, without its name."""
    cell = {"cell_type": "code", "language": "python", "input": source, "outputs": []}
    content = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}}
    return json.dumps({**content, "worksheets": [{"cells": [cell]}]}).encode()


def test_a_quota_that_is_used_up_is_told_and_what_was_saved_is_kept(tmp_path: Path) -> None:
    """The document stays unsaved; it is a version when there is room."""
    options = swift_options("swift-tempauth")

    async def work() -> None:
        quota = {**VERSIONED, "X-Container-Meta-Quota-Bytes": "100"}
        container = await new_container(options, quota)
        store = SwiftStore(container, options)
        manager = manager_on(store, tmp_path)
        try:
            await manager.save(text_model("small"), "a.txt")
            with pytest.raises(HTTPError, match=r"quota is used up \(413\).*kept on this server"):
                await manager.save(text_model("x" * 1000), "a.txt")
            assert (await manager.get("a.txt"))["content"] == "small"
        finally:
            await manager.bookstore.close(deadline_s=0)

    asyncio.run(work())


def test_a_server_with_the_settings_of_2013_keeps_no_notebook_on_its_disk(tmp_path: Path) -> None:
    """List, save, checkpoints, restore, rename, and another server that has the same files."""
    options, container = swift_options("swift-keystone"), f"test-{secrets.token_hex(6)}"
    asyncio.run(ask_swift(options, "PUT", container, VERSIONED))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text(
        f"""
c.ServerApp.contents_manager_class = "bookstore.swift.KeystoneNotebookManager"
c.KeystoneNotebookManager.account_name = {options.username!r}
c.KeystoneNotebookManager.account_key = {options.password!r}
c.KeystoneNotebookManager.auth_endpoint = {options.auth_url!r}
c.KeystoneNotebookManager.tenant_name = {options.project_name!r}
c.KeystoneNotebookManager.region = {options.region_name!r}
c.KeystoneNotebookManager.container_name = {container!r}
"""
    )
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
        server.request("PUT", "api/contents/reports", {"type": "directory"})
        for source in ("one", "two", "three"):
            server.save("reports/demo.ipynb", source)
            server.request("POST", "api/contents/reports/demo.ipynb/checkpoints")
        history = "api/bookstore/versions/reports/demo.ipynb"

        def are_asked_for() -> bool:
            versions = server.request("GET", history)["versions"]
            return {version["kind"] for version in versions} == {"manual"}

        eventually(are_asked_for, "all three are known as what a user asked for")
        checkpoints = server.request("GET", "api/contents/reports/demo.ipynb/checkpoints")
        assert len(checkpoints) == 3
        second = checkpoints[1]["id"]
        server.request("POST", f"api/contents/reports/demo.ipynb/checkpoints/{second}")
        server.request("PATCH", "api/contents/reports", {"path": "archive"})
    assert "Traceback" not in server.log
    assert options.password not in server.log
    assert server.log.count("is now called bookstore.remote.KeystoneContentsManager") == 1
    assert not [*tmp_path.rglob("*.ipynb")]
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS) as server:
        listed = server.request("GET", "api/contents/archive")["content"]
        assert [child["name"] for child in listed] == ["demo.ipynb"]
        opened = server.request("GET", "api/contents/archive/demo.ipynb")
        assert opened["content"]["cells"][0]["source"] == "two"
        versions = server.request("GET", "api/bookstore/versions/archive/demo.ipynb")["versions"]
        kinds = [version["kind"] for version in versions]
        assert kinds == ["rename", "restore", "manual", "manual", "manual"]
