"""The last act: papers on contracts, a claim from elsewhere, a signed version."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tallystick.claims.models import Claim
from tallystick.core import clock
from tallystick.demo.attaching import contract_facts
from tallystick.demo.billing import Stage
from tallystick.demo.content import companies
from tallystick.demo.content.calendar import PERIODS, ZONE
from tallystick.demo.content.progress import dice
from tallystick.demo.papers import formal
from tallystick.demo.papers.signing import signed_copy
from tallystick.documents.actions import store_signed
from tallystick.documents.rendering import default_pdf, load_claim
from tallystick.documents.store import keep_bytes, local_path
from tallystick.periods.actions import extend_period

FROM_ELSEWHERE = ("PO-004", 1)
"""The claim that came from another system and has no billing period (R-COMPILE-4)."""

SIGNED = ("SC-012", 10)
"""The claim whose signed version is stored (R-COMPILE-6)."""

EXTENDED = "SC-016"
"""The subcontract that may claim a week later in the open period."""

_WITH_PAPERS = ("SC-001", "SC-003", "SC-008", "SC-010", "SC-011", "SC-012", "SC-014", "SC-017")


def play_epilogue(stage: Stage) -> None:
    """Everything that is not claimed, reviewed or certified."""
    _attach_to_contracts(stage)
    _extend(stage)
    if SIGNED in stage.claims:
        _store_signed_version(stage)
    if FROM_ELSEWHERE in stage.claims:
        _bring_in_from_elsewhere(stage)


def _attach_to_contracts(stage: Stage) -> None:
    for index, number in enumerate(number for number in _WITH_PAPERS if number in stage.let):
        let = stage.let[number]
        facts = contract_facts(let, stage.calendar.start(let.plan.first - 1))
        with clock.at(stage.calendar.moment(let.plan.first - 1, 700 + index)):
            stage.clerk.attach(
                stage.cast.admin,
                let.contract,
                f"{number} executed subcontract.pdf",
                formal.executed_contract(facts),
            )


def _extend(stage: Stage) -> None:
    """One subcontractor has a week longer for the open period."""
    if EXTENDED not in stage.let:
        return
    with clock.at(stage.calendar.moment(PERIODS, 960)):
        extend_period(
            stage.cast.claims,
            stage.periods[PERIODS],
            stage.let[EXTENDED].contract,
            due=stage.calendar.due(PERIODS) + timedelta(days=7),
            reason="Access to levels 7 and 8 was late.",
        )


def _store_signed_version(stage: Stage) -> None:
    """The claim's own PDF, signed by its contact and sent back."""
    number, period = SIGNED
    claim, let = load_claim(stage.claims[SIGNED].pk), stage.let[number]
    moment = stage.calendar.moment(period + 1, 420)
    firm = companies.FIRMS[let.plan.trade]
    with clock.at(moment):
        data = signed_copy(
            local_path(default_pdf(claim)).read_bytes(),
            signer=firm.contact,
            company=firm.name,
            moment=moment.astimezone(ZoneInfo(ZONE)),
            reference=f"TS-{dice(number, period) % 10**8:08d}",
        )
        stored = keep_bytes(stage.cast.account, data, "application/pdf")
        store_signed(stage.cast.claims, claim, stored, f"{number} claim {claim.number} signed.pdf")


def _bring_in_from_elsewhere(stage: Stage) -> None:
    """No action makes such a claim: an import would. Its figures stay as the calculation left them."""
    Claim.objects.filter(pk=stage.claims[FROM_ELSEWHERE].pk).update(period=None)
