"""What is ticked in the list of claims: rows of this page, or everything that the filter leaves on all pages.

The form carries the list's filter along in hidden fields, so that "select all" means what the person saw.
"""

from __future__ import annotations

from tallystick.claims import policies as claim_policies
from tallystick.claims.listing.query import commitments_of
from tallystick.claims.models import Claim
from tallystick.claims.queries import matching_claims, matching_contracts
from tallystick.contracts.models import Contract
from tallystick.core.batches import batched
from tallystick.directory.models import Project
from tallystick.web.claims.listing import Wanted, wanted_of
from tallystick.web.request import PageRequest


def chosen_claim_ids(request: PageRequest, project: Project) -> list[int]:
    """Ids of the ticked claims; with ``all_matching`` of all that the form's filter leaves."""
    if request.POST.get("all_matching"):
        wanted = wanted_of(project, request.POST)
        return matching_claims(
            request.actor, project, period=wanted.period, filters=wanted.filters, search=wanted.search
        )
    return _numbers(request, "claim")


def chosen_claims(request: PageRequest, project: Project) -> list[Claim]:
    """The ticked claims that the actor may see, by contract and number."""
    ids = chosen_claim_ids(request, project)
    found: list[Claim] = []
    visible = claim_policies.visible_to(request.actor).filter(contract__project=project)
    for some in batched(ids):
        found += visible.filter(pk__in=some).select_related(
            "contract__project__account", "contract__company", "period"
        )
    return sorted(found, key=lambda claim: (claim.contract.number, claim.number))


def chosen_contracts(request: PageRequest, project: Project, wanted: Wanted) -> list[Contract]:
    """The ticked contracts without a claim in the period, by number."""
    if request.POST.get("all_matching"):
        ids = matching_contracts(
            request.actor, project, period=wanted.period, filters=wanted.filters, search=wanted.search
        )
    else:
        ids = _numbers(request, "contract")
    found: list[Contract] = []
    for some in batched(ids):
        found += (
            commitments_of(request.actor, project)
            .filter(pk__in=some)
            .select_related("company", "project__account")
        )
    return sorted(found, key=lambda contract: contract.number)


def _numbers(request: PageRequest, name: str) -> list[int]:
    typed = request.POST.getlist(name)
    return sorted({int(value) for value in typed if value.isdecimal() and len(value) < 18})
