"""Signing in by a code that is mailed: asked for, made by a worker, typed (decisions, *Contacts*).

A code has six digits, is good for ten minutes and five tries, and only in the browser that asked for it. Only its
keyed digest is kept. A new code ends the one before.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.core.text import plural
from tallystick.directory.models import Login
from tallystick.notifications.actions import Recipient, notify
from tallystick.sign_in.limits import begin_attempt, digest_of, forgive, forgive_asking
from tallystick.sign_in.models import SignInCode
from tallystick.sign_in.states import AttemptKind
from tallystick.sign_in.telling import written_to

GOOD_FOR = timedelta(minutes=10)
PAUSE = timedelta(seconds=30)
"""Before a browser may have another one sent."""
TRIES = 5
DIGITS = 6
KEPT = timedelta(days=2)
ROUND = 100


class CodeOver(BadInput):
    """The code can't be used any more, whatever is typed; the sentence says why. A new one has to be sent."""


def ask_for_code(email: str, network: str) -> SignInCode:
    """Have a code mailed to the log-in with this address, if there is one; nothing tells whether there is.

    Raises ``TryLater``. The codes that were asked for before end.
    """
    address = digest_of(email)
    begin_attempt(AttemptKind.CODE_ASKED, address, network)
    login = Login.objects.filter(email=email.strip().lower(), is_active=True).first()
    now = clock.now()
    with transaction.atomic():
        SignInCode.objects.filter(address=address, used_at=None, ended_at=None).update(ended_at=now)
        return SignInCode.objects.create(
            login=login, address=address, created_at=now, expires_at=now + GOOD_FOR
        )


def end_codes(login: Login) -> None:
    """What was mailed to somebody and not used is worth nothing any more."""
    waiting = SignInCode.objects.filter(address=digest_of(login.email), used_at=None, ended_at=None)
    waiting.update(ended_at=clock.now())


def issue_waiting() -> int:
    """Make and mail the codes that were asked for; how many. Any number of workers may call it at once."""
    waiting = SignInCode.objects.filter(issued_at=None, expires_at__gt=clock.now())
    return sum(_issue(pk) for pk in waiting.order_by("created_at").values_list("pk", flat=True)[:ROUND])


def forget_old() -> int:
    """Delete the rows of codes that are long over; how many."""
    return SignInCode.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


@transaction.atomic
def _issue(code_id: UUID) -> bool:
    """Whoever changes the row makes the code; it is mailed in the same transaction."""
    if not SignInCode.objects.filter(pk=code_id, issued_at=None).update(issued_at=clock.now()):
        return False
    row = SignInCode.objects.select_related("login").get(pk=code_id)
    person = written_to(row.login) if row.login is not None and row.ended_at is None else None
    if row.login is None or person is None:
        return False
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    SignInCode.objects.filter(pk=code_id).update(digest=_digest(row, code))
    notify(
        "sign_in.code",
        account=person.account,
        to=[Recipient(row.login.email, person.name, person, row.login)],
        key=f"code:{code_id}",
        thread=f"code:{code_id}",
        path="",
        values={"code": code, "minutes": int(GOOD_FOR.total_seconds()) // 60},
    )
    return True


def prove_by_code(code_id: UUID, typed: str, network: str) -> Login:
    """The log-in that the typed code proves. Raises ``CodeOver``, ``BadInput`` for a wrong one, ``TryLater``.

    A try is taken before anything is compared: however many come at once, no more than five are looked at.
    """
    digits = _digits(typed)
    row = SignInCode.objects.select_related("login").filter(pk=code_id).first()
    if row is None:
        raise _over(None)
    attempt = begin_attempt(AttemptKind.CODE, row.address, network)
    if not _usable(code_id).filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        row.refresh_from_db()
        raise _over(row)
    row.refresh_from_db()
    if not row.digest or not constant_time_compare(row.digest, _digest(row, digits)):
        raise _wrong(row)
    if not _usable(code_id).update(used_at=clock.now()) or row.login is None or not row.login.is_active:
        raise _over(SignInCode.objects.get(pk=code_id))
    forgive(attempt)
    forgive_asking(row.address, network)
    return row.login


def _usable(code_id: UUID) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(pk=code_id, used_at=None, ended_at=None, expires_at__gt=clock.now())


def _digits(typed: str) -> str:
    """The digits as typed or pasted, with blanks and hyphens, full width ones too. Costs no try when it is no code."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKC", typed[:100]) if not c.isspace() and c not in "-‐–"
    )
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        raise BadInput(
            f"The code has {DIGITS} digits. Type it as it stands in the e-mail.",
            {"code": f"Type the {DIGITS} digits that stand in the e-mail."},
        )
    return plain


def _wrong(row: SignInCode) -> BadInput:
    left = TRIES - row.tries
    if left <= 0:
        return _over(row)
    said = f"This is not the code. Look at the newest e-mail; {plural(left, 'try is', 'tries are')} left."
    return BadInput(said, {"code": said})


def _over(row: SignInCode | None) -> CodeOver:
    if row is None:
        why = "There is no such code any more."
    elif row.used_at is not None:
        why = "This code was used already."
    elif row.ended_at is not None:
        why = "A newer code took the place of this one."
    elif row.tries >= TRIES:
        why = f"A wrong code was typed {TRIES} times, so that this one is worth nothing any more."
    else:
        why = f"The code was good for {int(GOOD_FOR.total_seconds()) // 60} minutes, which are over."
    said = f"{why} Have a new one sent."
    return CodeOver(said, {"code": said})


def _digest(row: SignInCode, code: str) -> str:
    return salted_hmac("tallystick.sign_in.code", f"{row.pk}:{code}", algorithm="sha256").hexdigest()
