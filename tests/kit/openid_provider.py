"""A provider of identity: a real server that signs, and that can be told to do what it must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "gallery", "the provider's secret"


@dataclass(kw_only=True)
class Provider:
    """What the provider knows, and what it shall do wrongly."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    """Who is signed in there."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What it says instead of what is right; None leaves it out."""
    algorithm: str = "RS256"
    """``HS256`` signs with what everybody has: the public key."""
    signs: RSAKey | None = None
    """With which key, instead of its own."""
    facts: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths of the requests."""

    def new_key(self) -> None:
        """Sign with another key from now on."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})]

    def sign_in(self, url: str) -> str:
        """Do what a browser does that is sent to *url*; return where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.facts,
        }

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer to who brings a code: once, with the secret, and what only who began knows."""
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            asked is None
            or authorization not in (f"Basic {known}", f"Basic {_quoted()}")
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "access_token": secrets.token_hex(8),
            "token_type": "Bearer",
            "id_token": self._signed(said),
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": str(self.keys[0].kid)}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.signs or self.keys[0])
        # By hand: no library lets somebody do this.
        signed = ".".join(_encoded(json.dumps(each).encode()) for each in (header, claims))
        if self.algorithm == "none":
            return f"{signed}."
        public = self.keys[0].as_pem(private=False)
        return f"{signed}.{_encoded(hmac.digest(public, signed.encode(), 'sha256'))}"


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _quoted() -> str:
    from urllib.parse import quote_plus

    return base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider."""
    ours = Provider()
    ours.new_key()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ours.asked.append(self.path)
            answers = {
                "/.well-known/openid-configuration": ours.discovery,
                "/keys": lambda: KeySet(ours.keys).as_dict(private=False),
            }
            if ours.is_down or self.path not in answers:
                self.answer(503, {})
            else:
                self.answer(200, answers[self.path]())

        def do_POST(self) -> None:
            ours.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if ours.is_down:
                self.answer(503, {})
            else:
                self.answer(*ours.token(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ours.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield ours
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
