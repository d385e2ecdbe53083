"""What all actions on a contract begin and end with."""

from typing import Any

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer


def locked(actor: Actor, contract: Contract) -> Contract:
    """The contract as it is now, held until the transaction ends; refused to anybody but its administrators."""
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project__account", "company")
        .get(pk=contract.pk)
    )
    can_administer(actor, contract).require()
    return contract


def record(
    actor: Actor,
    name: str,
    contract: Contract,
    changes: dict[str, list[Any]] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Record an event about the contract."""
    record_in(contract.project, actor, name, contract, changes=changes, facts=facts)
