"""Rules that a contract has of its own, or takes from its project and account."""

from tallystick.contracts.models import Contract
from tallystick.directory.models import OverClaiming


def over_claiming_rule(contract: Contract) -> OverClaiming:
    """What happens when more is billed on a line than its scheduled value (domain §6.5).

    The account's *forbid* wins, then the contract's own rule, then the project's. Project and account are at hand.
    """
    project = contract.project
    if project.account.forbid_over_claiming:
        return OverClaiming.REFUSE
    return OverClaiming(contract.over_claiming or project.over_claiming)
