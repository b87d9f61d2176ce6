"""What travels between the client and a server, and what the user reads when it goes wrong."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from fake_server import Answer, FakeServer

from bookstore.client import BookstoreServerError, RequestOptions, ServerUnreachable
from bookstore.client.connection import ServerConnection, quoted
from bookstore.errors import BadRequest

TOKEN = "very-secret-token"


def _connection(
    server: FakeServer, *, token: str = TOKEN, read_timeout_s: float = 60
) -> ServerConnection:
    return ServerConnection(server.url, token, RequestOptions(read_timeout_s=read_timeout_s))


@pytest.mark.parametrize(
    "path", ["a b.ipynb", "50%.ipynb", "%41.ipynb", "q?.ipynb", "#1.ipynb", "ü/é+&=.ipynb", "📓"]
)
def test_any_path_arrives_as_it_is(fake_server: FakeServer, path: str) -> None:
    with pytest.raises(BookstoreServerError):
        _connection(fake_server).request("GET", f"/api/contents/{quoted(path)}")
    assert unquote(fake_server.asked[0].path) == f"/api/contents/{path}"
    assert "?" not in fake_server.asked[0].path


@pytest.mark.parametrize("path", ["", "/", "../kernels", "a/../../x.ipynb", "a//b.ipynb", "./a"])
def test_a_path_cannot_lead_to_another_route(path: str) -> None:
    with pytest.raises(BadRequest, match="path must be"):
        quoted(path)


def test_the_token_goes_in_a_header(fake_server: FakeServer) -> None:
    fake_server.will_answer("GET", "/api/status", Answer(json={}))
    _connection(fake_server).request("GET", "/api/status")
    assert fake_server.asked[0].headers["Authorization"] == f"token {TOKEN}"
    assert TOKEN not in fake_server.asked[0].path


def test_netrc_does_not_replace_the_token(
    fake_server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login someone password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fake_server.will_answer("GET", "/api/status", Answer(json={}))
    _connection(fake_server).request("GET", "/api/status")
    assert fake_server.asked[0].headers["Authorization"] == f"token {TOKEN}"


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(
    fake_server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    fake_server.will_answer("GET", "/api/status", Answer(json={"started": 1}))
    assert _connection(fake_server).request("GET", "/api/status") == {"started": 1}


def test_without_a_token_the_server_gets_matching_xsrf_cookie_and_header(
    fake_server: FakeServer,
) -> None:
    fake_server.will_answer("PUT", "/api/x", Answer(json={}))
    _connection(fake_server, token="").request("PUT", "/api/x", body={})
    headers = fake_server.asked[0].headers
    assert headers["Cookie"] == f"_xsrf={headers['X-XSRFToken']}"
    assert "Authorization" not in headers


def test_the_servers_own_words_are_raised(fake_server: FakeServer) -> None:
    told = {"message": "Cloning from 'b' is not allowed.", "reason": "Forbidden", "hint": "Ask."}
    fake_server.will_answer("POST", "/api/x", Answer(status=403, json=told))
    with pytest.raises(BookstoreServerError) as raised:
        _connection(fake_server).request("POST", "/api/x", body={})
    error = raised.value
    assert str(error) == "Cloning from 'b' is not allowed. Ask."
    assert (error.status, error.message, error.reason, error.hint) == (403, *told.values())


def test_an_error_page_that_is_not_json_still_says_what_it_was(fake_server: FakeServer) -> None:
    fake_server.will_answer("GET", "/api/x", Answer(status=502, raw=b"<html>nginx</html>"))
    with pytest.raises(BookstoreServerError, match=r"Bad Gateway \(502\)"):
        _connection(fake_server).request("GET", "/api/x")


def test_a_refused_token_says_where_to_find_the_right_one(fake_server: FakeServer) -> None:
    forbidden = {"message": "Forbidden", "reason": None}
    fake_server.will_answer("GET", "/api/x", Answer(status=403, json=forbidden))
    with pytest.raises(BookstoreServerError, match="jupyter server list"):
        _connection(fake_server).request("GET", "/api/x")


def test_a_redirect_to_a_login_page_is_an_error_and_not_followed(fake_server: FakeServer) -> None:
    elsewhere = {"Location": f"{fake_server.url}/login"}
    fake_server.will_answer("GET", "/api/x", Answer(status=302, raw=b"", headers=elsewhere))
    with pytest.raises(BookstoreServerError, match="signing in failed"):
        _connection(fake_server).request("GET", "/api/x")
    assert len(fake_server.asked) == 1


def test_a_page_where_json_should_be_points_to_the_base_url(fake_server: FakeServer) -> None:
    page = Answer(raw=b"<html>", headers={"Content-Type": "text/html"})
    fake_server.will_answer("GET", "/api/x", page)
    with pytest.raises(BookstoreServerError, match=r"text/html instead of JSON.*base URL"):
        _connection(fake_server).request("GET", "/api/x")


def test_a_server_that_is_gone_is_named(fake_server: FakeServer) -> None:
    fake_server.close()
    with pytest.raises(ServerUnreachable, match=f"{fake_server.url}.*refused") as raised:
        _connection(fake_server).request("GET", "/api/x")
    assert TOKEN not in str(raised.value)


def test_a_silent_server_is_given_up(fake_server: FakeServer) -> None:
    fake_server.silent.set()
    with pytest.raises(ServerUnreachable, match="did not answer in time"):
        _connection(fake_server, read_timeout_s=0.2).request("GET", "/api/x")


def test_the_token_is_never_shown(fake_server: FakeServer) -> None:
    """Not by a repr, and not even when the server repeats it."""
    told = {"message": f"no {TOKEN}", "hint": f"not {TOKEN}"}
    fake_server.will_answer("GET", "/api/x", Answer(status=400, json=told))
    connection = _connection(fake_server)
    with pytest.raises(BookstoreServerError) as raised:
        connection.request("GET", "/api/x")
    assert TOKEN not in f"{connection!r} {raised.value} {raised.value!r} {raised.value.hint}"
