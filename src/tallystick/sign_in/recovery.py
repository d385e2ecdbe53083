"""Recovery codes: ten, shown once, each good once, for whoever has lost the app and the passkeys."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac

from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Login
from tallystick.sign_in.factors import factors_of
from tallystick.sign_in.limits import begin_attempt, digest_of, forgive
from tallystick.sign_in.models import RecoveryCode
from tallystick.sign_in.states import AttemptKind
from tallystick.sign_in.telling import Visit, tell

COUNT = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look like another."""
LENGTH = 12
GROUP = 4
WRONG = "This is none of your recovery codes, or it was used already. Each of them works once."


@transaction.atomic
def make_codes(login: Login, visit: Visit) -> list[str]:
    """New codes in place of those before. This is the only moment at which they can be read."""
    Login.objects.select_for_update().get(pk=login.pk)
    if not factors_of(login):
        raise Refused("Set up an app or a passkey first: recovery codes are for the day when it is lost.")
    RecoveryCode.objects.filter(login=login).delete()
    made = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]
    RecoveryCode.objects.bulk_create(RecoveryCode(login=login, digest=_digest(login, code)) for code in made)
    tell(login, "New recovery codes were made. Those before are worth nothing any more.", visit)
    return [_grouped(code) for code in made]


@transaction.atomic
def use_code(login: Login, typed: str, visit: Visit) -> None:
    """Prove by one, which is used up by it, and tell the person. The attempt is counted by the caller."""
    plain = "".join(letter for letter in typed[:100].lower() if letter.isalnum())
    unused = RecoveryCode.objects.filter(login=login, digest=_digest(login, plain), used_at=None)
    if not unused.update(used_at=clock.now()):
        raise BadInput(WRONG, {"code": WRONG})
    left = RecoveryCode.objects.filter(login=login, used_at=None).count()
    tell(login, f"One of your recovery codes was used; {left} of {COUNT} are left.", visit)


def prove_by_recovery_code(login: Login, typed: str, visit: Visit) -> None:
    """Whether it is one of theirs. Raises ``BadInput``, ``TryLater``."""
    attempt = begin_attempt(AttemptKind.RECOVERY, digest_of(login.email), visit.network)
    use_code(login, typed, visit)
    forgive(attempt)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _digest(login: Login, code: str) -> str:
    return salted_hmac("tallystick.sign_in.recovery", f"{login.pk}:{code}", algorithm="sha256").hexdigest()
