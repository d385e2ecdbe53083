"""What a project's new commitments begin with: the form, the action and whatever imports contracts read it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.policies import can_change_project
from tallystick.access.recording import record_in
from tallystick.audit.actions import changed
from tallystick.contracts.models import CommitmentDefaults
from tallystick.contracts.states import COMMITMENT_KINDS, ContractKind, RetentionCap
from tallystick.core.errors import BadInput
from tallystick.directory.models import Project

TERMS = (
    "subcontract_method",
    "purchase_order_method",
    "is_private",
    "uses_sub_sov",
    "stored_materials_mode",
    "retain_work",
    "work_retention_bp",
    "retain_materials",
    "materials_retention_bp",
    "retention_cap",
    "retention_cap_bp",
    "retention_cap_amount",
)
"""The columns of ``CommitmentTerms``, in the order of a form."""

_PERCENT_CAPS = (RetentionCap.PERCENT_ORIGINAL, RetentionCap.PERCENT_REVISED)


def defaults_of(project: Project) -> CommitmentDefaults:
    """The project's choice; where it has none, a row that is not stored, with what everybody begins with."""
    return CommitmentDefaults.objects.filter(project=project).first() or CommitmentDefaults(project=project)


def begins_with(project: Project, kind: str, currency: str = "") -> dict[str, Any]:
    """The facts that a contract of this kind begins with; none for contracts with the client.

    A limit in money is one of the project's currency, so a contract in another begins without it.
    """
    if kind not in COMMITMENT_KINDS:
        return {}
    chosen = defaults_of(project)
    facts = {name: getattr(chosen, name) for name in TERMS[2:]}
    is_order = kind == ContractKind.PURCHASE_ORDER
    facts["accounting_method"] = chosen.purchase_order_method if is_order else chosen.subcontract_method
    if chosen.retention_cap == RetentionCap.AMOUNT and (currency or project.currency) != project.currency:
        facts |= {"retention_cap": RetentionCap.NONE, "retention_cap_amount": 0}
    return facts


@transaction.atomic
def set_defaults(actor: Actor, project: Project, values: Mapping[str, Any]) -> CommitmentDefaults:
    """Change what new commitments begin with; what is not named stays, contracts that exist stay as they are.

    Raises ``BadInput`` where a limit lacks its figure. Unknown names are a programming fault.
    """
    can_change_project(actor, project).require()
    unknown = set(values) - set(TERMS)
    if unknown:
        raise ValueError(f"not a default of commitments: {', '.join(sorted(unknown))}")
    Project.objects.select_for_update().get(pk=project.pk)
    chosen = defaults_of(project)
    before = {name: getattr(chosen, name) for name in values}
    differences = changed(before, dict(values))
    if not differences:
        return chosen
    for name, value in values.items():
        setattr(chosen, name, value)
    check_cap(chosen)
    chosen.full_clean(validate_unique=False, validate_constraints=False)
    chosen.save()
    changes = {f"contract:{name}": pair for name, pair in differences.items()}
    record_in(project, actor, "project.settings_changed", project, changes=changes)
    return chosen


def check_cap(terms: Any) -> None:
    """Raise ``BadInput`` where ``CommitmentTerms`` limit what is held without saying at how much."""
    if terms.retention_cap in _PERCENT_CAPS and not terms.retention_cap_bp:
        told = "Type the percentage at which nothing more is held."
        raise BadInput(told, {"contract:retention_cap_bp": told})
    if terms.retention_cap == RetentionCap.AMOUNT and not terms.retention_cap_amount:
        told = "Type the amount at which nothing more is held."
        raise BadInput(told, {"contract:retention_cap_amount": told})
