"""From a stored claim to the paper that shows it. Only names and stored figures; nothing is computed here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.claims.facts import facts_in_force
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.claims.totals import LineSums, grouped, retention_held, retention_released, sums_of
from tallystick.contracts.states import AccountingMethod, ContractKind
from tallystick.core.money import rate_of
from tallystick.documents import papers
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
        groups=_groups(claim, lines, facts, dictionary),
        totals=_totals(sums_of(lines)),
        certifier_signature=papers.Signature(name=facts["certified_by"], signed_on=certified_on),
        attachments=tuple(papers.ListedPaper(name) for name in attached),
        comment=claim.comment,
        footer=facts["footer"],
    )


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
    claim: Claim, lines: Sequence[ClaimLine], facts: Mapping[str, Any], dictionary: Dictionary
) -> tuple[papers.Group, ...]:
    by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
    groups = []
    for variation_id, members in grouped(lines).items():
        title = _group_title(variation_id, facts, dictionary)
        rows = tuple(_line(line, by_unit) for line in members)
        groups.append(papers.Group(title, rows, _totals(sums_of(members))))
    return tuple(groups)


def _group_title(variation_id: int | None, facts: Mapping[str, Any], dictionary: Dictionary) -> str:
    if variation_id is None:
        contract, _ = _CONTRACT_WORDS[ContractKind(facts["contract"]["kind"])]
        return f"{dictionary.cap(contract)} {facts['contract']['number']}"
    variation = facts["variations"][str(variation_id)]
    return f"{dictionary.cap('variation')} {variation['number']} · {variation['title']}"


def _line(line: ClaimLine, by_unit: bool) -> papers.Line:
    claimed = line.claimed_work + line.claimed_materials_previous + line.claimed_materials_new
    assessed = line.assessed_work + line.assessed_materials_previous + line.assessed_materials_new
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
        claimed=claimed - line.previous_materials if claimed != assessed else None,
        accepted=assessed - line.previous_materials if claimed != assessed else None,
        reason=line.review_reason,
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
