"""From a stored claim to the paper that shows it. Only names and stored figures; nothing is computed here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.claims.facts import facts_in_force
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, ClaimType
from tallystick.claims.totals import LineSums, grouped, retention_held, retention_released, sums_of
from tallystick.contracts.states import AccountingMethod, ContractKind
from tallystick.core.money import rate_of
from tallystick.documents import papers
from tallystick.documents.claim_differences import (
    accepted_on,
    claimed_on,
    compared_on,
    differences_of,
    is_told_apart,
)
from tallystick.documents.words import dictionary_of, paper_size
from tallystick.terms import Dictionary

_CONTRACT_WORDS = {
    ContractKind.SUBCONTRACT: ("subcontract", "subcontractor"),
    ContractKind.PURCHASE_ORDER: ("purchase_order", "contract_company"),
    ContractKind.HEAD_CONTRACT: ("head_contract", "general_contractor"),
}


def paper_of(claim: Claim, lines: Sequence[ClaimLine], attached: Sequence[str]) -> papers.ClaimPaper:
    """The claim's application and certificate. ``attached`` are the names of its papers, in their order.

    A certified claim names what it named when it was certified.
    """
    project = claim.contract.project
    dictionary = dictionary_of(project)
    facts = facts_in_force(claim)
    shows_claimed = facts.get("shows_claimed", True)  # certified before this was kept: they show them
    certified = claim.status in CERTIFIED
    certified_on = (
        claim.certified_at.astimezone(ZoneInfo(project.time_zone)).date() if claim.certified_at else None
    )
    return papers.ClaimPaper(
        words=_words(dictionary, facts["contract"]["kind"]),
        size=paper_size(dictionary),
        locale=project.locale,
        currency=claim.contract.currency,
        project=papers.Project(**facts["project"]),
        claimant=_party(facts["claimant"], facts["contacts"]),
        recipient=_party(facts["payer"], ()),
        contract_number=facts["contract"]["number"],
        contract_title=facts["contract"]["title"],
        contract_date=_date(facts["contract"]["date"]),
        claim_number=claim.number,
        revision=claim.revision,
        reference=claim.reference,
        period_start=claim.period_start,
        period_end=claim.period_end,
        due_date=_date(facts["period"].get("due")),
        billing_date=claim.billing_date,
        status=ClaimStatus(claim.status).label,
        is_certified=certified,
        certified_on=certified_on,
        summary=_summary(claim, lines, facts["contract"]["tax_bp"]),
        variations=_variation_box(claim),
        claimed_this_period=claim.claimed_this_period,
        certified_this_period=claim.certified_this_period,
        groups=_groups(claim, lines, facts, dictionary, shows_claimed),
        totals=_totals(sums_of(lines)),
        claimant_signature=_claimant_signature(claim, facts, dictionary),
        certifier_signature=papers.Signature(name=facts["certified_by"], signed_on=certified_on),
        attachments=tuple(papers.ListedPaper(name) for name in attached),
        comment=claim.comment,
        footer=facts["footer"],
        claim_type=_claim_type(claim, dictionary),
        submitted_on=None if claim.status == ClaimStatus.DRAFT else _date(_submitted(facts).get("on")),
        assessed_this_period=None if claim.status in EDITABLE else claim.assessed_this_period,
        differences=differences_of(claim, lines) if shows_claimed else None,
        shows_claimed=shows_claimed,
        more=tuple((label, value) for label, value in facts.get("fields", ())),
        variation_rows=_variation_rows(lines, facts),
        retention=_retention(lines),
        paid=_paid(claim) if certified and claim.paid else None,
    )


def claim_paper_at(
    claim: Claim, lines: Sequence[ClaimLine], attached: Sequence[str] = (), *, on: date
) -> papers.ClaimPaper:
    """The paper of the claim as it was at the end of the day ``on``, marked so on every page; never kept.

    ``claim`` and ``lines`` may be rows that were put back to their values of that day and are not saved. The claim
    comes from ``claims.facts.with_facts`` (as ``documents.rendering.load_claim`` loads it), each line has its
    ``sov_line``; both in the document's order, as ``claims.storage.lines_of`` gives them. Where the claim was not
    certified on that day its ``frozen`` must be ``None``: names and addresses are then today's.

        with use(dictionary_of(claim.contract.project)):
            data = papers.render_claim(claim_paper_at(claim, lines, on=day))
    """
    return replace(paper_of(claim, lines, attached), as_at=on)


def _submitted(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Empty where nobody has submitted it, and on claims certified before this was kept."""
    return facts.get("submitted") or {}


def _claimant_signature(claim: Claim, facts: Mapping[str, Any], dictionary: Dictionary) -> papers.Signature:
    """Who submitted what the paper shows; a claim that the claimant works on is nobody's word yet."""
    submitted = _submitted(facts)
    if claim.status in EDITABLE or not submitted:
        return papers.Signature()
    name = submitted["by"]
    if name and submitted["on_behalf"]:
        name = dictionary.text(
            "{name}, on behalf of {claimant}", name=name, claimant=facts["claimant"]["name"]
        )
    return papers.Signature(name=name, signed_on=_date(submitted["on"]))


def _claim_type(claim: Claim, dictionary: Dictionary) -> str:
    kind = {
        ClaimType.ALL: dictionary.text("Work, materials and {retention}"),
        ClaimType.WORK: "Work and materials",
        ClaimType.RELEASE: dictionary.text("Release of {retention} only"),
    }[ClaimType(claim.claim_type)]
    return f"{kind} · final" if claim.is_final else kind


def _variation_rows(lines: Sequence[ClaimLine], facts: Mapping[str, Any]) -> tuple[papers.VariationRow, ...]:
    rows = []
    for variation_id, members in grouped(lines).items():
        if variation_id is None:
            continue
        variation = facts["variations"][str(variation_id)]
        sums = sums_of(members)
        rows.append(
            papers.VariationRow(
                number=variation["number"],
                title=variation["title"],
                approved_on=_date(variation["approved_on"]),
                amount=sums.scheduled_value,
                this_period=sum(line.gross_this_period for line in members),
                to_date=sums.total_completed,
            )
        )
    return tuple(rows)


def _retention(lines: Sequence[ClaimLine]) -> papers.Retention | None:
    """Nothing where nothing is held, was held or released."""

    def over(*names: str) -> list[int]:
        return [sum(getattr(line, name) for line in lines) for name in names]

    moved = sum(line.retention_moved for line in lines)
    before, this, released, held = over(
        "previous_work_retention", "work_retention_this", "work_retention_released", "work_retention_held"
    )
    work = papers.RetentionRow(before, this, released, moved, held)
    before, this, released, held = over(
        "previous_materials_retention",
        "materials_retention_this",
        "materials_retention_released",
        "materials_retention_held",
    )
    materials = papers.RetentionRow(before, this, released, -moved, held)
    total = papers.RetentionRow(
        work.before + materials.before,
        work.this_period + materials.this_period,
        work.released + materials.released,
        0,
        work.held + materials.held,
    )
    if not any((total.before, total.this_period, total.released, total.held)):
        return None
    return papers.Retention(work, materials, total)


def _paid(claim: Claim) -> papers.Paid:
    due = claim.payment_due_with_tax
    return papers.Paid(due, claim.paid, due - claim.paid)


def _words(dictionary: Dictionary, kind: str) -> papers.ClaimWords:
    contract, claimant = _CONTRACT_WORDS[ContractKind(kind)]
    return papers.ClaimWords.of(dictionary, contract=contract, claimant=claimant)


def _party(facts: Mapping[str, str], contacts: Sequence[Mapping[str, str]]) -> papers.Party:
    return papers.Party(
        name=facts["name"],
        business_number=facts["tax_number"],
        address=facts["address"],
        contact="\n".join(contact["name"] for contact in contacts),
    )


def _summary(claim: Claim, lines: Sequence[ClaimLine], tax_bp: int) -> papers.Summary:
    sums = sums_of(lines)
    return papers.Summary(
        original_sum=claim.original_sum,
        net_variations=claim.net_variations,
        sum_to_date=claim.sum_to_date,
        completed_to_date=claim.completed_to_date,
        work_retention=claim.work_retention,
        materials_retention=claim.materials_retention,
        total_retention=claim.total_retention,
        earned_less_retention=claim.earned_less_retention,
        previous_certificates=claim.previous_certificates,
        payment_due=claim.payment_due,
        balance_to_finish=claim.balance_to_finish,
        work_retention_bp=rate_of(claim.work_retention, sums.previous_work + sums.work),
        materials_retention_bp=rate_of(claim.materials_retention, sums.materials_stored),
        tax=claim.tax if tax_bp else None,
        payment_due_with_tax=claim.payment_due_with_tax if tax_bp else None,
        tax_bp=tax_bp or None,
    )


def _variation_box(claim: Claim) -> papers.VariationBox:
    return papers.VariationBox(
        additions_previous=claim.variation_additions_previous,
        deductions_previous=claim.variation_deductions_previous,
        additions_this=claim.variation_additions_this,
        deductions_this=claim.variation_deductions_this,
        additions=claim.variation_additions_previous + claim.variation_additions_this,
        deductions=claim.variation_deductions_previous + claim.variation_deductions_this,
        net=claim.net_variations,
    )


def _groups(
    claim: Claim,
    lines: Sequence[ClaimLine],
    facts: Mapping[str, Any],
    dictionary: Dictionary,
    shows_claimed: bool,
) -> tuple[papers.Group, ...]:
    by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
    compared = compared_on(claim)
    groups = []
    for variation_id, members in grouped(lines).items():
        title = _group_title(variation_id, facts, dictionary)
        rows = tuple(_line(line, by_unit, compared, shows_claimed) for line in members)
        parts = _parts(members, facts.get("parents", {}))
        groups.append(papers.Group(title, rows, _totals(sums_of(members)), parts))
    return tuple(groups)


def _parts(members: Sequence[ClaimLine], parents: Mapping[str, Any]) -> tuple[papers.Part, ...]:
    """The lines that were broken down, each before the details that are billed in its place."""
    parts = []
    at = 0
    for parent_id, details in groupby(members, key=lambda line: line.sov_line.parent_id):
        found = list(details)
        if parent_id is not None and str(parent_id) in parents:
            parent = parents[str(parent_id)]
            parts.append(
                papers.Part(
                    first=at,
                    count=len(found),
                    item=parent["item_number"],
                    description=parent["description"],
                    totals=_totals(sums_of(found)),
                    cost_code=parent["cost_code"],
                )
            )
        at += len(found)
    return tuple(parts)


def _group_title(variation_id: int | None, facts: Mapping[str, Any], dictionary: Dictionary) -> str:
    if variation_id is None:
        contract, _ = _CONTRACT_WORDS[ContractKind(facts["contract"]["kind"])]
        return f"{dictionary.cap(contract)} {facts['contract']['number']}"
    variation = facts["variations"][str(variation_id)]
    return f"{dictionary.cap('variation')} {variation['number']} · {variation['title']}"


def _line(line: ClaimLine, by_unit: bool, compared: papers.Compared, shows_claimed: bool) -> papers.Line:
    claimed, accepted = claimed_on(line), accepted_on(line, compared)
    differs = shows_claimed and accepted is not None and accepted != claimed
    return papers.Line(
        item=line.item_number,
        description=line.description,
        scheduled_value=line.scheduled_value,
        previous=line.previous_work,
        this_period=line.assessed_work,
        materials_stored=line.materials_stored,
        total=line.total_completed,
        percent_bp=line.percent_bp,
        balance=line.balance,
        retention_held=retention_held(line),
        retention_released=retention_released(line),
        cost_code=line.cost_code,
        unit=line.unit if by_unit else "",
        quantity=line.scheduled_quantity if by_unit else None,
        unit_price=line.unit_price if by_unit else None,
        quantity_previous=line.previous_quantity if by_unit else None,
        quantity_this=line.assessed_quantity if by_unit else None,
        quantity_total=line.previous_quantity + line.assessed_quantity if by_unit else None,
        claimed=claimed if differs else None,
        accepted=accepted if differs else None,
        reason="" if is_told_apart(line, compared) else line.review_reason,
        comment=line.comment,
    )


def _totals(sums: LineSums) -> papers.LineTotals:
    return papers.LineTotals(
        scheduled_value=sums.scheduled_value,
        previous=sums.previous_work,
        this_period=sums.work,
        materials_stored=sums.materials_stored,
        total=sums.total_completed,
        percent_bp=sums.percent_bp,
        balance=sums.balance,
        retention_held=sums.retention_held,
        retention_released=sums.retention_released,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
