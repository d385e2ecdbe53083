"""E-mails about signatures. Signers are asked by the provider's own e-mails, so ``ask`` is the built-in one's alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.urls import reverse

from tallystick.core.dates import format_date, format_instant
from tallystick.core.text import join_and
from tallystick.notifications.actions import Path, Recipient, notify
from tallystick.notifications.models import Message
from tallystick.notifications.rendering import Fact, Value
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.states import SignerState
from tallystick.terms import Dictionary


def _recipient(signer: EnvelopeSigner) -> Recipient:
    if signer.person is None:
        return Recipient(signer.email, signer.name)
    return Recipient(signer.email, signer.name, signer.person, signer.person.login)


def _signers(envelope: Envelope) -> list[EnvelopeSigner]:
    return list(EnvelopeSigner.objects.filter(envelope=envelope).select_related("person__login"))


def _requester(envelope: Envelope) -> list[Recipient]:
    if envelope.requested_by is None:
        return []
    return [Recipient.of_login(envelope.requested_by, envelope.claim.contract.project.account)]


def _tell(
    event: str, envelope: Envelope, to: Iterable[Recipient], *, key: str = "", path: Path = "", **more: Value
) -> list[Message]:
    claim = envelope.claim
    contract, project = claim.contract, claim.contract.project
    return notify(
        event,
        account=project.account,
        project=project,
        to=to,
        key=f"envelope:{envelope.key}{key}",
        thread=f"envelope:{envelope.key}",
        path=path or reverse("signature", args=[envelope.key]),
        values={
            "by": envelope.requested_by_name,
            "number": claim.number,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{project.number} {project.name}",
            "until": _until(envelope),
            "said": envelope.message,
            "names": join_and([signer.name for signer in _signers(envelope)], limit=5),
            "terms": lambda words: _terms(envelope, words),
            **more,
        },
    )


def _until(envelope: Envelope) -> Callable[[Dictionary], str]:
    zone = envelope.claim.contract.project.time_zone
    return lambda words: format_instant(envelope.expires_at, zone, words.locale.code, with_zone=True)


def _terms(envelope: Envelope, words: Dictionary) -> list[Fact]:
    claim = envelope.claim
    locale = words.locale.code
    return [
        Fact("Contract", f"{claim.contract.number} {claim.contract.title}"),
        Fact(words.cap("claim"), f"{claim.number}{f' r{claim.revision}' if claim.revision else ''}"),
        Fact(
            words.cap("billing_period"),
            f"{format_date(claim.period_start, locale)} – {format_date(claim.period_end, locale)}",
        ),
        Fact("Asked by", envelope.requested_by_name),
        Fact("Sign by", _until(envelope)(words)),
    ]


def ask(envelope: Envelope, path: Path, *, again: str = "") -> list[Message]:
    """Ask every signer who has not answered yet; ``again`` names a reminder."""
    waiting = [
        signer
        for signer in _signers(envelope)
        if signer.state in (SignerState.WAITING, SignerState.SENT, SignerState.VIEWED)
    ]
    event = "signature.reminder" if again else "signature.requested"
    key = f":{again}" if again else ""
    return _tell(event, envelope, [_recipient(signer) for signer in waiting], key=key, path=path)


def tell_taken_back(envelope: Envelope) -> None:
    """Those who were asked need not sign any more."""
    if envelope.sent_at is None:
        return
    asked = [_recipient(signer) for signer in _signers(envelope) if signer.state != SignerState.BOUNCED]
    _tell("signature.taken_back", envelope, asked, reason=envelope.void_reason)


def tell_completed(envelope: Envelope) -> None:
    """A link to the signed document for everybody who signed or was asked to, and for whoever asked."""
    to = {one.address.lower(): one for one in _requester(envelope)}
    for signer in _signers(envelope):
        if signer.state != SignerState.BOUNCED:
            to.setdefault(signer.email.lower(), _recipient(signer))
    signed = [signer.name for signer in _signers(envelope) if signer.state == SignerState.SIGNED]
    _tell("signature.completed", envelope, to.values(), signed=join_and(signed) or "everybody")


def tell_declined(envelope: Envelope) -> None:
    """Whoever asked learns who declined, and why."""
    declined = [one for one in _signers(envelope) if one.state == SignerState.DECLINED]
    who = join_and([signer.name for signer in declined]) or "A signer"
    why = " ".join(signer.reason for signer in declined if signer.reason) or envelope.reason
    _tell("signature.declined", envelope, _requester(envelope), who=who, why=why)


def tell_bounced(envelope: Envelope, bounced: Sequence[EnvelopeSigner]) -> None:
    """Whoever asked learns that somebody was not reached."""
    for signer in bounced:
        _tell(
            "signature.bounced",
            envelope,
            _requester(envelope),
            key=f":{signer.pk}",
            who=f"{signer.name} <{signer.email}>",
            why=signer.reason,
        )


def tell_expired(envelope: Envelope) -> None:
    """Whoever asked learns that nobody signed in time."""
    _tell("signature.expired", envelope, _requester(envelope))


def tell_failed(envelope: Envelope) -> None:
    """Whoever asked learns that it could not be sent."""
    _tell("signature.failed", envelope, _requester(envelope), why=envelope.reason)
