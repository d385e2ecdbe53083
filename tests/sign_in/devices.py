"""Devices in tests: an app that shows codes, and one that holds passkeys and answers as a browser does."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tallystick.core import clock

Flag = AuthenticatorData.FLAG


def shown(secret: str, seconds: int = 0) -> str:
    """What an app with this secret shows now, or so many seconds from now."""
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(clock.now().timestamp()) + seconds).decode()


class Device:
    """Holds one passkey. ``origin`` is where the browser is; ``verifies`` whether it asks for finger or PIN."""

    def __init__(self, origin: str, *, verifies: bool = True, counts: bool = False) -> None:
        self.origin, self.verifies, self.counts = origin, verifies, counts
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.handle = b""
        self.rp_hash = b""
        self.count = 0

    def make(self, asked: dict[str, Any], **client: Any) -> str:
        """Answer a question for a new passkey."""
        public = asked["publicKey"]
        self.handle = websafe_decode(public["user"]["id"])
        self.rp_hash = _sha256(public["rp"]["id"].encode())
        held = AttestedCredentialData.create(
            b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        attested = AttestationObject.create("none", self._data(Flag.AT, bytes(held)), {})
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", public, **client),
                "attestationObject": websafe_encode(bytes(attested)),
            }
        )

    def prove(self, asked: dict[str, Any], *, handle: bytes | None = None, **client: Any) -> str:
        """Answer a question for a proof."""
        said = self._client("webauthn.get", asked["publicKey"], **client)
        data = self._data()
        signature = self.key.sign(bytes(data) + _sha256(websafe_decode(said)), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": said,
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.handle if handle is None else handle),
            }
        )

    def _data(self, flags: Flag | None = None, held: bytes = b"") -> AuthenticatorData:
        self.count += int(self.counts)
        flags = (flags or Flag(0)) | Flag.UP | (Flag.UV if self.verifies else Flag(0))
        return AuthenticatorData.create(self.rp_hash, flags, self.count, held)

    def _client(self, kind: str, public: dict[str, Any], *, origin: str = "", challenge: str = "") -> str:
        said = CollectedClientData.create(
            kind, challenge or public["challenge"], origin or self.origin, cross_origin=False
        )
        return websafe_encode(bytes(said))

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()
