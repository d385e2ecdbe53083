"""Insurance that is about to expire, told to the company that is insured (R-NOTIFY-4, R-INSURANCE, domain §13, row 11).

Once when two weeks or less are left, and once more on the last day of cover, then to administrators of the account too.
What was renewed is not told of, and another day of expiry begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Max, Q
from django.urls import reverse

from tallystick.access.entry import entry_path
from tallystick.access.levels import Level
from tallystick.contracts.models import ClaimContact
from tallystick.contracts.states import ContractStatus
from tallystick.core.dates import format_date
from tallystick.core.money import format_money
from tallystick.directory.insurance import with_renewal
from tallystick.directory.insurance_states import SOON
from tallystick.directory.models import Account, Insurance, Person
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.rendering import Fact, Value
from tallystick.terms import Dictionary

LATE = timedelta(days=3)
"""So long after the last day of cover it is still told, by a worker that was away on it."""

ENDED = (ContractStatus.TERMINATED, ContractStatus.VOID)


def tell_of_expiry(account: Account, today: date) -> int:
    """Write what is to be told this day; how many messages. Reading takes as many queries whatever expires."""
    found = list(_expiring(account, today))
    if not found:
        return 0
    contacts, contracts = _contacts({insurance.company_id for insurance in found})
    admins = _administrators(account) if any(_days(row, today) <= 0 for row in found) else []
    written = 0
    for insurance in found:
        insured = contacts.get(insurance.company_id) or _default_contact(insurance)
        is_last_day = _days(insurance, today) <= 0
        to = insured + [person for person in admins if person not in insured] if is_last_day else insured
        admin_ids = {person.pk for person in admins}

        def path(recipient: Recipient, row: Insurance = insurance, ids: set[int] = admin_ids) -> str:
            return _path(recipient, row, ids, contracts)

        written += _tell(account, insurance, to, path, today, is_last_day=is_last_day)
    return written


def _days(insurance: Insurance, today: date) -> int:
    assert insurance.expires_on is not None
    return (insurance.expires_on - today).days


def _expiring(account: Account, today: date) -> list[Insurance]:
    begun = Q(effective_on__isnull=True) | Q(effective_on__lte=today)
    found = Insurance.objects.filter(
        begun,
        company__account=account,
        notify_expiry=True,
        is_exempt=False,
        expires_on__range=(today - LATE, today + SOON),
    )
    kept = with_renewal(found).filter(Q(renewed=False)).select_related("company__default_contact__login")
    return list(kept.order_by("expires_on", "pk"))


def _contacts(companies: set[int]) -> tuple[dict[int, list[Person]], dict[int, int]]:
    """By company the active people who claim for it, and by person a contract on which they do."""
    live = ClaimContact.objects.filter(person__company__in=companies).exclude(contract__status__in=ENDED)
    contracts = dict(live.order_by().values_list("person_id").annotate(latest=Max("contract_id")))
    found: dict[int, list[Person]] = {}
    people = Person.objects.filter(pk__in=contracts, is_active=True).select_related("login")
    for person in people.order_by("name", "pk"):
        found.setdefault(person.company_id, []).append(person)
    return found, contracts


def _default_contact(insurance: Insurance) -> list[Person]:
    person = insurance.company.default_contact
    return [person] if person is not None and person.is_active else []


def _administrators(account: Account) -> list[Person]:
    people = Person.objects.filter(
        account=account, is_active=True, account_membership__directory=Level.ADMIN
    ).select_related("login")
    return list(people.order_by("name", "pk"))


def _path(to: Recipient, insurance: Insurance, admins: set[int], contracts: dict[int, int]) -> str:
    """Administrators find the record; contacts their contract, which shows them how their company is insured."""
    person = to.person.pk if to.person is not None else 0
    if person in admins:
        path = reverse("company", args=[insurance.company_id]) + "#insurance"
    else:
        path = reverse("contract", args=[contracts[person]]) if person in contracts else reverse("home")
    return entry_path(to.login, path) if to.login is not None else path


def _tell(
    account: Account,
    insurance: Insurance,
    to: list[Person],
    path: Callable[[Recipient], str],
    today: date,
    *,
    is_last_day: bool,
) -> int:
    assert insurance.expires_on is not None
    expires, days = insurance.expires_on, _days(insurance, today)

    def when(words: Dictionary) -> str:
        day = format_date(expires, words.locale.code)
        if days > 0:
            return f"expires on {day}"
        return "expires today" if days == 0 else f"expired on {day}"

    values: dict[str, Value] = {
        "insurance": insurance.title,
        "company": insurance.company.name,
        "account": account.name,
        "when": when,
        "terms": lambda words: _terms(insurance, words),
    }
    return len(
        notify(
            "insurance.last_day" if is_last_day else "insurance.expiring",
            account=account,
            to=[Recipient.of_person(person) for person in to],
            key=f"insurance:{insurance.pk}:{expires.isoformat()}",
            thread=f"insurance:{insurance.pk}",
            path=path,
            values=values,
        )
    )


def _terms(insurance: Insurance, words: Dictionary) -> list[Fact]:
    locale = words.locale.code
    facts = [Fact("Company", insurance.company.name), Fact("Insurance", insurance.title)]
    if insurance.insurer:
        facts.append(Fact("Insurer", insurance.insurer))
    if insurance.policy_number:
        facts.append(Fact("Policy", insurance.policy_number))
    if insurance.limit:
        facts.append(Fact("Limit", format_money(insurance.limit, insurance.currency, locale, symbol="code")))
    assert insurance.expires_on is not None
    return [*facts, Fact("Last day of cover", format_date(insurance.expires_on, locale))]
