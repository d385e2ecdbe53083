"""Insurance as lists and chips show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tallystick.access.actor import Actor
from tallystick.access.policies import visible_companies
from tallystick.contracts.models import Contract
from tallystick.contracts.moving_people import with_commitments
from tallystick.contracts.policies import is_admin_of, is_claim_contact
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core import clock
from tallystick.core.text import join_and
from tallystick.directory.insurance import standings
from tallystick.directory.insurance_states import LABELS, Cover, Standing, cover_of
from tallystick.directory.models import Account, Company, Insurance
from tallystick.documents.certificates import certificate_of
from tallystick.documents.models import Attachment

MARKS = {
    Cover.MISSING: ("bad", "warning"),
    Cover.EXPIRED: ("bad", "x-circle"),
    Cover.NOT_YET: ("info", "clock"),
    Cover.EXPIRING: ("warn", "clock"),
    Cover.CURRENT: ("ok", "check"),
    Cover.EXEMPT: ("neutral", "ban"),
}
"""Tone and icon of every state, so that states differ without colour too."""


@dataclass(frozen=True, slots=True)
class StateChip:
    """A state as a chip, and the sentence that says which types it is about."""

    label: str
    tone: str
    icon: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """One insurance of a company."""

    insurance: Insurance
    state: StateChip
    certificate: Attachment | None


def row_of(insurance: Insurance, today: date) -> InsuranceRow:
    """The row of an insurance that ``with_renewal`` and ``with_certificates`` have read."""
    cover = cover_of(insurance, today)
    tone, icon = MARKS[cover]
    label = LABELS[cover]
    if getattr(insurance, "renewed", False) and cover in (Cover.EXPIRED, Cover.EXPIRING):
        tone, label = "neutral", f"{label}, renewed"
    return InsuranceRow(insurance, StateChip(label, tone, icon), certificate_of(insurance))


def chip_of(standing: Standing) -> StateChip | None:
    """The chip of a company; ``None`` where nothing is recorded and nothing is required."""
    if standing.cover is None:
        return None
    tone, icon = MARKS[standing.cover]
    return StateChip(standing.label, tone, icon, join_and(standing.types, limit=3))


def chips_of(account: Account, companies: Iterable[Company], today: date) -> dict[int, StateChip | None]:
    """The chips of companies by their ids; two queries however many there are."""
    wanted = list(companies)
    obliged = set(
        with_commitments(account.pk).filter(pk__in=[one.pk for one in wanted]).values_list("pk", flat=True)
    )
    found = standings(account, wanted, obliged, today)
    return {number: chip_of(standing) for number, standing in found.items()}


@dataclass(frozen=True, slots=True)
class ContractInsurance:
    """How the company of a commitment is insured, for a reader of the commitment."""

    chip: StateChip | None
    may_open: bool


def insurance_of_contract(actor: Actor, contract: Contract) -> ContractInsurance | None:
    """For administrators of the contract, those who may look the company up, and the company's own contacts."""
    if contract.kind not in COMMITMENT_KINDS:
        return None
    may_open = visible_companies(actor).filter(pk=contract.company_id).exists()
    if not (may_open or is_admin_of(actor, contract) or is_claim_contact(actor, contract)):
        return None
    project = contract.project
    chips = chips_of(project.account, [contract.company], clock.today_in(project.time_zone))
    return ContractInsurance(chips[contract.company_id], may_open)
