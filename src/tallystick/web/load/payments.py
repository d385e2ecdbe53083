"""Loading payments, and checking that the actor may see them."""

from __future__ import annotations

from tallystick.contracts import policies as contract_policies
from tallystick.core.errors import NotFound
from tallystick.payments.models import Payment
from tallystick.web.load import enter_project
from tallystick.web.request import PageRequest


def payment_for(request: PageRequest, payment_id: int) -> Payment:
    """A payment on a contract that the actor may see, with the contract, project and account at hand."""
    payment = (
        Payment.objects.filter(pk=payment_id, contract__in=contract_policies.visible_to(request.actor))
        .select_related("contract__project__account", "contract__company", "claim")
        .first()
    )
    if payment is None:
        raise NotFound("There is no such payment among those you may see.")
    enter_project(request, payment.contract.project)
    return payment
