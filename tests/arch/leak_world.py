"""Whole jobs, each carrying one mark in everything that is written on it: what nobody else may find anywhere.

A ``Plot`` is one contract with all that hangs on it: its company and people, lines, variations, a claim that was sent
back and certified, papers and what stands in them, payments, the answer to the claim, insurance, signatures, work of
the worker, e-mails, history. All goes through the product's own actions, signed in as the plot's own contact where one
may; what is still empty afterwards is filled with the mark, so that a text that is added to a table is planted too.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.creation import create_claim
from tallystick.claims.details import change_details
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, mark_lines
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.retention_words import RuleInput
from tallystick.contracts.states import RuleLimit
from tallystick.core import clock
from tallystick.directory.models import Person
from tallystick.documents.actions import add_attachment
from tallystick.documents.certificates import set_certificate
from tallystick.documents.models import Backup, SignedDocument
from tallystick.documents.store import put, scratch_folder
from tallystick.documents.thumbnails import thumbnail_path
from tallystick.notifications.models import Message
from tallystick.payment_schedules.actions import issue_payment_schedule
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tallystick.payments.actions import record_payment
from tallystick.periods.actions import extend_period
from tallystick.periods.invites import send_invites
from tallystick.periods.models import BillingPeriod, InviteType
from tallystick.runs.actions import request_run
from tallystick.runs.models import Run
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.evidence import note
from tallystick.signing.models import Envelope, EnvelopeSigner
from tallystick.signing.states import SigningRule
from tests import factories as make
from tests.arch.permission_world import held_sheet
from tests.pdf.makers import text_pages

SOUGHT = "zzq"
"""What all marks begin with, to be typed into searches: the whole of a mark is never typed."""


@dataclass
class Plot:
    """One job; ``things`` maps parameters of addresses to what of the job they may name."""

    mark: str
    contract: make.Contract
    contact: Person
    things: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def name(self, parameter: str, *values: Any) -> None:
        self.things[parameter] += values


def settle(
    period: BillingPeriod, name: str, amounts: tuple[int, int, int], *, of: Plot | None = None, **facts: Any
) -> Plot:
    """A job in the period: lines of these amounts, for a company of its own or that ``of`` another job."""
    mark = SOUGHT + name
    account = period.project.account
    company = (
        of.contract.company if of else make.make_company(account, f"{mark} Works", trade=f"{mark} trade")
    )
    contract = make.make_contract(
        period.project,
        company,
        number=f"{mark}-01",
        title=f"{mark} works",
        lines=[
            make.LineInput(
                f"{mark} line {place}", amount, f"{mark}{place}", f"{mark}-c", group=f"{mark} part"
            )
            for place, amount in enumerate(amounts)
        ],
        **{"description": f"{mark} inclusions", **facts},
    )
    scale = RuleInput(500, RuleLimit.AMOUNT, limit_amount=amounts[1] // 3)
    make.contracts.set_sliding_rules(make.OPERATOR, contract, [scale])
    contact = make.make_person(company, f"{mark} Person", email=f"{mark}@{mark}.example")
    tool = "head_contracts" if contract.kind == make.ContractKind.HEAD_CONTRACT else "commitments"
    make.make_member(period.project, person=contact, **{tool: Level.READ_ONLY})
    make.contracts.add_claim_contact(make.OPERATOR, contract, contact)
    plot = Plot(mark, contract, contact)
    plot.name("contract_id", contract.pk)
    plot.name("person_id", contact.pk)
    if not of:
        plot.name("company_id", company.pk)
        _insure(plot)
    approved = make.make_variation(
        contract, [(f"{mark} extra", amounts[2] // 7)], number=f"{mark}-V1", title=f"{mark} extra"
    )
    draft = make.make_variation(
        contract,
        [(f"{mark} omission", -amounts[2] // 9)],
        number=f"{mark}-V2",
        title=f"{mark} omission",
        status=make.VariationStatus.DRAFT,
    )
    plot.name("variation_id", approved.pk, draft.pk)
    send_invites(make.OPERATOR, period, [contract], InviteType.ALL)
    extend_period(
        make.OPERATOR, period, contract, due=period.due + timedelta(days=3), reason=f"{mark} was late"
    )
    _paper(plot, make.OPERATOR, contract)
    _claim(plot, period, amounts)
    _work(plot, period)
    letters = Message.objects.filter(person=contact).order_by("created_at", "pk")
    plot.name("message_id", *letters.values_list("pk", flat=True)[:2])
    return plot


def _insure(plot: Plot) -> None:
    mark, company = plot.mark, plot.contract.company
    insured = make.make_insurance(
        company,
        insurer=f"{mark} Mutual",
        policy_number=f"{mark}-PL",
        currency=plot.contract.currency,
        limit=20_000_000_00 + company.pk,
        expires=date(2026, 3, 30),
    )
    paper = _paper(plot, make.OPERATOR, company)
    set_certificate(make.OPERATOR, insured, paper)
    plot.name("insurance_id", insured.pk)


def _paper(plot: Plot, actor: make.Actor, owner: Any) -> Any:
    mark = plot.mark
    data = text_pages(f"{mark} on paper, of {type(owner).__name__}")
    paper = add_attachment(actor, owner, name=f"{mark} docket.pdf", size=len(data), chunks=[data])
    thumbnail = thumbnail_path(paper.file.sha256)
    thumbnail.parent.mkdir(parents=True, exist_ok=True)
    thumbnail.write_bytes(b"\x89PNG " + mark.encode())
    plot.name("paper_id", paper.pk)
    return paper


def _claim(plot: Plot, period: BillingPeriod, amounts: tuple[int, int, int]) -> None:
    """Claimed by the contact, sent back with a reason, claimed again, answered, certified and paid."""
    mark, them = plot.mark, make.actor_of(plot.contact)
    claim = create_claim(them, plot.contract, period)
    plot.name("claim_id", claim.pk)
    first, second, *_ = lines_of(claim)
    edits = [
        EntryEdit(first.pk, work=amounts[0] // 3, comment=f"{mark} comment"),
        EntryEdit(second.pk, work=amounts[1] // 5, materials_new=amounts[1] // 11),
    ]
    save_entries(them, claim, edits)
    claim = Claim.objects.get(pk=claim.pk)
    change_details(
        them,
        claim,
        period=claim.period,
        billing_date=claim.billing_date,
        reference=f"{mark}-INV",
        comment=f"{mark} note",
    )
    paper = _paper(plot, them, claim)
    move_claim(them, claim, ClaimStatus.UNDER_REVIEW)
    mark_lines(
        make.OPERATOR,
        claim,
        [Mark(first.pk, LineReview.REJECTED, f"{mark} not poured", work=amounts[0] // 4)],
    )
    move_claim(make.OPERATOR, claim, ClaimStatus.REVISE_AND_RESUBMIT, reason=f"{mark} see line")
    save_entries(them, claim, [EntryEdit(first.pk, work=amounts[0] // 4)])
    move_claim(them, claim, ClaimStatus.UNDER_REVIEW)
    if plot.contract.kind != make.ContractKind.HEAD_CONTRACT:
        answer = issue_payment_schedule(
            make.OPERATOR,
            claim,
            PaperKind.PAYMENT_SCHEDULE,
            service_method=ServiceMethod.EMAIL,
            served_to=f"accounts@{mark}.example",
            note=f"{mark} answer",
        )
        plot.name("schedule_id", answer.pk)
    for target in (ClaimStatus.APPROVED, ClaimStatus.DRAFT, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED):
        claim = move_claim(make.OPERATOR, claim, target, reason=f"{mark} second look")
    paid = record_payment(
        make.OPERATOR,
        plot.contract,
        claim=claim,
        amount=claim.payment_due_with_tax // 2,
        paid_on=date(2026, 3, 20),
        reference=f"{mark}-EFT",
        note=f"{mark} part payment",
    )
    plot.name("payment_id", paid.pk)
    signed = SignedDocument.objects.create(
        claim=claim, revision=claim.revision, file=paper.file, name=f"{mark} signed.pdf"
    )
    plot.name("signed_id", signed.pk)
    _signature(plot, claim)
    events = Event.objects.filter(subject_type="claims.claim", subject_id=str(claim.pk))
    plot.name("event_id", events.latest("pk").pk)
    plot.name("held_claim_id", held_sheet(plot.contact, "claim", claim.pk))


def _signature(plot: Plot, claim: Claim) -> None:
    envelope = Envelope.objects.create(
        claim=claim,
        claim_revision=claim.revision,
        claim_version=claim.version,
        provider="builtin",
        rule=SigningRule.ANY,
        subject=f"{plot.mark} to sign",
        requested_by_name="Somebody",
        expires_at=clock.now() + timedelta(days=30),
    )
    signer = EnvelopeSigner.objects.create(
        envelope=envelope, person=plot.contact, name=plot.contact.name, email=plot.contact.email
    )
    BuiltinSigner.objects.create(signer=signer, written_name=f"{plot.mark} Person")
    note(envelope, "envelope.sent", to=[plot.contact.email])
    plot.name("envelope_key", envelope.key)


def _work(plot: Plot, period: BillingPeriod) -> None:
    """What the worker was asked for, and a backup that it made."""
    mark, project = plot.mark, period.project
    runs = [
        request_run(
            "test.kind",
            account_id=project.account_id,
            project_id=project.pk,
            title=f"{mark} run {who}",
            params={"of": mark},
            asked_by_id=who,
        )
        for who in (plot.contact.login_id, None)
    ]
    plot.name("run_id", *(run.pk for run in runs))
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(sentence=f"{mark} goes on")
    with tempfile.NamedTemporaryFile(dir=scratch_folder(), delete=False) as file:
        file.write(text_pages(f"{mark} in a backup"))
    put(f"backups/{runs[1].pk}.pdf", Path(file.name))
    backup = Backup.objects.create(
        project=project,
        run=runs[1],
        selection=plot.things["claim_id"],
        digest="0" * 64,
        file_key=f"backups/{runs[1].pk}.pdf",
        file_name=f"{mark}.pdf",
        size=17,
        plan_digest="1" * 64,
        page_count=1,
        manifest_sha256="2" * 64,
        expires_at=clock.now() + timedelta(days=1),
    )
    plot.name("backup_id", backup.pk)


def fill_what_is_empty(plots: Iterable[Plot]) -> None:
    """Write the mark into every text of a plot's rows that nothing has been written into."""
    for plot in plots:
        for rows in rows_of(plot):
            for text in rows.model._meta.fields:
                if isinstance(text, models.CharField | models.TextField) and text.blank and not text.choices:
                    value = f"{plot.mark}@{plot.mark}.example" if "email" in text.name else f"{plot.mark} ."
                    if text.max_length is None or len(value) <= text.max_length:
                        rows.filter(**{text.name: ""}).update(**{text.name: value})


def rows_of(plot: Plot) -> Iterator[models.QuerySet[Any]]:
    """The rows of every table that belong to the job by their contract, and its company with people and insurance."""
    for model in apps.get_models():
        path = getattr(model, "account_path", "")
        if path.endswith("contract__project__account"):
            yield model._base_manager.filter(**{path.removesuffix("__project__account"): plot.contract.pk})
        elif model is type(plot.contract):
            yield model._base_manager.filter(pk=plot.contract.pk)
    for name in ("company_id", "person_id", "insurance_id"):
        if plot.things[name]:
            model = apps.get_model("directory", name.removesuffix("_id"))
            yield model._base_manager.filter(pk__in=plot.things[name])


def figures_of(plots: Iterable[Plot]) -> set[int]:
    """Every amount that is stored of these jobs, minor units; small ones may stand anywhere by chance."""
    found: set[int] = set()
    for plot in plots:
        for rows in rows_of(plot):
            amounts = [
                column.name
                for column in rows.model._meta.fields
                if column.get_internal_type() == "BigIntegerField" and not column.is_relation
            ]
            for values in rows.values_list(*amounts) if amounts else ():
                found |= {abs(value) for value in values if value}
    return {amount for amount in found if amount >= 1_000_00 and amount % 1_000_00}
