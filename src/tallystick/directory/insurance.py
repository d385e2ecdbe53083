"""Recording the insurance of companies (R-INSURANCE). Who may is decided by ``access``, which stands above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tallystick.audit.actions import changed, record
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.core.money import format_money
from tallystick.directory.insurance_states import SOON, Cover, Standing, standing_of
from tallystick.directory.models import Account, Company, Insurance, InsuranceKind
from tallystick.terms import current

By = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is recorded of one insurance. ``limit`` is in minor units of ``currency``."""

    kind: str
    other_name: str = ""
    insurer: str = ""
    policy_number: str = ""
    limit: int = 0
    currency: str = "AUD"
    effective_on: date | None = None
    expires_on: date | None = None
    is_exempt: bool = False
    exempt_reason: str = ""
    notify_expiry: bool = True

    def checked(self) -> Policy:
        """The policy as it is kept; raises ``BadInput`` with a sentence beside each field that needs one."""
        problems: dict[str, str] = {}
        if self.kind not in InsuranceKind.values:
            problems["kind"] = "Choose one of those offered."
        if self.kind == InsuranceKind.OTHER and not self.other_name.strip():
            problems["other_name"] = "Type what this insurance is called."
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            problems["currency"] = "Type the three letters of the currency, such as AUD."
        if self.limit < 0:
            problems["limit"] = "This can't be negative. Type an amount from 0.00 up."
        if self.is_exempt:
            if not self.exempt_reason.strip():
                problems["exempt_reason"] = "Say why the company needs no insurance of this type."
        elif self.expires_on is None:
            problems["expires_on"] = "Type the last day of cover, as the certificate has it."
        if self.effective_on and self.expires_on and self.effective_on > self.expires_on:
            problems["expires_on"] = "This is before the day from which the insurance is effective."
        if problems:
            raise BadInput(" ".join(problems.values()), problems)
        other = self.other_name.strip() if self.kind == InsuranceKind.OTHER else ""
        reason = self.exempt_reason.strip() if self.is_exempt else ""
        return Policy(**{**asdict(self), "other_name": other, "exempt_reason": reason})


@transaction.atomic
def add_insurance(by: By, company: Company, policy: Policy) -> Insurance:
    """Record an insurance of the company, or its exemption from one."""
    made = Insurance.objects.create(company=company, **asdict(policy.checked()))
    _record(by, "insurance.added", made)
    return made


@transaction.atomic
def change_insurance(by: By, insurance: Insurance, policy: Policy) -> Insurance:
    """Change what is recorded; a renewal is a record of its own."""
    insurance = (
        Insurance.objects.select_for_update(of=("self",)).select_related("company").get(pk=insurance.pk)
    )
    before = _told(insurance)
    for name, value in asdict(policy.checked()).items():
        setattr(insurance, name, value)
    insurance.full_clean(validate_unique=False, validate_constraints=False)
    insurance.save()
    changes = changed(before, _told(insurance))
    if changes:
        _record(by, "insurance.changed", insurance, changes)
    return insurance


@transaction.atomic
def remove_insurance(by: By, insurance: Insurance) -> None:
    """Take a record out. The history keeps what it said, and the certificate stays among the company's papers."""
    _record(by, "insurance.removed", insurance, {name: [was, None] for name, was in _told(insurance).items()})
    insurance.delete()


def _told(insurance: Insurance) -> dict[str, str]:
    """The record in words, for the history."""
    locale = current().locale.code
    days = {
        "effective": insurance.effective_on,
        "last_day_of_cover": insurance.expires_on,
    }
    return {
        "type": insurance.title,
        "insurer": insurance.insurer,
        "policy": insurance.policy_number,
        "limit": format_money(insurance.limit, insurance.currency, locale, symbol="code")
        if insurance.limit
        else "",
        **{name: format_date(day, locale) if day else "" for name, day in days.items()},
        "exempt": insurance.exempt_reason if insurance.is_exempt else "",
        "tell_before_it_expires": "yes" if insurance.notify_expiry else "no",
    }


def _record(by: By, name: str, insurance: Insurance, changes: dict[str, list[Any]] | None = None) -> None:
    number = f" {insurance.policy_number}" if insurance.policy_number else ""
    record(
        by[0],
        name,
        insurance.company,
        account_id=insurance.company.account_id,
        actor_name=by[1],
        changes=changes,
        facts={"insurance": f"{insurance.title}{number}"},
    )


# --- reading ------------------------------------------------------------------------------------------------------


def standings(
    account: Account, companies: Iterable[Company], obliged: set[int], today: date
) -> dict[int, Standing]:
    """How each of the companies is insured, by one query. ``obliged`` are those that must have the required types."""
    wanted = list(companies)
    records: dict[int, dict[str, list[Insurance]]] = defaultdict(lambda: defaultdict(list))
    for row in Insurance.objects.filter(company__in=[company.pk for company in wanted]):
        records[row.company_id][row.title].append(row)
    required = required_titles(account)
    return {
        company.pk: standing_of(records[company.pk], required if company.pk in obliged else (), today)
        for company in wanted
    }


def required_titles(account: Account) -> list[str]:
    """The types that the account requires, in words."""
    return [kind.label for kind in InsuranceKind if kind in account.required_insurance]


def with_renewal(insurances: QuerySet[Insurance]) -> QuerySet[Insurance]:
    """Each with ``renewed``: whether the company has a later insurance of the same type, or needs none any more."""
    later = Insurance.objects.filter(
        Q(expires_on__gt=OuterRef("expires_on")) | Q(is_exempt=True),
        company=OuterRef("company"),
        kind=OuterRef("kind"),
        other_name=OuterRef("other_name"),
    ).exclude(pk=OuterRef("pk"))
    return insurances.annotate(renewed=Exists(later))


def in_state(cover: Cover, today: date) -> Q:
    """The condition on records that ``insurance_states.cover_of`` puts into this state."""
    begun = Q(is_exempt=False) & (Q(effective_on__isnull=True) | Q(effective_on__lte=today))
    conditions = {
        Cover.EXEMPT: Q(is_exempt=True),
        Cover.NOT_YET: Q(is_exempt=False, effective_on__gt=today),
        Cover.EXPIRED: begun & Q(expires_on__lt=today),
        Cover.EXPIRING: begun & Q(expires_on__gte=today, expires_on__lte=today + SOON),
        Cover.CURRENT: begun & (Q(expires_on__isnull=True) | Q(expires_on__gt=today + SOON)),
        Cover.MISSING: Q(pk__in=[]),
    }
    return conditions[cover]
