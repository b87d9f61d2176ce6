"""``/api/bookstore/links/{path}``: what is in the store, for whoever has an address of it."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from http_helpers import Call
from jupyter_server.auth import AllowAllAuthorizer
from jupyter_server.serverapp import ServerApp
from notebooks import notebook
from s3_server import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    admin,
    new_bucket,
    no_aws_configuration,
    s3_endpoint,
)
from traitlets.config import Config

from bookstore.actions import links
from bookstore.http.links import LINKS_OPTION

__all__ = ["no_aws_configuration", "s3_endpoint"]

ROUTE = "/api/bookstore/links/a.ipynb"
ALLOWED = {"links_most_hours": 48, "links_public": True}


def fetched(url: str) -> bytes:
    """Return what is at an address, as a stranger gets it."""
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


class TestWithoutAddresses:
    """The store is of the kind that only this server reads."""

    @pytest.mark.parametrize("bookstore_config", [{}, ALLOWED])
    async def test_nothing_is_linked_and_that_is_said(self, call: Call, save: Any) -> None:
        """Whatever the settings allow."""
        await save("a.ipynb", "1")
        for verb, body in (("POST", {}), ("POST", {"public": True}), ("DELETE", None)):
            answer = await call(verb, ROUTE, json_body=body)
            assert answer.is_error(403, "no_addresses")
            assert "cannot be reached from elsewhere" in answer.json["message"]
        told = (await call("GET", "/api/bookstore")).json["links"]
        assert told == {"most_hours": 0, "public": False}


class TestOnS3:
    """The store is a bucket."""

    @pytest.fixture
    def bucket(self, s3_endpoint: str, no_aws_configuration: Any) -> str:
        """A bucket of the test's own."""
        return new_bucket(s3_endpoint)

    @pytest.fixture
    def manager_class(self) -> str:
        """One whose files are in the store alone."""
        return "bookstore.remote.ObjectStoreContentsManager"

    @pytest.fixture
    def jp_server_config(
        self,
        bookstore_config: dict[str, Any],
        manager_class: str,
        bucket: str,
        s3_endpoint: str,
        tmp_path: Any,
    ) -> Config:
        settings = {
            "s3_bucket": bucket,
            "s3_endpoint_url": s3_endpoint,
            "s3_access_key_id": ACCESS_KEY_ID,
            "s3_secret_access_key": SECRET_ACCESS_KEY,
            "outbox_dir": str(tmp_path / "outbox"),
            **bookstore_config,
        }
        return Config(
            ServerApp={
                "contents_manager_class": manager_class,
                "jpserver_extensions": {},
            },
            BookstoreSettings=settings,
        )

    async def test_links_are_off_until_the_administrator_allows_them(
        self, call: Call, save: Any, server: ServerApp
    ) -> None:
        """Whoever can save cannot let the world read."""
        await save("a.ipynb", "1")
        for body, setting in (({}, "links_most_hours"), ({"public": True}, "links_public")):
            answer = await call("POST", ROUTE, json_body=body)
            assert answer.is_error(403, "forbidden")
            assert f"BookstoreSettings.{setting}" in answer.json["hint"]
        told = server.web_app.settings["page_config_data"][LINKS_OPTION]
        assert told == {"most_hours": 0, "public": False}

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    async def test_a_link_gives_the_newest_version_for_as_long_as_asked(
        self, call: Call, save: Any, server: ServerApp
    ) -> None:
        """To somebody who has nothing but the link."""
        await save("a.ipynb", "1")
        made = (await call("POST", ROUTE, json_body={"hours": 2})).json
        await save("a.ipynb", "22")
        assert b"22" in await asyncio.to_thread(fetched, made["url"])
        assert "X-Amz-Expires=7200" in made["url"]
        ends_at = datetime.fromisoformat(made["ends_at"].replace("Z", "+00:00"))
        assert ends_at - datetime.now(timezone.utc) <= timedelta(hours=2)
        told = server.web_app.settings["page_config_data"][LINKS_OPTION]
        assert told == {"most_hours": 48, "public": True}

    @pytest.mark.parametrize(
        ("bookstore_config", "lasts_s"),
        [(ALLOWED, 24 * 3600), ({"links_most_hours": 0.5}, 1800)],
    )
    async def test_a_link_lasts_a_day_or_what_is_allowed(
        self, call: Call, save: Any, lasts_s: int
    ) -> None:
        await save("a.ipynb", "1")
        made = (await call("POST", ROUTE, json_body={})).json
        assert f"X-Amz-Expires={lasts_s}&" in made["url"]

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"hours": 48.5}, "hours must be a number from 0.1 to 48, not 48.5"),
            ({"hours": 0}, "hours must be a number from 0.1 to 48, not 0"),
            ({"hours": -1}, "not -1"),
            ({"hours": 10**400}, "hours must be a number from 0.1 to 48"),
            ({"hours": "2"}, "hours must be a number, not '2'"),
            ({"hours": True}, "hours must be a number, not True"),
            ({"public": "yes"}, "public must be true or false, not 'yes'"),
            ({"published": 7}, "published must be true or false, not 7"),
            ({"hours": 2, "public": True}, "hours and public exclude each other"),
        ],
    )
    async def test_what_cannot_be_is_refused_by_field_and_value(
        self, call: Call, fields: dict[str, Any], words: str
    ) -> None:
        answer = await call("POST", ROUTE, json_body=fields)
        assert answer.is_error(400, "bad_request")
        assert words in answer.json["message"]

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    @pytest.mark.parametrize("forbidden", [("read", "contents"), ("write", "bookstore")])
    async def test_who_may_not_read_files_gives_none_away(
        self, call: Call, save: Any, server: ServerApp, forbidden: tuple[str, str]
    ) -> None:
        await save("a.ipynb", "1")

        class AllBut(AllowAllAuthorizer):
            def is_authorized(self, *asked: Any) -> bool:
                return asked[2:] != forbidden

        server.web_app.settings["authorizer"] = AllBut()
        for verb, body in (("POST", {}), ("DELETE", None)):
            answer = await call(verb, ROUTE, json_body=body)
            assert answer.status == 403
            assert "http" not in answer.text

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    @pytest.mark.parametrize("path", [".a.ipynb", "a/.bookstore/labels/a.ipynb", "../a.ipynb", ""])
    async def test_there_is_no_link_to_what_users_do_not_see(
        self, call: Call, bucket: str, s3_endpoint: str, path: str
    ) -> None:
        admin(s3_endpoint).put_object(Bucket=bucket, Key=f"workspace/{path}", Body=b"{}")
        for verb, body in (("POST", {}), ("DELETE", None)):
            answer = await call(verb, f"/api/bookstore/links/{path}", json_body=body)
            assert answer.status in (400, 404)
            assert answer.json.keys().isdisjoint({"url", "versions"})

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    async def test_there_is_no_link_to_nothing(self, call: Call) -> None:
        for verb, body in (("POST", {}), ("POST", {"public": True}), ("DELETE", None)):
            answer = await call(verb, ROUTE, json_body=body)
            assert answer.is_error(404, "object_not_found")

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    @pytest.mark.parametrize("manager_class", ["bookstore.BookstoreContentsArchiver"])
    @pytest.mark.parametrize("wish", [{}, {"public": True}])
    async def test_a_save_of_an_archived_notebook_is_in_the_link_at_once(
        self, call: Call, wish: dict[str, Any]
    ) -> None:
        """Whether the store has it already or not."""
        for source in ("1", "22"):
            model = {"type": "notebook", "content": notebook(source)}
            await call("PUT", "/api/contents/a.ipynb", json_body=model)
            made = await call("POST", ROUTE, json_body=wish)
            assert made.status == 200, made.text
            body = await asyncio.to_thread(fetched, made.json["url"])
            assert source.encode() in body

    @pytest.mark.parametrize("bookstore_config", [{**ALLOWED, "coalesce_s": 600.0}])
    @pytest.mark.parametrize("manager_class", ["bookstore.BookstoreContentsArchiver"])
    @pytest.mark.parametrize("wish", [{}, {"public": True}])
    async def test_what_does_not_reach_the_store_is_said_to_be_on_its_way(
        self, call: Call, wish: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(links, "PATIENCE_S", 0.0)
        model = {"type": "notebook", "content": notebook("1")}
        await call("PUT", "/api/contents/a.ipynb", json_body=model)
        answer = await call("POST", ROUTE, json_body=wish)
        assert answer.is_error(503, "store_unavailable")
        assert "not in the store yet" in answer.json["message"]

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    async def test_what_is_published_has_a_link_of_its_own(self, call: Call, save: Any) -> None:
        await save("a.ipynb", "1")
        await call("PUT", "/api/bookstore/published/a.ipynb", json_body={"type": "notebook"})
        await save("a.ipynb", "22")
        made = (await call("POST", ROUTE, json_body={"published": True})).json
        assert "/published/a.ipynb?" in made["url"]
        assert b"22" not in await asyncio.to_thread(fetched, made["url"])

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    async def test_a_public_version_is_readable_until_it_is_taken_back(
        self, call: Call, save: Any
    ) -> None:
        """That version alone, by an address that signs nothing and names no key."""
        await save("a.ipynb", "1")
        made = (await call("POST", ROUTE, json_body={"public": True})).json
        assert made["ends_at"] is None
        assert urlsplit(made["url"]).query == f"versionId={made['version_id']}"
        assert b"1" in await asyncio.to_thread(fetched, made["url"])
        await save("a.ipynb", "22")

        taken = await call("DELETE", ROUTE)

        assert taken.json == {"path": "a.ipynb", "versions": 2}
        with pytest.raises(HTTPError, match="403"):
            await asyncio.to_thread(fetched, made["url"])

    @pytest.mark.parametrize("bookstore_config", [{"links_most_hours": 48}])
    async def test_what_was_public_is_taken_back_where_nothing_may_be_any_longer(
        self, call: Call, save: Any, bucket: str, s3_endpoint: str
    ) -> None:
        await save("a.ipynb", "1")
        client, named = admin(s3_endpoint), {"Bucket": bucket, "Key": "workspace/a.ipynb"}
        client.put_object_acl(**named, ACL="public-read")
        assert (await call("DELETE", ROUTE)).status == 200
        grants = client.get_object_acl(**named)["Grants"]
        assert [grant for grant in grants if "URI" in grant["Grantee"]] == []

    @pytest.mark.parametrize("bookstore_config", [ALLOWED])
    async def test_no_link_reaches_the_log_but_who_made_it_does(
        self, call: Call, save: Any, caplog: pytest.LogCaptureFixture, everything_is_logged: None
    ) -> None:
        await save("a.ipynb", "1")
        url = (await call("POST", ROUTE, json_body={})).json["url"]
        assert "made a link to 'workspace/a.ipynb'" in caplog.text
        _, signature = url.split("X-Amz-Signature=")
        assert signature not in caplog.text


@pytest.fixture
def everything_is_logged(caplog: pytest.LogCaptureFixture, server: ServerApp) -> Iterator[None]:
    """Each logger tells all it can, Jupyter's too."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger=server.log.name)
    propagates, server.log.propagate = server.log.propagate, True
    yield
    server.log.propagate = propagates
