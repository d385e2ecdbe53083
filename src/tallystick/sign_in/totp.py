"""Codes from an app that counts time (RFC 6238): setting it up, proving by it, taking it away.

The secret is sealed in its row. A code is good for its half minute and the one beside it on either side, and once.
"""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils.crypto import constant_time_compare

from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.core.vault import CannotUnseal, Place, seal, unseal, wants_new_seal
from tallystick.directory.models import Login
from tallystick.sign_in.factors import check_may_go, factors_of, forget_codes_without_factor
from tallystick.sign_in.limits import begin_attempt, digest_of, forgive
from tallystick.sign_in.models import TotpFactor
from tallystick.sign_in.states import AttemptKind
from tallystick.sign_in.telling import Visit, tell

STEP = 30
DIGITS = 6
SECRET_BYTES = 20
BESIDE = (0, -1, 1)
WRONG = "This is not the code that the app shows now. Wait for the next one, and type that."
USED = "This code was used already. Wait for the next one, and type that."
UNREADABLE = (
    "The secret of your app can’t be opened with this installation’s keys. Use a passkey or a recovery code, and tell "
    "whoever runs this installation."
)


def place(factor: TotpFactor) -> Place:
    """What the sealed secret is bound to."""
    return Place(factor.login_id, "totp", "secret")


@transaction.atomic
def begin_app(login: Login) -> None:
    """Make a secret that the person puts into an app and confirms. One that was not confirmed is replaced."""
    Login.objects.select_for_update().get(pk=login.pk)
    found = TotpFactor.objects.filter(login=login).first()
    if found is not None and found.confirmed_at is not None:
        raise Refused("An app is set up already. Remove it first, then set up the other one.")
    factor = found or TotpFactor(login=login)
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    factor.secret = seal(secret, place(factor))
    factor.made_at = clock.now()
    factor.save()


def waiting_secret(login: Login) -> str:
    """The secret that waits to be confirmed, as apps take it; empty where none does."""
    found = TotpFactor.objects.filter(login=login, confirmed_at=None).first()
    return _secret(found) if found else ""


def address_of(secret: str, login: Login) -> str:
    """What the picture says to the app."""
    label = quote(f"Tallystick:{login.email}", safe=":@")
    query = {"secret": secret, "issuer": "Tallystick", "digits": DIGITS, "period": STEP, "algorithm": "SHA1"}
    return f"otpauth://totp/{label}?{urlencode(query)}"


@transaction.atomic
def confirm_app(login: Login, typed: str, network: str, visit: Visit) -> None:
    """Take the app into use by its first code. Raises ``BadInput``, ``TryLater``."""
    factor = TotpFactor.objects.filter(login=login, confirmed_at=None).first()
    if factor is None:
        raise Refused("There is no app that waits to be set up. Begin again.")
    _check(factor, typed)
    TotpFactor.objects.filter(pk=factor.pk).update(confirmed_at=clock.now())
    tell(login, "An app for codes was set up as a second step of signing in.", visit)


@transaction.atomic
def remove_app(login: Login, visit: Visit) -> None:
    """Take the app away. Twice is harmless. Raises ``Refused`` where it is the last and somebody requires one."""
    Login.objects.select_for_update().get(pk=login.pk)
    found = TotpFactor.objects.filter(login=login).first()
    if found is None:
        return
    if found.confirmed_at is not None:
        check_may_go(login, factors_of(login))
        tell(login, "The app for codes was removed: no code of it is asked for any more.", visit)
    found.delete()
    forget_codes_without_factor(login)


def prove_by_app(login: Login, typed: str, network: str) -> None:
    """Whether the typed code is the app's. Raises ``BadInput``, ``TryLater``. Each code proves once."""
    attempt = begin_attempt(AttemptKind.FACTOR, digest_of(login.email), network)
    factor = TotpFactor.objects.filter(login=login).exclude(confirmed_at=None).first()
    if factor is None:
        raise BadInput(WRONG, {"code": WRONG})
    _check(factor, typed)
    forgive(attempt)


def _check(factor: TotpFactor, typed: str) -> None:
    """Take the code's half minute, which nobody else can take then."""
    app = TOTP(base64.b32decode(_secret(factor)), DIGITS, SHA1(), STEP)  # noqa: S303 - what apps understand
    now = int(clock.now().timestamp()) // STEP
    matching = [
        now + beside
        for beside in BESIDE
        if constant_time_compare(app.generate((now + beside) * STEP).decode(), typed)
    ]
    if not matching:
        raise BadInput(WRONG, {"code": WRONG})
    step = max(matching)
    unused = TotpFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    if not unused.update(last_step=step, used_at=clock.now()):
        raise BadInput(USED, {"code": USED})


def _secret(factor: TotpFactor) -> str:
    try:
        return unseal(factor.secret, place(factor))
    except CannotUnseal as cause:
        raise Refused(UNREADABLE) from cause


def seal_anew() -> int:
    """Seal with the first key what an older one has sealed; how many. A chore."""
    count = 0
    for factor in TotpFactor.objects.all().iterator():
        if not wants_new_seal(factor.secret):
            continue
        try:
            sealed = seal(unseal(factor.secret, place(factor)), place(factor))
        except CannotUnseal:
            continue  # said to its owner when it is needed
        count += TotpFactor.objects.filter(pk=factor.pk, secret=factor.secret).update(secret=sealed)
    return count
