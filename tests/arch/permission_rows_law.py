"""Rows of the permission matrix for the answers to claims, and the things that their addresses name."""

from tallystick.claims.creation import create_claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.directory.actions import change_project
from tallystick.directory.models import Person
from tallystick.payment_schedules.actions import issue_payment_schedule
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tallystick.periods.models import BillingPeriod
from tests import factories as make
from tests.arch.permission_world import CONTRACT_ADMIN, CONTRACT_READER, NOT_TAKEN, Row, World

LAW: dict[str, Row] = {
    "claim-payment-schedule": (CONTRACT_READER, CONTRACT_ADMIN),
    "claim-receipt": (NOT_TAKEN, CONTRACT_ADMIN),
    "payment-schedule-file": (CONTRACT_READER, NOT_TAKEN),
    "payment-schedule-service": (NOT_TAKEN, CONTRACT_ADMIN),
    "payment-schedule-withdrawal": (NOT_TAKEN, CONTRACT_ADMIN),
}


def add_law(world: World) -> None:
    """Add what the addresses name to ``world.ids``: an issued payment schedule on a contract of its own."""
    first = Contract.objects.select_related("project", "company").get(pk=world.ids["contract_id"])
    change_project((None, "Operator"), first.project, jurisdiction="au-nsw")
    contract = make.make_contract(first.project, first.company)
    make.contracts.add_claim_contact(make.OPERATOR, contract, Person.objects.get(pk=world.ids["person_id"]))
    claim = create_claim(make.OPERATOR, contract, BillingPeriod.objects.get(pk=world.ids["period_id"]))
    claim = move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    schedule = issue_payment_schedule(
        make.OPERATOR,
        claim,
        PaperKind.PAYMENT_SCHEDULE,
        service_method=ServiceMethod.EMAIL,
        served_to="accounts@apex.example",
    )
    world.ids["schedule_id"] = schedule.pk
