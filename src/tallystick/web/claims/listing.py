"""The list of claims as a page: what its address says, and the links that keep or change it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tallystick.claims.listing.rows import (
    WAITING,
    ClaimListRow,
    ClaimsPage,
    Figures,
    ListFilters,
)
from tallystick.claims.queries import claims_page, is_known_payment, is_known_signature, is_known_state
from tallystick.claims.states import ListState, PaymentState, SignatureState
from tallystick.core.dates import format_date, format_range
from tallystick.core.money import format_money
from tallystick.directory.models import Project
from tallystick.jurisdictions.telling import guidance
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.terms import current, text
from tallystick.web.claims.invites import INVITE_ACTIONS, invite_choices, told_of_invite, why_not_invited
from tallystick.web.claims.payment_schedule import clocks_in
from tallystick.web.claims.signatures import SIGNATURE_ACTIONS, signature_of, why_not_signed
from tallystick.web.people.lately import when
from tallystick.web.periods.choice import choices_of, label_of
from tallystick.web.request import PageRequest
from tallystick.web.status_marks import mark_of

ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the list asks for. ``period`` None means all."""

    period: BillingPeriod | None
    filters: ListFilters
    search: str
    sort: str
    page: int

    @property
    def narrows(self) -> bool:
        """Whether anything but the period is left out."""
        return bool(self.search or self.filters != ListFilters())

    def query(self, **changes: object) -> str:
        """The address's query with changes, always from the first page: ``?period=3&status=draft``."""
        kept: dict[str, object] = {
            "period": self.period.pk if self.period else ALL,
            "status": self.filters.state,
            "company": self.filters.company or "",
            "late": "1" if self.filters.late else "",
            "payment": self.filters.payment,
            "signature": self.filters.signature,
            "q": self.search,
            "sort": self.sort if self.sort != "contract" else "",
            **changes,
        }
        query = QueryDict(mutable=True)
        for name, value in kept.items():
            if value not in ("", None):
                query[name] = str(value)
        return f"?{query.urlencode()}"


def wanted_of(project: Project, query: QueryDict) -> Wanted:
    """Read the address, or the hidden fields of the list's form; what can't be read is left out.

    Without a period: the open one, else the latest, else all.
    """
    state = query.get("status", "")
    company = query.get("company", "")
    payment = query.get("payment", "")
    signature = query.get("signature", "")
    page = query.get("page", "")
    return Wanted(
        period=period_asked(project, query.get("period", "")),
        filters=ListFilters(
            state=state if is_known_state(state) else "",
            company=int(company) if company.isdecimal() and len(company) < 12 else 0,
            late=bool(query.get("late")),
            payment=payment if is_known_payment(payment) else "",
            signature=signature if is_known_signature(signature) else "",
        ),
        search=" ".join(query.get("q", "").split())[:120],
        sort=query.get("sort", "contract"),
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
    )


def period_asked(project: Project, asked: str) -> BillingPeriod | None:
    """The period that an address names; without one the open one, else the latest. None: all, or there is none."""
    periods = BillingPeriod.objects.filter(project=project)
    if asked == ALL:
        return None
    if asked.isdecimal() and len(asked) < 18:
        found = periods.filter(pk=int(asked)).first()
        if found is not None:
            return found
    return periods.order_by("-status", "-start").first()  # "open" sorts behind "closed"


def list_context(request: PageRequest, project: Project, wanted: Wanted) -> dict[str, Any]:
    """Everything that the template of the list shows."""
    found = claims_page(
        request.actor,
        project,
        period=wanted.period,
        filters=wanted.filters,
        sort=wanted.sort,
        search=wanted.search,
        page=wanted.page,
    )
    locale = current().locale.code
    answers = clocks_in(project, [row.claim_id for row in found.rows if row.claim_id])
    return {
        "found": found,
        "wanted": wanted,
        "sort": found.sort,
        "rows": [
            _row(row, project, locale) | {"answer": answers.get(row.claim_id or 0)} for row in found.rows
        ],
        "with_answers": bool(project.jurisdiction),
        "answer_guidance": guidance() if answers else "",
        "figures": _figures(found, project, locale),
        "others": [_other(figures, locale) for figures in found.figures[1:]],
        "filters": _filters(found, wanted),
        "payments": _payments(found, wanted),
        "signatures": _signatures(found, wanted),
        "chosen": _chosen(found, wanted),
        "period": _period_label(found, project, locale),
        "period_choices": _period_choices(found, wanted, locale),
        "pages": _Pages(found, wanted),
        "all_periods_url": wanted.query(period=ALL, status=""),
        "clear_url": wanted.query(status="", company="", late="", payment="", signature="", q=""),
        "period_value": wanted.period.pk if wanted.period else ALL,
        "with_period_column": wanted.period is None,
        "invite_choices": invite_choices(found),
        "can_create_here": bool(
            wanted.period and wanted.period.status == PeriodStatus.OPEN and found.is_admin
        ),
    }


def _row(row: ClaimListRow, project: Project, locale: str) -> dict[str, Any]:
    if row.claim_id:
        url = reverse("claim", args=[row.claim_id])
        skip = dict.fromkeys(("create", *INVITE_ACTIONS), text("with {a claim} already"))
        skip |= {action: why for action in SIGNATURE_ACTIONS if (why := why_not_signed(row, action))}
    else:
        broken_down = row.state == ListState.SSOV_NOT_APPROVED
        url = reverse("sub-sov" if broken_down else "contract", args=[row.contract_id])
        skip = dict.fromkeys(("compile", "status", *SIGNATURE_ACTIONS), text("without {a claim}"))
        skip |= {action: why for action in INVITE_ACTIONS if (why := why_not_invited(row, action))}
    changed, exactly = when(row.changed, project.time_zone, locale)
    return {
        "row": row,
        "url": url,
        "skip": json.dumps(skip),
        "note": json.dumps(dict.fromkeys(INVITE_ACTIONS, "of them asked again")) if row.invited_at else "",
        "said": told_of_invite(row, project.time_zone, locale),
        "signature": signature_of(row),
        "name": "claim" if row.claim_id else "contract",
        "value": row.claim_id or row.contract_id,
        "period": format_range(row.period_start, row.period_end, locale)
        if row.period_start and row.period_end
        else "",
        "changed": changed,
        "exactly": exactly,
    }


def _figures(found: ClaimsPage, project: Project, locale: str) -> list[dict[str, Any]]:
    """The five figures of the period, in the project's currency."""
    sums = found.figures[0]
    currency = project.currency
    tax = text("with {amount} {tax}", amount=format_money(sums.tax, currency, locale)) if sums.tax else ""
    contracts = sums.claims + sums.contracts_without
    on = (
        f"on {sums.claims:,} of {contracts:,} contracts"
        if sums.contracts_without
        else text("{claims:n}", n=sums.claims)
    )
    due = found.period.due if found.period else None
    by = f"by {format_date(due, locale)}" if due and found.period and found.period.is_open else ""
    return [
        {"label": text("{Bill:past}"), "amount": sums.claimed, "currency": currency, "note": on},
        {
            "label": "Assessed",
            "amount": sums.assessed,
            "currency": currency,
            "note": _difference(sums.assessed - sums.claimed, sums, locale),
        },
        {
            "label": "Certified",
            "amount": sums.certified,
            "currency": currency,
            "note": text("{claims:n}", n=sums.certified_claims),
        },
        {
            "label": text("{Retention} held"),
            "amount": found.retention_held,
            "currency": currency,
            "note": "to date",
        },
        {
            "label": "To pay" if found.period else "To pay to date",
            "amount": sums.outstanding,
            "currency": currency,
            "note": _still_to_pay(sums, tax, by, locale),
            "strong": True,
        },
    ]


def _still_to_pay(sums: Figures, tax: str, by: str, locale: str) -> str:
    """What of what is due was paid; before anything was, the tax in it, or the day."""
    if sums.paid:
        return f"{format_money(sums.paid, sums.currency, locale)} paid"
    return tax or by


def _difference(amount: int, sums: Figures, locale: str) -> str:
    if not sums.claims:
        return ""
    if not amount:
        return text("as {bill:past}")
    written = format_money(abs(amount), sums.currency, locale)
    return f"{written} {'more' if amount > 0 else 'less'}"


def _other(figures: Figures, locale: str) -> str:
    written = format_money(figures.claimed, figures.currency, locale, symbol="code")
    return text("{bill:past} on {claims:n} in another currency: {amount}", n=figures.claims, amount=written)


def _filters(found: ClaimsPage, wanted: Wanted) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = [
        {
            "label": "All",
            "count": found.everything,
            "url": wanted.query(status=""),
            "current": not wanted.filters.state,
        }
    ]
    for counter in found.counters:
        waiting = counter.state == WAITING
        mark = mark_of(counter.state)
        items.append(
            {
                "label": counter.label,
                "count": counter.count,
                "url": wanted.query(status=counter.state),
                "current": wanted.filters.state == counter.state,
                "tone": "you" if waiting else mark.tone,
                "icon": "dot" if waiting else mark.icon,
            }
        )
    return items


def _payments(found: ClaimsPage, wanted: Wanted) -> list[dict[str, Any]]:
    """Certified claims by what was paid, as links that narrow; the one in force takes itself away."""
    return [
        {
            "label": counter.label,
            "count": counter.count,
            "url": wanted.query(payment="" if wanted.filters.payment == counter.state else counter.state),
            "current": wanted.filters.payment == counter.state,
            "tone": mark_of(counter.state).tone,
            "icon": mark_of(counter.state).icon,
        }
        for counter in found.payments
    ]


def _signatures(found: ClaimsPage, wanted: Wanted) -> list[dict[str, Any]]:
    """Certified claims by how far their signatures are; nothing where none was ever asked for or stored."""
    begun = any(counter.count for counter in found.signatures if counter.state != SignatureState.UNSIGNED)
    if not begun and not wanted.filters.signature:
        return []
    return [
        {
            "label": counter.label,
            "count": counter.count,
            "url": wanted.query(signature="" if wanted.filters.signature == counter.state else counter.state),
            "current": wanted.filters.signature == counter.state,
            "tone": mark_of(f"signature.{counter.state}").tone,
            "icon": mark_of(f"signature.{counter.state}").icon,
        }
        for counter in found.signatures
    ]


def _chosen(found: ClaimsPage, wanted: Wanted) -> list[dict[str, str]]:
    """What narrows the list beside the state, each with a link that takes it away."""
    chips = []
    if wanted.search:
        chips.append({"label": f"“{wanted.search}”", "url": wanted.query(q="")})
    if wanted.filters.company:
        name = dict(found.companies).get(wanted.filters.company, "A company that is not here")
        chips.append({"label": name, "url": wanted.query(company="")})
    if wanted.filters.payment:
        label = PaymentState(wanted.filters.payment).label
        chips.append({"label": str(label), "url": wanted.query(payment="")})
    if wanted.filters.signature:
        label = SignatureState(wanted.filters.signature).label
        chips.append({"label": str(label), "url": wanted.query(signature="")})
    if wanted.filters.late:
        chips.append({"label": "Late only", "url": wanted.query(late="")})
    return chips


def _period_label(found: ClaimsPage, project: Project, locale: str) -> dict[str, str]:
    if found.period is None:
        return {"label": text("All {billing_periods}"), "note": ""}
    return label_of(found.period, project.time_zone, locale)


def _period_choices(found: ClaimsPage, wanted: Wanted, locale: str) -> list[dict[str, Any]]:
    shown = found.period.id if found.period else None
    choices = choices_of(found.periods, shown, lambda one: wanted.query(period=one, status=""), locale)
    everything = {
        "label": text("All {billing_periods}"),
        "note": text("{claims} only"),
        "url": wanted.query(period=ALL, status=""),
        "current": found.period is None,
    }
    return [*choices, everything]


class _Pages:
    """The pages of the list for ``{% pagination %}``: earlier, later and where one is."""

    def __init__(self, found: ClaimsPage, wanted: Wanted) -> None:
        self.text = f"{found.first:,}–{found.last:,} of {found.matching:,}" if found.rows else ""
        self.earlier = wanted.query(page=found.page - 1) if found.page > 1 else ""
        self.later = wanted.query(page=found.page + 1) if found.page < found.pages else ""
        shown = {1, found.pages, found.page - 1, found.page, found.page + 1}
        self.numbers: list[dict[str, Any]] = []
        before = 0
        for number in sorted(number for number in shown if 1 <= number <= found.pages):
            if number > before + 1:
                self.numbers.append({"gap": True})
            self.numbers.append(
                {"number": number, "here": number == found.page, "href": wanted.query(page=number)}
            )
            before = number
