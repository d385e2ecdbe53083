"""A claim contact's own page: what its address asks for, and each row in the words and on the clock of its project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tallystick import terms
from tallystick.core.dates import describe_days_left, format_date
from tallystick.core.ids import number_in
from tallystick.core.money import format_money
from tallystick.directory.models import Project
from tallystick.mine.facts import Mine
from tallystick.mine.figures import Due, DueKind, Money
from tallystick.mine.groups import ORDER, Group
from tallystick.mine.queries import MyPage, Wanted, my_page
from tallystick.signing.models import Envelope
from tallystick.signing.queries import waiting_for
from tallystick.terms import Dictionary, text
from tallystick.web.mine.rows import RowShown, shown_row
from tallystick.web.request import PageRequest
from tallystick.web.words import dictionary_for

LONGEST_SEARCH = 100


def wanted_of(query: QueryDict) -> Wanted:
    """Read the address; what can't be read is left out."""
    show = query.get("show", "")
    return Wanted(
        group=Group(show) if show in set(Group) else None,
        project=number_in(query.get("project", "")) or 0,
        search=query.get("q", "").strip()[:LONGEST_SEARCH],
        page=number_in(query.get("page", "")) or 1,
    )


def address_of(wanted: Wanted, **changes: Any) -> str:
    """The page's address with changes, from the first page unless they say otherwise."""
    then = replace(wanted, **{"page": 1, **changes})
    query = QueryDict(mutable=True)
    for name, value in (
        ("show", then.group.value if then.group else ""),
        ("project", then.project or ""),
        ("q", then.search),
        ("page", then.page if then.page > 1 else ""),
    ):
        if value:
            query[name] = str(value)
    return reverse("my-contracts") + (f"?{query.urlencode()}" if query else "")


@dataclass(frozen=True, slots=True)
class ToSign:
    """A claim that waits for the reader's signature, in the words and on the clock of its project."""

    envelope: Envelope
    words: Dictionary
    zone: str


def my_contracts_context(request: PageRequest) -> dict[str, Any]:
    """Everything that the page shows."""
    wanted = wanted_of(request.GET)
    known: dict[int, Dictionary] = {}

    def words_of(project: Project) -> Dictionary:
        if project.pk not in known:
            known[project.pk] = dictionary_for(request.user, project.account, project)
        return known[project.pk]

    found = my_page(request.actor, wanted, words_of)
    rows = [shown_row(row, words_of(row.mine.project)) for row in found.rows]
    waiting = [row for row in rows if row.is_waiting]
    return {
        "title": "My contracts",
        "found": found,
        "wanted": wanted,
        "groups": _grouped(rows, found),
        "the_one": waiting[0] if len(waiting) == 1 else None,
        "several_projects": len(found.projects) > 1,
        "several_currencies": len(found.money) > 1,
        "filters": _filters(found, wanted),
        "chosen": _chosen(found, wanted),
        "money": [_figures(money) for money in found.money],
        "to_sign": [
            ToSign(one, words_of(one.claim.contract.project), one.claim.contract.project.time_zone)
            for one in waiting_for(request.actor)
        ],
        "due": [_due(due, words_of(due.project)) for due in found.due],
        "with_payments": any(due.kind is DueKind.PAYMENT for due in found.due),
        "pages": _pages(found, wanted),
        "crumbs": [{"label": "My contracts", "url": ""}],
    }


def group_label(group: Group) -> str:
    """What a group is called, in the words in force."""
    return {
        Group.ASKED: text("Asked to {bill}"),
        Group.TO_CLAIM: text("To {bill}"),
        Group.DRAFT: "Draft",
        Group.SENT_BACK: "Sent back",
        Group.REVIEW: "Under review",
        Group.CERTIFIED: "Certified this period",
        Group.QUIET: "Nothing to do now",
    }[group]


def _grouped(rows: list[RowShown], found: MyPage) -> list[dict[str, Any]]:
    return [
        {
            "key": group.value,
            "label": group_label(group),
            "count": found.counts.get(group, 0),
            "rows": [row for row in rows if row.mine.group is group],
        }
        for group in ORDER
        if any(row.mine.group is group for row in rows)
    ]


_TONES = {Group.REVIEW: ("info", "half"), Group.CERTIFIED: ("ok", "check"), Group.QUIET: ("neutral", "")}


def _filters(found: MyPage, wanted: Wanted) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = [
        {
            "label": "All",
            "count": sum(found.counts.values()),
            "url": address_of(wanted, group=None),
            "current": wanted.group is None,
        }
    ]
    for group in ORDER:
        tone, icon = _TONES.get(group, ("you", "dot"))
        if count := found.counts.get(group, 0):
            items.append(
                {
                    "label": group_label(group),
                    "count": count,
                    "url": address_of(wanted, group=group),
                    "current": wanted.group is group,
                    "tone": tone,
                    "icon": icon,
                }
            )
    return items


def _chosen(found: MyPage, wanted: Wanted) -> list[dict[str, str]]:
    """What narrows the list beside the group, each with a link that takes it away."""
    chips = []
    if wanted.search:
        chips.append({"label": f"“{wanted.search}”", "url": address_of(wanted, search="")})
    if wanted.project:
        name = dict(found.projects).get(wanted.project, "A project that is not here")
        chips.append({"label": name, "url": address_of(wanted, project=0)})
    return chips


def _figures(money: Money) -> dict[str, Any]:
    """Four figures in one currency, for ``components/figures.html``."""
    currency, locale = money.currency, terms.current().locale.code

    def written(amount: int) -> str:
        return format_money(amount, currency, locale)

    unpaid = "with tax, on what is certified" if not money.dated else "nothing overdue"
    if money.overdue:
        unpaid = f"{written(money.overdue)} overdue"
    return {
        "currency": currency,
        "items": [
            {
                "label": text("{Bill:past} this period"),
                "amount": money.claimed,
                "currency": currency,
                "note": f"{written(money.draft)} of it in draft" if money.draft else "",
            },
            {"label": "Certified this period", "amount": money.certified, "currency": currency},
            {
                "label": text("{Retention} held"),
                "amount": money.held,
                "currency": currency,
                "note": "to date",
            },
            {
                "label": "Unpaid",
                "amount": money.unpaid,
                "currency": currency,
                "note": unpaid if money.unpaid else "",
                "strong": True,
            },
        ],
    }


def _due(due: Due, words: Dictionary) -> dict[str, Any]:
    """A line of what is due soon: the day, what, where, and a link to it."""
    count = len(due.contracts)
    if due.kind is DueKind.CLAIM:
        said = words.text("{claims:n} to submit", n=count)
    else:
        amount = format_money(due.amount, due.currency, words.locale.code)
        said = f"{amount} to be paid to you"
    return {
        "day": format_date(due.day, words.locale.code),
        "left": describe_days_left(due.day, due.project.time_zone),
        "text": said,
        "project": due.project.name,
        "url": _where(due),
    }


def _where(due: Due) -> str:
    if len(due.contracts) > 1:
        return address_of(Wanted(), project=due.project.pk)
    mine = due.contracts[0]
    if due.kind is DueKind.PAYMENT:
        return reverse("contract-payments", args=[mine.contract.pk])
    if mine.group is Group.DRAFT and mine.claim is not None:
        return reverse("claim", args=[mine.claim.id])
    return new_claim_address(mine)


def new_claim_address(mine: Mine) -> str:
    """The form for a new claim on this contract."""
    return f"{reverse('claim-new', args=[mine.project.pk])}?contract={mine.contract.pk}"


def _pages(found: MyPage, wanted: Wanted) -> dict[str, Any]:
    shown = {1, found.pages, found.page - 1, found.page, found.page + 1}
    numbers: list[dict[str, Any]] = []
    before = 0
    for number in sorted(number for number in shown if 1 <= number <= found.pages):
        if number > before + 1:
            numbers.append({"gap": True})
        here = number == found.page
        numbers.append({"number": number, "here": here, "href": address_of(wanted, page=number)})
        before = number
    return {
        "text": f"{found.first:,}–{found.last:,} of {found.matching:,}" if found.pages > 1 else "",
        "earlier": address_of(wanted, page=found.page - 1) if found.page > 1 else "",
        "later": address_of(wanted, page=found.page + 1) if found.page < found.pages else "",
        "numbers": numbers,
    }
