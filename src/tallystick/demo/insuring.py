"""Insurance of the firms: one lapsed, one is about to, one lacks a type, the others are covered (R-INSURANCE)."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tallystick.core import clock
from tallystick.core.dates import add_months
from tallystick.demo.attaching import contract_facts
from tallystick.demo.billing import Stage
from tallystick.demo.cast import Cast
from tallystick.demo.content.calendar import ZONE
from tallystick.demo.letting import Let
from tallystick.demo.papers import formal
from tallystick.directory.actions import change_account
from tallystick.directory.insurance import Policy, add_insurance
from tallystick.directory.models import Insurance, InsuranceKind
from tallystick.documents.certificates import set_certificate

LAPSED = "SC-009"
"""Its public liability ended twenty days ago and nobody handed in a renewal."""

ENDING = "SC-012"
"""Its public liability ends in nine days: within the two weeks in which its contact is told."""

WITHOUT_WORKERS_COMPENSATION = "SC-015"
EXEMPT = "SC-023"

_WITH_CERTIFICATE = ("SC-001", "SC-003", "SC-008", "SC-010", "SC-011", "SC-012", "SC-014", "SC-017")
_YEARS = 12  # months
_PUBLIC_LIABILITY = 20_000_000_00


def insure(stage: Stage) -> None:
    """Record what every firm showed when its commitment was let, and what became of it since."""
    cast, calendar = stage.cast, stage.calendar
    today = calendar.loaded.astimezone(ZoneInfo(ZONE)).date()
    for index, let in enumerate(stage.let.values()):
        with clock.at(calendar.moment(let.plan.first - 1, 720 + index)):
            _public_liability(stage, let, today)
            if let.plan.number != WITHOUT_WORKERS_COMPENSATION:
                _workers_compensation(cast, let, today)
    with clock.at(calendar.moment(0, 800)):
        change_account(
            _by(cast),
            cast.account,
            required_insurance=[
                InsuranceKind.PUBLIC_LIABILITY.value,
                InsuranceKind.WORKERS_COMPENSATION.value,
            ],
        )
    cast.account.refresh_from_db()


def _public_liability(stage: Stage, let: Let, today: date) -> None:
    facts = contract_facts(let, stage.calendar.start(let.plan.first - 1))
    number, begins, ends = let.plan.number, facts.start, facts.end
    if number == LAPSED:
        begins, ends = _year_until(today - timedelta(days=20))
    elif number == ENDING:
        begins, ends = _year_until(today + timedelta(days=9))
    first = _record(stage.cast, let, formal.policy_number(facts.company), begins, ends)
    if number in _WITH_CERTIFICATE:
        certificate = stage.clerk.attach(
            stage.cast.admin,
            let.contract.company,
            "Certificate of currency, public liability.pdf",
            formal.certificate_of_currency(replace(facts, start=begins, end=ends)),
        )
        set_certificate(stage.cast.admin, first, certificate)
    while number not in (LAPSED, ENDING) and ends < today + timedelta(days=30):
        begins, ends = ends, add_months(ends, _YEARS)
        _record(stage.cast, let, formal.policy_number(facts.company), begins, ends)


def _record(cast: Cast, let: Let, policy_number: str, begins: date, ends: date) -> Insurance:
    return add_insurance(
        _by(cast),
        let.contract.company,
        Policy(
            InsuranceKind.PUBLIC_LIABILITY,
            insurer=formal.INSURER,
            policy_number=policy_number,
            limit=_PUBLIC_LIABILITY,
            effective_on=begins,
            expires_on=ends,
        ),
    )


def _workers_compensation(cast: Cast, let: Let, today: date) -> None:
    """Premiums in the State run from July to June."""
    if let.plan.number == EXEMPT:
        reason = "A sole director who employs nobody."
        policy = Policy(InsuranceKind.WORKERS_COMPENSATION, is_exempt=True, exempt_reason=reason)
    else:
        begins = date(today.year if today.month > 6 else today.year - 1, 7, 1)
        ends = date(begins.year + 1, 6, 30)
        policy = Policy(
            InsuranceKind.WORKERS_COMPENSATION,
            insurer=formal.INSURER,
            effective_on=begins,
            expires_on=ends,
        )
    add_insurance(_by(cast), let.contract.company, policy)


def _year_until(ends: date) -> tuple[date, date]:
    return add_months(ends, -_YEARS), ends


def _by(cast: Cast) -> tuple[int | None, str]:
    return cast.admin.login_id, cast.admin.name
