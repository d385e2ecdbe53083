"""The stand-in: envelopes are JSON files in a folder named by the environment, faults are files there too.

there = Elsewhere(tmp_path)
there.fail("send", "lost_after")     # the next send arrives, its answer does not
there.sign(envelope, "pat@apex.example")
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from tallystick.core import clock
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Account
from tallystick.signing.registry import Kind, register
from tallystick.signing.seam import (
    AnswerLost,
    BadNews,
    Capabilities,
    Hint,
    NotConnected,
    ProviderRef,
    RefusedByProvider,
    SendRequest,
    SignedArtifacts,
    Signer,
    SignerSnapshot,
    Snapshot,
    Unavailable,
)
from tallystick.signing.states import EnvelopeState, SignerState

NAME = "standin"
FOLDER = "STANDIN_FOLDER"
CAPABILITIES = Capabilities(
    needs_connection=True,
    needs_anchors=True,
    sender_view=True,
    poll_every=timedelta(minutes=15),
    fetch_gap=timedelta(minutes=15),
)
OUR_ACCOUNT = "account-1"
SECRET = "shared secret"


@dataclass
class Elsewhere:
    """What there is on the other side, from outside of the seam."""

    folder: Path

    def __post_init__(self) -> None:
        (self.folder / "envelopes").mkdir(parents=True, exist_ok=True)
        (self.folder / "faults").mkdir(exist_ok=True)

    # --- faults -----------------------------------------------------------------------------------------------

    def fail(self, method: str, how: str, times: int = 1) -> None:
        """The next calls of a method go wrong: refused, unavailable, lost_before, lost_after, broken, disconnected."""
        for _ in range(times):
            name = f"{method}-{time.monotonic_ns()}-{secrets.token_hex(2)}"
            (self.folder / "faults" / name).write_text(how)

    def fault(self, method: str) -> str:
        """Take one fault of this method, if there is one."""
        for path in sorted((self.folder / "faults").glob(f"{method}-*")):
            mine = path.with_suffix(f".{os.getpid()}{secrets.token_hex(2)}")
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue
            how = mine.read_text()
            mine.unlink()
            return how
        return ""

    def slow(self, seconds: float) -> None:
        """Every send takes so long, half of it after it arrived."""
        (self.folder / "slow").write_text(str(seconds))

    def connect(self, connected: bool = True) -> None:
        """Whether somebody has connected an account."""
        (self.folder / "disconnected").unlink(missing_ok=True)
        if not connected:
            (self.folder / "disconnected").touch()

    @property
    def is_connected(self) -> bool:
        return not (self.folder / "disconnected").exists()

    # --- envelopes --------------------------------------------------------------------------------------------

    def all(self) -> list[dict]:
        """Every envelope there is, oldest first."""
        paths = sorted((self.folder / "envelopes").glob("*.json"))
        return [json.loads(path.read_text()) for path in paths]

    def live(self) -> list[dict]:
        """Those that wait for signatures."""
        return [one for one in self.all() if one["status"] not in ("completed", "declined", "voided")]

    def of_key(self, key: UUID) -> list[dict]:
        """Those made with our key: one, unless something is very wrong."""
        return [one for one in self.all() if one["key"] == str(key)]

    def get(self, ref: str) -> dict | None:
        path = self.folder / "envelopes" / f"{ref}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def write(self, envelope: dict) -> None:
        path = self.folder / "envelopes" / f"{envelope['id']}.json"
        envelope["changed"] = clock.now().isoformat()
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.write_text(json.dumps(envelope))
        draft.replace(path)

    def _change(self, ref: str, **changes: object) -> dict:
        envelope = self.get(ref)
        assert envelope is not None
        envelope.update(changes)
        self.write(envelope)
        return envelope

    # --- what people do there ---------------------------------------------------------------------------------

    def view(self, ref: str, email: str) -> None:
        self._person(ref, email, "viewed")

    def sign(self, ref: str, email: str) -> None:
        envelope = self._person(ref, email, "signed")
        if all(one["state"] == "signed" for one in envelope["signers"]):
            self._change(ref, status="completed")

    def decline(self, ref: str, email: str, reason: str) -> None:
        self._person(ref, email, "declined", reason)
        self._change(ref, status="declined", reason=reason)

    def bounce(self, ref: str, email: str, reason: str) -> None:
        self._person(ref, email, "bounced", reason)

    def _person(self, ref: str, email: str, state: str, reason: str = "") -> dict:
        envelope = self.get(ref)
        assert envelope is not None
        for one in envelope["signers"]:
            if one["email"] == email:
                one |= {"state": state, "reason": reason}
        status = "delivered" if envelope["status"] == "sent" and state in ("viewed", "signed") else ""
        return self._change(ref, signers=envelope["signers"], **({"status": status} if status else {}))

    def news(
        self, ref: str, event: str, *, at: str = "", account: str = OUR_ACCOUNT, retry: int = 0
    ) -> bytes:
        """A webhook's body."""
        body = {"event": event, "ref": ref, "at": at or clock.now().isoformat(), "account": account}
        return json.dumps(body | {"retry": retry}).encode()


def headers(proof: str = SECRET) -> dict[str, str]:
    return {"X-Proof": proof}


class StandIn:
    """The provider as the seam has it."""

    capabilities = CAPABILITIES

    def __init__(self, account: Account) -> None:
        self._there = here()

    def _trouble(self, method: str) -> str:
        how = self._there.fault(method)
        match how:
            case "refused":
                raise RefusedByProvider("The address is not allowed.")
            case "unavailable":
                raise Unavailable("Too many calls. It goes on in an hour.", clock.now() + timedelta(hours=1))
            case "lost_before":
                raise AnswerLost("No answer came in time.")
            case "disconnected":
                raise NotConnected("Connect the account again.")
            case "broken":
                raise RuntimeError("a fault of our own")
        return how

    def send(self, request: SendRequest) -> ProviderRef:
        how = self._trouble("send")
        assert request.documents[0].path.read_bytes().startswith(b"%PDF-")
        seconds = self._seconds()
        time.sleep(seconds / 2)
        ref = f"{time.time_ns()}-{secrets.token_hex(4)}"
        self._there.write(
            {
                "id": ref,
                "key": str(request.key),
                "status": "created" if request.as_draft else "sent",
                "subject": request.subject,
                "sha256": request.documents[0].sha256,
                "signers": [
                    {"id": one.id, "email": one.email, "name": one.name, "state": "sent", "reason": ""}
                    for one in request.signers
                ],
                "rule": request.rule,
                "reason": "",
                "reminders": 0,
                "document": str(request.documents[0].path),
            }
        )
        time.sleep(seconds / 2)
        if how == "lost_after":
            raise AnswerLost("The connection broke after the request was sent.")
        return ProviderRef(ref)

    def _seconds(self) -> float:
        path = self._there.folder / "slow"
        return float(path.read_text()) if path.exists() else 0.0

    def find(self, key: UUID) -> ProviderRef | None:
        self._trouble("find")
        found = self._there.of_key(key)
        return ProviderRef(found[0]["id"]) if found else None

    def fetch(self, refs: Sequence[ProviderRef]) -> list[Snapshot]:
        self._trouble("fetch")
        found = [self._there.get(ref.id) for ref in refs]
        return [_snapshot(one) for one in found if one]

    def changed_since(self, since: datetime) -> Iterator[Snapshot]:
        self._trouble("changed_since")
        for one in self._there.all():
            if datetime.fromisoformat(one["changed"]) >= since:
                yield _snapshot(one)

    def download(self, ref: ProviderRef) -> SignedArtifacts:
        how = self._trouble("download")
        found = self._there.get(ref.id)
        assert found is not None
        pdf = Path(found["document"]).read_bytes()
        if how == "garbage":
            pdf = b"<html>Sign in</html>"
        return SignedArtifacts(pdf + b"\n% signed elsewhere\n", evidence=json.dumps(found).encode())

    def void(self, ref: ProviderRef, reason: str) -> None:
        self._trouble("void")
        found = self._there.get(ref.id)
        if found is not None and found["status"] in ("created", "sent", "delivered"):
            self._there._change(ref.id, status="voided", reason=reason)

    def finish(self, ref: ProviderRef) -> None:
        self._trouble("finish")
        found = self._there.get(ref.id)
        assert found is not None
        signed = [one for one in found["signers"] if one["state"] == "signed"]
        self._there._change(ref.id, signers=signed, status="completed")

    def remind(self, ref: ProviderRef) -> None:
        self._trouble("remind")
        found = self._there.get(ref.id)
        assert found is not None
        self._there._change(ref.id, reminders=found["reminders"] + 1)

    def signing_url(self, ref: ProviderRef, signer: Signer, return_url: str) -> str | None:
        return None

    def sender_url(self, ref: ProviderRef, return_url: str) -> str | None:
        return f"https://standin.example/{ref.id}?back={return_url}"

    def parse_webhook(self, headers: Mapping[str, str], raw: bytes) -> list[Hint]:
        if headers.get("X-Proof") != SECRET:
            raise BadNews("The proof does not hold.")
        told = json.loads(raw)
        if told["account"] != OUR_ACCOUNT:
            raise BadNews("This is about another account.")
        return [
            Hint(ProviderRef(told["ref"]), told["event"], generated_at=told["at"], account=told["account"])
        ]


def _snapshot(one: dict) -> Snapshot:
    states = {"created": "draft", "delivered": "viewed", "completed": "completed", "declined": "declined"}
    state = EnvelopeState(states.get(one["status"], one["status"]))
    signed = [signer for signer in one["signers"] if signer["state"] == "signed"]
    if signed and state == EnvelopeState.VIEWED:
        state = EnvelopeState.PARTIALLY_SIGNED
    return Snapshot(
        ref=ProviderRef(one["id"]),
        key=UUID(one["key"]),
        state=state,
        signers=tuple(
            SignerSnapshot(
                SignerState(s["state"]), id=s["id"], email=s["email"], name=s["name"], reason=s["reason"]
            )
            for s in one["signers"]
        ),
        reason=one["reason"],
    )


def here() -> Elsewhere:
    return Elsewhere(Path(os.environ[FOLDER]))


def _ready(_account: Account) -> Decision:
    if here().is_connected:
        return ALLOWED
    return refused("Stand-in is not connected. Connect it in the settings of the account first.")


def install() -> None:
    """Make it known as a provider."""
    register(Kind(NAME, "Stand-in", "Send to Stand-in", CAPABILITIES, open=StandIn, ready=_ready))
