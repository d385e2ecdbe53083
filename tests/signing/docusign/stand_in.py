"""A server that answers as DocuSign does, as far as Tallystick asks (esign §1), with faults on request.

    there = StandIn.start()
    there.fail("create", "lost")        # the next envelope is made, the connection closes without an answer
    there.envelopes[0].sign("pat@apex.example", there.now())

It holds each body against DocuSign's schema, gives each token once, and minds its limits. Written from DocuSign's
published specification and pages; nobody has compared it with the real one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.signing.docusign.envelopes import Kept, instant
from tests.signing.docusign.schema import faults_of

KEY, SECRET = "integration-key", "secret-key"
GAP = timedelta(minutes=15)
AFTER_WORK = frozenset({"lost", "slow", "500-after", "redirect", "garbage"})


@dataclass
class Answer(Exception):
    """An answer that ends the work."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, code: str, message: str = "", status: int = 400, **headers: str) -> Answer:
        return cls(status, {"errorCode": code, "message": message or code}, headers)


@dataclass
class Asked:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None


class StandIn:
    """Everything DocuSign knows, and the server in front of it."""

    def __init__(self) -> None:
        self.account_id = "5e3b9a10-0000-4000-8000-00000000acc1"
        self.redirect_uri = ""
        self.base_uri = ""
        self.hmac_keys = ["connect-key-1"]
        self.envelopes: list[Kept] = []
        self.calls: list[str] = []
        self.offset = timedelta(0)
        self.refreshes = 0
        self.rate_headers: dict[str, str] = {}
        self.refresh_seconds = 0.0
        self.slow_seconds = 1.0
        self._codes: dict[str, tuple[str, str]] = {}
        self._access: dict[str, datetime] = {}
        self._refresh: set[str] = set()
        self._read: dict[str, datetime] = {}
        self._faults: dict[str, list[str]] = {}
        self._lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None

    # --- for tests --------------------------------------------------------------------------------------------

    @classmethod
    def start(cls, port: int = 0) -> StandIn:
        there = cls()
        handler = type("Handler", (_Handler,), {"there": there})
        there._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        there._server.daemon_threads = True
        there.base_uri = there.url
        threading.Thread(target=there._server.serve_forever, args=(0.02,), daemon=True).start()
        return there

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def later(self, **by: float) -> None:
        self.offset += timedelta(**by)

    def fail(self, what: str, how: str, times: int = 1) -> None:
        """``how``: lost, slow, 500, 500-after, redirect, garbage, or DocuSign's code (with ``429:`` before it)."""
        self._faults.setdefault(what, []).extend([how] * times)

    def expire_tokens(self) -> None:
        """All access tokens end."""
        self._access = dict.fromkeys(self._access, self.now() - timedelta(seconds=1))

    def revoke(self) -> None:
        """The user takes the app's rights away."""
        self._access.clear()
        self._refresh.clear()

    def live(self) -> list[Kept]:
        return [one for one in self.envelopes if not one.is_over and not one.deleted]

    def news(
        self,
        kept: Kept,
        event: str,
        *,
        keys: list[str] | None = None,
        account: str = "",
        recipient: str = "",
        retry: int = 0,
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook, signed with each active key."""
        account = account or self.account_id
        told = {
            "event": event,
            "uri": f"/restapi/v2.1/accounts/{account}/envelopes/{kept.id}",
            "retryCount": retry,
            "configurationId": 12345,
            "apiVersion": "v2.1",
            "generatedDateTime": instant(kept.changed_at or kept.made_at),
            "data": {"accountId": account, "userId": "u-1", "envelopeId": kept.id},
        }
        if recipient:
            told["data"]["recipientId"] = recipient
        raw = json.dumps(told).encode()
        headers = {
            f"X-DocuSign-Signature-{number}": base64.b64encode(
                hmac.new(key.encode(), raw, hashlib.sha256).digest()
            ).decode()
            for number, key in enumerate(self.hmac_keys if keys is None else keys, start=1)
        }
        return headers, raw

    # --- answering --------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> tuple[Answer, str]:
        """What to say, and the fault with which it is said."""
        name, work = self._route(asked)
        with self._lock:
            self.calls.append(name)
            waiting = self._faults.get(name) or []
            fault = waiting.pop(0) if waiting else ""
        if name == "refresh" and self.refresh_seconds:
            time.sleep(self.refresh_seconds)
        try:
            self._refuse(fault)
            with self._lock:
                answer = work(asked)
        except Answer as given:
            answer = given
        if fault == "500-after":
            answer = Answer(502, None)
        elif fault == "redirect":
            answer = Answer(302, None, {"Location": "https://elsewhere.example/"})
        elif fault == "garbage":
            answer = Answer(200, "<html>maintenance</html>")
        answer.headers = {
            "X-DocuSign-TraceToken": secrets.token_hex(8),
            **self.rate_headers,
            **answer.headers,
        }
        return answer, fault

    def _refuse(self, fault: str) -> None:
        if fault == "500":
            raise Answer(500, None)
        status, _, code = fault.rpartition(":")
        if code and code not in AFTER_WORK:
            reset = str(int((self.now() + timedelta(minutes=20)).timestamp()))
            raise Answer.error(
                code, "The reason that DocuSign gives.", int(status or 400), **{"X-RateLimit-Reset": reset}
            )

    def _route(self, asked: Asked) -> tuple[str, Callable[[Asked], Answer]]:
        if asked.path == "/oauth/auth":
            return "log-in", self._log_in
        if asked.path == "/oauth/token":
            grant = parse_qs(asked.raw.decode()).get("grant_type", [""])[0]
            return ("refresh" if grant == "refresh_token" else "exchange"), self._tokens
        if asked.path == "/oauth/userinfo":
            return "userinfo", self._userinfo
        root = f"/restapi/v2.1/accounts/{self.account_id}"
        if not asked.path.startswith(root):
            return "elsewhere", self._elsewhere
        rest = asked.path.removeprefix(root).strip("/").split("/")
        return self._api(asked, rest)

    def _api(  # noqa: PLR0911 - a table
        self, asked: Asked, rest: list[str]
    ) -> tuple[str, Callable[[Asked], Answer]]:
        envelope = rest[1] if len(rest) > 1 else ""
        one = "/envelopes/{envelopeId}"
        match [asked.method, *rest]:
            case ["POST", "envelopes"]:
                return "create", self._checked("/envelopes", self._create)
            case ["GET", "envelopes"]:
                name = "find" if "transaction_ids" in asked.query else "list"
                return name, self._checked("/envelopes", self._list)
            case ["PUT", "envelopes", "status"]:
                return "status", self._checked("/envelopes/status", self._statuses)
            case ["PUT", "folders", "recyclebin"]:
                return "discard", self._authorised(self._discard)
            case ["PUT", "envelopes", _]:
                name = "resend" if asked.query.get("resend_envelope") else "void"
                return name, self._checked(one, lambda a: self._change(a, envelope))
            case ["GET", "envelopes", _, "audit_events"]:
                return "audit", self._checked(f"{one}/audit_events", lambda a: self._audit(a, envelope))
            case ["GET", "envelopes", _, "documents", "combined"]:
                return "combined", self._checked(
                    f"{one}/documents/{{documentId}}", lambda a: self._combined(a, envelope)
                )
            case ["POST", "envelopes", _, "views", ("sender" | "correct") as view]:
                return view, self._checked(f"{one}/views/{view}", lambda a: self._view(envelope, view))
        return "unknown", self._elsewhere

    def _elsewhere(self, asked: Asked) -> Answer:
        raise Answer.error("RESOURCE_NOT_FOUND", asked.path, 404)

    def _authorised(self, work: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
        def checked(asked: Asked) -> Answer:
            self._user(asked)
            return work(asked)

        return checked

    def _checked(self, template: str, work: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
        def checked(asked: Asked) -> Answer:
            self._user(asked)
            faults = faults_of(template, asked.method, asked.body, asked.query)
            if faults:
                raise Answer.error("INVALID_REQUEST_BODY", "; ".join(faults))
            return work(asked)

        return checked

    # --- OAuth ------------------------------------------------------------------------------------------------

    def _log_in(self, asked: Asked) -> Answer:
        """Whoever comes consents at once."""
        query = asked.query
        wanted = {"response_type": "code", "client_id": KEY, "code_challenge_method": "S256"}
        right = all(query.get(name) == value for name, value in wanted.items())
        scopes = set(query.get("scope", "").split())
        if (
            not right
            or not {"signature", "extended"} <= scopes
            or query.get("redirect_uri") != self.redirect_uri
        ):
            raise Answer(400, {"error": "invalid_request"})
        code = secrets.token_hex(8)
        self._codes[code] = (query["code_challenge"], query["redirect_uri"])
        back = urlencode({"code": code, "state": query.get("state", "")})
        return Answer(302, None, {"Location": f"{self.redirect_uri}?{back}"})

    def _tokens(self, asked: Asked) -> Answer:
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}":
            raise Answer(401, {"error": "invalid_client"})
        form = {name: values[0] for name, values in parse_qs(asked.raw.decode()).items()}
        if form.get("grant_type") == "authorization_code":
            challenge, redirect_uri = self._codes.pop(form.get("code", ""), ("", ""))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if not challenge or made != challenge or form.get("redirect_uri") != redirect_uri:
                raise Answer(400, {"error": "invalid_grant", "error_description": "expired_client_token"})
        else:
            self.refreshes += 1
            if form.get("refresh_token") not in self._refresh:
                raise Answer(400, {"error": "invalid_grant", "error_description": "token is used or revoked"})
            self._refresh.discard(form["refresh_token"])
        access, refresh = f"access-{secrets.token_hex(16)}", f"refresh-{secrets.token_hex(16)}"
        self._access[access] = self.now() + timedelta(hours=8)
        self._refresh.add(refresh)
        return Answer(
            200,
            {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 28800},
        )

    def _user(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self._access.get(token, self.now()) <= self.now():
            raise Answer.error("AUTHORIZATION_INVALID_TOKEN", "The access token is expired.", 401)

    def _userinfo(self, asked: Asked) -> Answer:
        self._user(asked)
        other = {
            "account_id": "another",
            "is_default": False,
            "account_name": "Old",
            "base_uri": self.base_uri,
        }
        mine = {
            "account_id": self.account_id,
            "is_default": True,
            "account_name": "Northbuild Constructions",
            "base_uri": self.base_uri,
        }
        person = {"sub": "u-1", "name": "Bea Boss", "email": "bea@northbuild.example"}
        return Answer(200, {**person, "accounts": [other, mine]})

    # --- envelopes --------------------------------------------------------------------------------------------

    def _create(self, asked: Asked) -> Answer:
        kept = Kept(asked.body, self.now())
        kept.signers = [
            {name: one[name] for name in ("email", "name", "recipientId", "routingOrder")}
            | {"status": "created"}
            for one in asked.body["recipients"]["signers"]
        ]
        if missing := kept.missing_anchors():
            raise Answer.error("ANCHOR_TAB_STRING_NOT_FOUND", f"Anchor {missing[0]} was not found.")
        if asked.body["status"] == "sent":
            kept.send(self.now())
        self.envelopes.append(kept)
        return Answer(
            201,
            {
                "envelopeId": kept.id,
                "uri": f"/envelopes/{kept.id}",
                "status": kept.status,
                "statusDateTime": instant(self.now()),
            },
        )

    def _find(self, envelope_id: str) -> Kept:
        for kept in self.envelopes:
            if kept.id == envelope_id:
                return kept
        raise Answer.error("ENVELOPE_DOES_NOT_EXIST", "The envelope ID specified does not exist.")

    def _polled(self, envelope_id: str, what: str) -> None:
        """The rule of a quarter of an hour."""
        key, now = f"{what}:{envelope_id}", self.now()
        if key in self._read and now - self._read[key] < GAP:
            raise Answer.error("Hourly_Envelope_Polling_Limit_Exceeded", "Polled too often.")
        self._read[key] = now

    def _list(self, asked: Asked) -> Answer:
        query, include = asked.query, asked.query.get("include", "")
        if ids := query.get("transaction_ids"):
            found = [one for one in self.envelopes if one.definition.get("transactionId") in ids.split(",")]
            told = [{**one.as_told(include)} for one in found]
            return Answer(200, {"envelopeTransactionStatuses": told, "resultSetSize": str(len(told))})
        if ids := query.get("envelope_ids"):
            found = [self._find(one) for one in ids.split(",")]
            for one in found:
                self._polled(one.id, "details")
        elif since := query.get("from_date"):
            begin = datetime.fromisoformat(since)
            found = [one for one in self.envelopes if (one.changed_at or one.made_at) >= begin]
        else:
            raise Answer.error("INVALID_REQUEST_PARAMETER", "from_date, envelope_ids or transaction_ids.")
        start, count = int(query.get("start_position", 0)), int(query.get("count", 100))
        page = found[start : start + count]
        return Answer(
            200,
            {
                "envelopes": [one.as_told(include) for one in page],
                "resultSetSize": str(len(page)),
                "startPosition": str(start),
                "totalSetSize": str(len(found)),
            },
        )

    def _statuses(self, asked: Asked) -> Answer:
        wanted = asked.body["envelopeIds"]
        found = [one for one in self.envelopes if one.id in wanted]
        return Answer(200, {"envelopes": [one.as_told() for one in found]})

    def _change(self, asked: Asked, envelope_id: str) -> Answer:
        kept = self._find(envelope_id)
        if asked.query.get("resend_envelope") == "true":
            kept.resent += 1
        elif asked.body.get("status") == "voided":
            if kept.status not in ("sent", "delivered"):
                raise Answer.error(
                    "ENVELOPE_CANNOT_VOID_INVALID_STATE", "Only envelopes in process can be voided."
                )
            kept.void(asked.body["voidedReason"], self.now())
        return Answer(200, {"envelopeId": kept.id})

    def _discard(self, asked: Asked) -> Answer:
        for one in asked.body["envelopeIds"]:
            kept = self._find(one)
            kept.deleted, kept.changed_at = True, self.now()
        return Answer(200, {"envelopeIds": asked.body["envelopeIds"]})

    def _audit(self, asked: Asked, envelope_id: str) -> Answer:
        kept = self._find(envelope_id)
        fields = [{"name": "Action", "value": "Signed"}, {"name": "EnvelopeId", "value": kept.id}]
        return Answer(200, {"auditEvents": [{"eventFields": fields}]})

    def _combined(self, asked: Asked, envelope_id: str) -> Answer:
        kept = self._find(envelope_id)
        return Answer(200, kept.signed_pdf(), {"Content-Type": "application/pdf"})

    def _view(self, envelope_id: str, view: str) -> Answer:
        kept = self._find(envelope_id)
        if (view == "sender") != (kept.status == "created"):
            raise Answer.error("ENVELOPE_INVALID_STATUS", "This view is not for its status.")
        return Answer(201, {"url": f"{self.base_uri}/{view}/{kept.id}?once={secrets.token_hex(8)}"})


class _Handler(BaseHTTPRequestHandler):
    there: ClassVar[StandIn]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, fault = self.there.answer(Asked(self.command, parts.path, query, headers, raw))
        if fault == "slow":
            time.sleep(self.there.slow_seconds)
        if fault == "lost":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body
        if not isinstance(body, bytes):
            body = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_GET = _serve  # noqa: N815 - the library's names
    do_POST = _serve  # noqa: N815
    do_PUT = _serve  # noqa: N815


@contextmanager
def stand_in_for(settings: Any) -> Iterator[StandIn]:
    """DocuSign, as far as we need it, where the settings lead to."""
    started = StandIn.start()
    settings.DOCUSIGN_KEY, settings.DOCUSIGN_SECRET = KEY, SECRET
    settings.DOCUSIGN_SERVER = settings.DOCUSIGN_API_SERVER = started.url
    settings.PUBLIC_URL = "https://tally.example"
    started.redirect_uri = "https://tally.example/docusign/callback"
    yield started
    started.stop()
