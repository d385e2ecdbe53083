"""The answers that stand in an invite's e-mail: a signed link each, made for one person (esign §7).

A link proves that its reader gets mail at that person's address, and nothing more: it answers in the person's name
and lets nobody in. It says nothing any more some days after the due day (``invite_policies.told_until``); what else
ends it is looked up when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from tallystick.core.errors import NotFound
from tallystick.directory.models import Person
from tallystick.periods.invite_policies import is_still_told
from tallystick.periods.models import Invite, InviteAnswer

_SALT = "tallystick.periods.invite_links"

GONE = (
    "This invite is over or was withdrawn. If you have another message about it, use the newest one; "
    "otherwise ask whoever sent it to you."
)


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What a link says: the invite, whose answer it is, and which."""

    invite: Invite
    person: Person
    answer: InviteAnswer


def answer_path(invite: Invite, person: Person, answer: InviteAnswer) -> str:
    """Where the person says ``answer`` to the invite, without signing in."""
    return reverse("invite-answer", args=[_signer().sign_object([invite.pk, person.pk, answer.value])])


def link_of(token: str) -> AnswerLink:
    """What the link with this token was made for. Raises ``NotFound`` where it is not ours, or over."""
    try:
        invite_id, person_id, said = _signer().unsign_object(token)
        answer = InviteAnswer(said)
    except (BadSignature, TypeError, ValueError) as cause:
        raise NotFound(
            "This link is not complete: a part of it may have been lost when it was copied. "
            "Use the button in the e-mail once more."
        ) from cause
    invite = (
        Invite.objects.select_related("period", "contract__project__account", "contract__company")
        .filter(pk=invite_id)
        .first()
    )
    if invite is None or not is_still_told(invite):
        raise NotFound(GONE)
    person = (
        Person.objects.select_related("login")
        .filter(pk=person_id, account=invite.contract.project.account_id)
        .first()
    )
    if person is None:
        raise NotFound(GONE)
    return AnswerLink(invite, person, answer)


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
