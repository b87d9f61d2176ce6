"""Who asks is whom no proxy of ours stands for: what others write into a header is not believed."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from bookstore.gallery.accounts.throttle import network_of
from bookstore.gallery.hosts.members import address_of
from bookstore.gallery.hosts.settings import GalleryServer


def request(remote: str, *forwarded: str) -> HTTPServerRequest:
    headers = HTTPHeaders({"Host": "localhost"})
    for each in forwarded:
        headers.add("X-Forwarded-For", each)
    asked = HTTPServerRequest(start_line=RequestStartLine("GET", "/", "HTTP/1.1"), headers=headers)
    asked.remote_ip = remote
    return asked


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "asks"),
    [
        ([], "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        (["10.0.0.0/8"], "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        (["10.0.0.0/8"], "10.0.0.1", [], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", [""], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["10.0.0.0/8"], "10.0.0.1", ["203.0.113.9,"], "10.0.0.1"),
        (["::1", "127.0.0.1"], "::1", ["2001:db8::7"], "2001:db8::7"),
    ],
)
def test_the_last_whom_no_proxy_stands_for(
    proxies: list[str], remote: str, forwarded: list[str], asks: str
) -> None:
    networks = GalleryServer(trusted_proxies=proxies).networks
    assert address_of(request(remote, *forwarded), networks) == asks


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("no address", "no address"),
        ("x" * 999, "x" * 64),
    ],
)
def test_one_place_has_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
