"""A stand-in for an identity provider, over HTTP: discovery, authorization, token, keys, userinfo.

It keeps codes, checks PKCE, the client's secret and the redirect address, and gives each code's token once. Attributes
let it misbehave.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tallystick.core import clock

CLIENT, SECRET = "tally & co", "a secret/with: signs"


class Issuer:
    """A running one. ``email``, ``verified`` and ``subject`` are of whoever is logged in there."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.email, self.verified, self.subject = "ann@northbuild.example", True, "0-ann"
        self.now = int(clock.now().timestamp())  # its threads know nothing of a clock that a test holds
        self.claims: dict[str, Any] = {}
        self.leave_out: set[str] = set()
        self.algorithm = "RS256"
        self.signing_key: Any = None
        self.names_itself = ""
        self.methods = ["client_secret_basic"]
        self.status = 200
        self.body: bytes | None = None
        self.userinfo: dict[str, Any] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.answer(self, {})

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                issuer.answer(self, {name: values[0] for name, values in parse_qs(sent).items()})

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End it: what is asked then gets no answer."""
        self.server.shutdown()
        self.server.server_close()

    # --- what it answers --------------------------------------------------------------------------------------

    def answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        """One request."""
        parts = urlsplit(request.path)
        self.asked.append(parts.path)
        if self.body is not None or self.status != 200:
            return _send(request, self.status, self.body or b"{}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                _send(request, 200, self.configuration())
            case "/authorize":
                self.authorize(request, query)
            case "/token":
                self.token(request, form)
            case "/jwks":
                _send(request, 200, {"keys": [self.public_key()]})
            case "/userinfo" if self.userinfo is not None:
                _send(request, 200, self.userinfo)
            case _:
                _send(request, 404, {})
        return None

    def configuration(self) -> dict[str, Any]:
        found = {
            "issuer": self.names_itself or self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": self.methods,
        }
        return found | ({"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo is not None else {})

    def public_key(self) -> dict[str, Any]:
        made: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return made | {"kid": "k1", "use": "sig"}

    def authorize(self, request: BaseHTTPRequestHandler, query: dict[str, str]) -> None:
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        request.send_response(302)
        back = urlencode({"code": code, "state": query["state"], "iss": self.url})
        request.send_header("Location", f"{query['redirect_uri']}?{back}")
        request.end_headers()

    def token(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not self.knows(request, form):
            return _send(request, 401, {"error": "invalid_client"})
        if (
            begun is None
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != form["redirect_uri"]
        ):
            return _send(request, 400, {"error": "invalid_grant"})
        return _send(
            request, 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token(begun)}
        )

    def knows(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> bool:
        if self.methods == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        return kind == "Basic" and (unquote(name), unquote(secret)) == (CLIENT, SECRET)

    def id_token(self, begun: dict[str, str]) -> str:
        now = self.now
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "email": self.email,
            "email_verified": self.verified,
            **self.claims,
        }
        said = {name: value for name, value in said.items() if name not in self.leave_out}
        key = self.signing_key or (None if self.algorithm == "none" else self.key)
        return jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": "k1"})


def _send(request: BaseHTTPRequestHandler, status: int, body: Any) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(raw)))
    request.end_headers()
    request.wfile.write(raw)


def log_in_there(url: str) -> str:
    """What a browser does there: follow the address, and come back to the one that it is sent to."""
    return httpx.get(url, trust_env=False).headers["Location"]
