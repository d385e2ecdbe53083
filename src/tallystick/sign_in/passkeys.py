"""Passkeys (WebAuthn): made on a device, proved by it, taken away. A second step, or the whole of signing in.

What browsers exchange is checked by ``fido2``, which is loaded when it is needed. A passkey belongs to the host name
under which people reach this installation, so there are none where that is a bare address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from tallystick.core import clock
from tallystick.core.errors import ALLOWED, BadInput, Decision, Refused, refused
from tallystick.directory.models import Login
from tallystick.sign_in.factors import check_may_go, factors_of, forget_codes_without_factor
from tallystick.sign_in.models import Passkey
from tallystick.sign_in.telling import Visit, tell

if TYPE_CHECKING:
    from fido2.server import Fido2Server

Json = dict[str, Any]
MOST = 20
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
NOT_TAKEN = "The passkey was not accepted. Try it again, or use another way."
UNKNOWN = "This passkey is not known here any more. Use another one, or another way to sign in."
COPIED = (
    "This passkey was refused: it counts backwards, as a copy of it would. Sign in another way, remove it and make a "
    "new one."
)


def can_use_passkeys() -> Decision:
    """Whether browsers make passkeys for the address of this installation."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return refused(
            "Passkeys need a host name, and this installation is reached by a bare address. Whoever runs it sets "
            "TALLYSTICK_URL to its name."
        )
    if parts.scheme == "https" or host == "localhost":
        return ALLOWED
    return refused(
        "Passkeys need HTTPS. Whoever runs this installation sets TALLYSTICK_URL to its https address."
    )


def passkeys_of(login: Login) -> list[Passkey]:
    """Somebody's own, in the order in which they were added."""
    return list(Passkey.objects.filter(login=login).order_by("made_at", "pk"))


def registration(login: Login) -> tuple[Json, Json]:
    """What the browser is asked to make a passkey with, and what has to be remembered until it answers."""
    can_use_passkeys().require()
    if Passkey.objects.filter(login=login).count() >= MOST:
        raise Refused(f"You have {MOST} passkeys. Remove one that you don’t use, then add another.")
    options, state = _server().register_begin(
        _user(login),
        credentials=_credentials(login),
        resident_key_requirement=_wish("resident", "preferred"),
        user_verification=_wish("verification", "preferred"),
    )
    return dict(options), dict(state)


@transaction.atomic
def add_passkey(login: Login, state: Json, answer: str, name: str, visit: Visit) -> Passkey:
    """Keep the passkey that the browser has made. Raises ``BadInput``."""
    can_use_passkeys().require()
    Login.objects.select_for_update().get(pk=login.pk)
    try:
        made = _server().register_complete(state, _read(answer))
        credential = made.credential_data
        if credential is None:
            raise ValueError("no credential")
    except Exception as cause:  # whatever a browser, or somebody else, may send
        raise BadInput("The passkey could not be made. Try it again.") from cause
    key = _key(credential.credential_id)
    if Passkey.objects.filter(key=key).exists():
        raise BadInput("This passkey is in use already.")
    kept = Passkey.objects.create(
        login=login,
        key=key,
        name=name.strip()[:LONGEST_NAME] or "Passkey",
        credential=bytes(credential),
        sign_count=made.counter,
    )
    tell(login, f"The passkey “{kept.name}” was added.", visit)
    return kept


@transaction.atomic
def remove_passkey(login: Login, passkey_id: int, visit: Visit) -> None:
    """Forget one of somebody's own. Twice is harmless. Raises ``Refused`` where it is the last and one is required."""
    Login.objects.select_for_update().get(pk=login.pk)
    found = Passkey.objects.filter(login=login, pk=passkey_id).first()
    if found is None:
        return
    check_may_go(login, factors_of(login))
    found.delete()
    forget_codes_without_factor(login)
    tell(login, f"The passkey “{found.name}” was removed.", visit)


def question(login: Login | None) -> tuple[Json, Json]:
    """What the browser is asked to prove, and what has to be remembered until it answers.

    Without a log-in any passkey of this installation may answer, and its device has to know who holds it.
    """
    can_use_passkeys().require()
    options, state = _server().authenticate_begin(
        credentials=_credentials(login) if login is not None else None,
        user_verification=_wish("verification", "required" if login is None else "preferred"),
    )
    return dict(options), dict(state)


@transaction.atomic
def prove_by_passkey(state: Json, answer: str, login: Login | None = None) -> Login:
    """Whose passkey has answered; with ``login`` only one of theirs is taken. Raises ``BadInput``."""
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        key = _key(given.raw_id)
    except Exception as cause:
        raise BadInput(NOT_TAKEN) from cause
    passkeys = (
        Passkey.objects.select_for_update().select_related("login").filter(key=key, login__is_active=True)
    )
    found = passkeys.filter(login=login).first() if login is not None else passkeys.first()
    if found is None:
        raise BadInput(UNKNOWN)
    handle = given.response.user_handle
    if handle and handle != _handle(found.login):
        raise BadInput(NOT_TAKEN)
    try:
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(found.credential))], given)
    except Exception as cause:
        raise BadInput(NOT_TAKEN) from cause
    count = given.response.authenticator_data.counter
    # Passkeys that are kept on several devices don't count: they say 0 for ever.
    if (count or found.sign_count) and count <= found.sign_count:
        raise BadInput(COPIED)
    Passkey.objects.filter(pk=found.pk).update(sign_count=count, used_at=clock.now())
    return found.login


def _server() -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    parts = urlsplit(settings.PUBLIC_URL)
    ours = f"{parts.scheme}://{parts.netloc}".lower()
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=parts.hostname or "", name="Tallystick"),
        verify_origin=lambda origin: origin.lower() == ours,
    )


def _user(login: Login) -> Any:
    from fido2.webauthn import PublicKeyCredentialUserEntity

    return PublicKeyCredentialUserEntity(
        id=_handle(login), name=login.email, display_name=login.name or login.email
    )


def _wish(kind: str, value: str) -> Any:
    from fido2.webauthn import ResidentKeyRequirement, UserVerificationRequirement

    return ResidentKeyRequirement(value) if kind == "resident" else UserVerificationRequirement(value)


def _credentials(login: Login) -> list[Any]:
    from fido2.webauthn import AttestedCredentialData

    return [
        AttestedCredentialData(bytes(credential))
        for credential in Passkey.objects.filter(login=login).values_list("credential", flat=True)
    ]


def _handle(login: Login) -> bytes:
    """What a device keeps in place of the person: says nothing to anybody else."""
    return salted_hmac("tallystick.sign_in.passkey", str(login.pk), algorithm="sha256").digest()


def _key(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _read(answer: str) -> Mapping[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read
