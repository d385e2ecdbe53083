"""What a claim's document names: parties, project, contract, period. Copied onto the claim when it is certified,
so that a later change of address does not rewrite a certificate (decisions, Claims)."""

from collections.abc import Iterable
from typing import Any

from tallystick.claims.models import Claim, ClaimLine
from tallystick.contracts.models import Variation
from tallystick.directory.models import Company


def facts_of(claim: Claim, lines: Iterable[ClaimLine]) -> dict[str, Any]:
    """The names, addresses and dates as they are now, ready for JSON."""
    contract = claim.contract
    project = contract.project
    own = Company.objects.filter(account=project.account, is_own=True).first()
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
        "payer": _company(own) if own else {"name": project.account.name, "address": "", "tax_number": ""},
        "claimant": _company(contract.company),
        "contacts": [
            {"name": name, "email": email}
            for name, email in contract.claim_contacts.order_by("person__name").values_list(
                "person__name", "person__email"
            )
        ],
        "variations": _variations(lines),
        "period": {"start": _iso(claim.period_start), "end": _iso(claim.period_end)}
        | ({"due": _iso(claim.period.due)} if claim.period else {}),
        "certified_by": str(claim.certified_by) if claim.certified_by_id else "",
        "footer": project.paper_footer,
    }


def facts_in_force(claim: Claim, lines: Iterable[ClaimLine]) -> dict[str, Any]:
    """The copies of a certified claim, or the live facts of any other."""
    return claim.frozen if claim.frozen is not None else facts_of(claim, lines)


def _company(company: Company) -> dict[str, str]:
    return {"name": company.name, "address": company.address, "tax_number": company.tax_number}


def _variations(lines: Iterable[ClaimLine]) -> dict[str, dict[str, str | None]]:
    """Number, title and day of approval of each variation on the claim, by its id as text (a JSON key)."""

    ids = {line.sov_line.variation_id for line in lines if line.sov_line.variation_id is not None}
    return {
        str(variation.pk): {
            "number": variation.number,
            "title": variation.title,
            "approved_on": _iso(variation.approved_on),
        }
        for variation in Variation.objects.filter(pk__in=ids).order_by("pk")
    }


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
