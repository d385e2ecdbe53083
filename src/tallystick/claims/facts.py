"""What a claim's document names: parties, project, contract, period. Copied onto the claim when it is certified,
so that a later change of address does not rewrite a certificate (decisions, Claims)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from tallystick.claims.custom_fields import told_values
from tallystick.claims.models import Claim, CustomField
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.states import VariationStatus
from tallystick.directory.models import Account, Company


def with_facts(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Have everything that ``facts_of`` reads fetched along, in a fixed number of queries."""
    own = Company.objects.filter(is_own=True)
    return claims.select_related(
        "contract__project__account", "contract__company", "period", "certified_by", "submitted_by"
    ).prefetch_related(
        "contract__claim_contacts__person",
        "contract__variations",
        Prefetch("contract__project__account__companies", queryset=own, to_attr="own_companies"),
        Prefetch(
            "contract__project__account__claim_custom_fields",
            queryset=CustomField.objects.all(),
            to_attr="known_custom_fields",
        ),
        Prefetch("contract__lines", queryset=_broken_down(), to_attr="broken_down"),
    )


def facts_of(claim: Claim) -> dict[str, Any]:
    """The names, addresses and dates as they are now, ready for JSON."""
    contract = claim.contract
    project = contract.project
    people = sorted(
        (contact.person for contact in contract.claim_contacts.all()),
        key=lambda person: (person.name, person.pk),
    )
    return {
        "project": {"number": project.number, "name": project.name, "address": project.address},
        "contract": {
            "number": contract.number,
            "title": contract.title,
            "kind": contract.kind,
            "date": _iso(contract.contract_date),
            "work_retention_bp": contract.work_retention_bp if contract.retain_work else 0,
            "materials_retention_bp": contract.materials_retention_bp if contract.retain_materials else 0,
            "tax_bp": contract.tax_bp,
        },
        "payer": _company(_own_company(project.account)),
        "claimant": _company(contract.company),
        "contacts": [{"name": person.name, "email": person.email} for person in people],
        "variations": {
            str(variation.pk): {
                "number": variation.number,
                "title": variation.title,
                "approved_on": _iso(variation.approved_on),
            }
            for variation in contract.variations.all()
            if variation.status == VariationStatus.APPROVED
        },
        "period": {
            "start": _iso(claim.period_start),
            "end": _iso(claim.period_end),
            "due": _iso(claim.period.due) if claim.period else None,
        },
        "parents": {
            str(line.pk): {
                "item_number": line.item_number,
                "cost_code": line.cost_code,
                "description": line.description,
            }
            for line in _parents(contract)
        },
        "submitted": _submitted(claim),
        "certified_by": str(claim.certified_by) if claim.certified_by else "",
        "footer": project.paper_footer,
        "shows_claimed": project.shows_claimed,
        "fields": told_custom(claim, project.locale),
    }


def facts_in_force(claim: Claim) -> dict[str, Any]:
    """The copies of a certified claim, or the live facts of any other."""
    return claim.frozen if claim.frozen is not None else facts_of(claim)


def told_custom(claim: Claim, locale: str) -> list[tuple[str, str]]:
    """The account's own fields that the claim has a value of: label and value in words."""
    if not claim.custom:
        return []
    account = claim.contract.project.account
    fetched: list[CustomField] | None = getattr(account, "known_custom_fields", None)
    if fetched is None:
        fetched = list(CustomField.objects.filter(account=account))
    return told_values({one.pk: one for one in fetched}, claim.custom, locale)


def _broken_down() -> QuerySet[SovLine]:
    """Lines of schedules that have a breakdown: headings on the paper of claims that bill their details."""
    return SovLine.objects.filter(Exists(SovLine.objects.filter(parent=OuterRef("pk")))).order_by("pk")


def _parents(contract: Contract) -> list[SovLine]:
    fetched: list[SovLine] | None = getattr(contract, "broken_down", None)
    return list(_broken_down().filter(contract=contract)) if fetched is None else fetched


def _submitted(claim: Claim) -> dict[str, Any]:
    """Who submitted it last and when; an administrator who is no claim contact did so on their behalf."""
    if claim.submitted_at is None:
        return {}
    day = claim.submitted_at.astimezone(ZoneInfo(claim.contract.project.time_zone)).date()
    contacts = {contact.person.login_id for contact in claim.contract.claim_contacts.all()}
    return {
        "by": str(claim.submitted_by) if claim.submitted_by else "",
        "on": _iso(claim.submitted_on or day),
        "on_behalf": claim.submitted_by_id not in contacts,
    }


def _own_company(account: Account) -> Company:
    fetched: list[Company] | None = getattr(account, "own_companies", None)
    if fetched is None:
        fetched = list(account.companies.filter(is_own=True))
    return fetched[0] if fetched else Company(account=account, name=account.name)


def _company(company: Company) -> dict[str, str]:
    return {"name": company.name, "address": company.address, "tax_number": company.tax_number}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
