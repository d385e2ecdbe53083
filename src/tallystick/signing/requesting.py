"""Asking for signatures on claims: envelopes and the run that sends them, committed together (R-SIGN-1, -2, -4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.claims.storage import record_on
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.core.text import join_and
from tallystick.directory.models import Project
from tallystick.documents.rendering import file_name
from tallystick.documents.words import dictionary_of
from tallystick.runs.actions import request_run
from tallystick.runs.models import Run
from tallystick.signing.evidence import entry_after
from tallystick.signing.models import Envelope, EnvelopeEvent, EnvelopeSigner
from tallystick.signing.policies import Standing, can_send, can_send_from, standings_of
from tallystick.signing.registry import Kind, kind_for, settings_of
from tallystick.signing.states import EnvelopeState, SigningRule
from tallystick.terms import Dictionary
from tallystick.terms.context import text

KIND = "signature.send"
MOST = 1_000
LONGEST_MESSAGE = 2_000
SAME_CLICK = timedelta(minutes=2)
_IN_QUERY = 500


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that was not sent, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class Requested:
    """The run that sends what can go; what can't is told with it."""

    run: Run
    envelopes: tuple[Envelope, ...]
    left_out: tuple[LeftOut, ...]


@transaction.atomic
def request_signatures(
    actor: Actor, project: Project, claim_ids: Iterable[int], *, message: str = "", as_draft: bool = False
) -> Requested:
    """Have these claims of the project sent to their claim contacts, all that can go; the others are left out and said.

    The envelopes are there when the transaction commits, each with its key; a worker sends them. Pressing the button
    twice follows the run of the first time. Raises ``Refused``, or ``BadInput`` with a reason for each claim where none
    can go. ``as_draft`` makes one envelope to be completed in the provider's own pages.
    """
    can_send_from(actor, project).require()
    kind = kind_for(project)
    if as_draft and not kind.capabilities.sender_view:
        raise Refused(
            text(kind.label) + " has no page where an envelope could be prepared. Send it as it is."
        )
    if len(message) > LONGEST_MESSAGE:
        raise BadInput(
            f"The message is longer than {LONGEST_MESSAGE:,} characters.", {"message": "Shorten it."}
        )
    found = _locked(project, claim_ids)
    standings = standings_of(found)
    going, left_out = [], []
    for claim in found:
        decision = can_send(actor, claim, standings[claim.pk])
        if decision:
            going.append(claim)
        else:
            left_out.append(LeftOut(claim, decision.reason))
    if not going:
        run = _same_click(actor, found, standings)
        if run is not None:
            return Requested(run, (), tuple(left_out))
        raise _none_can_go(left_out)
    ready = [(claim, standings[claim.pk]) for claim in going]
    envelopes = _make(actor, kind, ready, message=message.strip(), as_draft=as_draft)
    run = _request_run(actor, project, kind, envelopes, left_out)
    Envelope.objects.filter(pk__in=[envelope.pk for envelope in envelopes]).update(run=run)
    return Requested(run, tuple(envelopes), tuple(left_out))


def _locked(project: Project, claim_ids: Iterable[int]) -> list[Claim]:
    """The claims, held; always in one order, so that two who send the same ones don't wait for each other in a ring."""
    ids = sorted(set(claim_ids))
    if not ids:
        raise BadInput(text("Choose at least one {claim}: tick it in the list, then send."))
    if len(ids) > MOST:
        raise BadInput(text("Choose at most {most} {claims} at a time.", most=f"{MOST:,}"))
    found: list[Claim] = []
    for start in range(0, len(ids), _IN_QUERY):
        found += (
            Claim.objects.select_for_update(of=("self",))
            .filter(
                pk__in=ids[start : start + _IN_QUERY],
                contract__project=project,
                contract__kind__in=COMMITMENT_KINDS,
                deleted_at=None,
            )
            .select_related("contract__project__account", "contract__company", "period")
            .order_by("pk")
        )
    if len(found) < len(ids):
        raise BadInput(
            text(
                "{claims:missing} that you chose {missing:is|are} no longer there. "
                "Load the list again and choose once more.",
                missing=len(ids) - len(found),
            )
        )
    return sorted(found, key=lambda claim: (claim.contract.number, claim.number))


def _same_click(actor: Actor, found: Sequence[Claim], standings: dict[int, Standing]) -> Run | None:
    """The run that was asked for a moment ago with these very claims: the button was pressed twice."""
    live = [standings[claim.pk].live for claim in found]
    if any(envelope is not None and envelope.void_requested_at is not None for envelope in live):
        return None
    runs = {envelope.run_id for envelope in live if envelope is not None}
    run_id = runs.pop() if len(runs) == 1 else None
    if None in live or run_id is None:
        return None
    return Run.objects.filter(
        pk=run_id, asked_by_id=actor.login_id, created_at__gt=clock.now() - SAME_CLICK
    ).first()


def _none_can_go(left_out: Sequence[LeftOut]) -> BadInput:
    reasons = {item.reason for item in left_out}
    if len(reasons) == 1:
        said = reasons.pop()
        if len(left_out) > 1:
            said = text("None of these {claims:n} can go. ", n=len(left_out)) + said
    else:
        named = join_and([known_as(item.claim) for item in left_out], limit=5)
        said = text("None of these {claims:n} can go: {named}. ", n=len(left_out), named=named) + (
            "Each says why in its row."
        )
    return BadInput(said, {f"claim-{item.claim.pk}": item.reason for item in left_out})


def known_as(claim: Claim) -> str:
    """``SC-012 · 4``: how a list of results calls the claim."""
    revision = f" r{claim.revision}" if claim.revision else ""
    return f"{claim.contract.number} · {claim.number}{revision}"


def _make(
    actor: Actor, kind: Kind, going: Sequence[tuple[Claim, Standing]], *, message: str, as_draft: bool
) -> list[Envelope]:
    """Envelopes, signers and the first entry of each one's evidence; written by a few statements."""
    project = going[0][0].contract.project
    chosen, words, now = settings_of(project), dictionary_of(project), clock.now()
    rule = chosen.rule if kind.capabilities.any_one else SigningRule.ALL
    envelopes = [
        Envelope(
            claim=claim,
            claim_revision=claim.revision,
            claim_version=claim.version,
            provider=kind.name,
            rule=rule,
            subject=subject_of(claim, words)[:300],
            message=message,
            document_name=file_name(claim),
            is_draft=as_draft,
            state=EnvelopeState.QUEUED,
            requested_by_id=actor.login_id,
            requested_by_name=actor.name,
            requested_at=now,
            expires_at=now + timedelta(days=chosen.expiry_days),
            remind_after_days=chosen.remind_after_days,
            remind_every_days=chosen.remind_every_days,
        )
        for claim, _ in going
    ]
    Envelope.objects.bulk_create(envelopes)
    signers, entries = [], []
    for envelope, (_, standing) in zip(envelopes, going, strict=True):
        people = standing.contacts
        signers += [
            EnvelopeSigner(envelope=envelope, person=person, name=person.name, email=person.email)
            for person in people
        ]
        facts = {
            "by": actor.name,
            "provider": kind.name,
            "rule": rule,
            "claim": known_as(envelope.claim),
            "signers": [{"name": person.name, "email": person.email} for person in people],
        }
        entries.append(entry_after(envelope, None, "requested", at=now, facts=facts))
        record_on(
            actor,
            "signature.requested",
            envelope.claim,
            provider=text(kind.label),
            names=join_and([person.name for person in people], limit=5),
        )
    EnvelopeSigner.objects.bulk_create(signers)
    EnvelopeEvent.objects.bulk_create(entries)
    return envelopes


def subject_of(claim: Claim, words: Dictionary) -> str:
    """``Please sign progress claim 4 of SC-012 – Riverside Tower``, in the project's words."""
    said = words.text(
        "Please sign {claim} {number} of {contract}", number=claim.number, contract=claim.contract.number
    )
    return f"{said} – {claim.contract.project.name}"


def _request_run(
    actor: Actor,
    project: Project,
    kind: Kind,
    envelopes: Sequence[Envelope],
    left_out: Sequence[LeftOut],
) -> Run:
    return request_run(
        KIND,
        account_id=project.account_id,
        project_id=project.pk,
        title=dictionary_of(project).text("{claims:count} sent for signature", count=len(envelopes)),
        params={
            "envelopes": [envelope.pk for envelope in envelopes],
            "provider": kind.label,
            "left_out": [
                {
                    "claim": item.claim.pk,
                    "name": known_as(item.claim),
                    "company": item.claim.contract.company.name,
                    "reason": item.reason,
                }
                for item in left_out
            ],
            "by": actor.name,
        },
        asked_by_id=actor.login_id,
    )
