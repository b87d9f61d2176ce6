"""moto's server with one habit of its own: what stores do that no store at hand does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote

import requests
from scripted_s3 import Answer, Request, ScriptedS3, scripted_s3

Forward = Callable[[Request], Answer]
Quirk = Callable[[Request, Forward], Answer]
"""Answers a request, by itself or with what the real server answers to it."""

_OF_THE_CONNECTION = {"connection", "content-length", "host", "transfer-encoding", "server", "date"}


@contextmanager
def quirky_s3(endpoint_url: str, quirk: Quirk) -> Iterator[ScriptedS3]:
    """Run a server in front of the one at *endpoint_url* that answers as *quirk* does."""
    with requests.Session() as session:

        def forward(request: Request) -> Answer:
            kept = {k: v for k, v in request.headers.items() if k not in _OF_THE_CONNECTION}
            url = f"{endpoint_url}{quote(request.path)}?{request.query}"
            said = session.request(request.verb, url, headers=kept, data=request.body)
            headers = {k: v for k, v in said.headers.items() if k.lower() not in _OF_THE_CONNECTION}
            if request.verb == "HEAD":
                headers["Content-Length"] = said.headers["Content-Length"]
            return Answer(status=said.status_code, headers=headers, body=said.content)

        with scripted_s3(
            lambda request: quirk(request, forward), asks_about_versioning=True
        ) as script:
            yield script


def without(request: Request, header: str) -> Request:
    """Return *request* without one header."""
    return replace(request, headers={k: v for k, v in request.headers.items() if k != header})
