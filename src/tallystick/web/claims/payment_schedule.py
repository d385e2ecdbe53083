"""What the tab of the answer to a claim shows, made ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from tallystick.claims.models import Claim
from tallystick.contracts.models import ClaimContact
from tallystick.core.dates import format_date
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Locale, Project
from tallystick.jurisdictions import Confidence, Deadline, Deadlines
from tallystick.jurisdictions.days import Count
from tallystick.jurisdictions.model import DatedBy
from tallystick.jurisdictions.table import table
from tallystick.jurisdictions.telling import cautions, cites, guidance, name_of, reckoning, role_name
from tallystick.payment_schedules.actions import named
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.paper import Labels, labels_of, totals_of
from tallystick.payment_schedules.policies import can_record_service, can_withdraw
from tallystick.payment_schedules.queries import Clock, SchedulePage, clocks_of
from tallystick.payment_schedules.states import PaperKind
from tallystick.terms import current, text
from tallystick.web.context import address
from tallystick.web.request import PageRequest

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_LAWFUL = frozenset({Locale.EN_AU, Locale.EN_NZ, Locale.EN_GB})
"""Where a project that has not chosen its law yet is offered to."""


def answer_word(project: Project) -> str:
    """What the reply is called where the project stands: the Act's term, else the region's."""
    place = table().place(project.jurisdiction) if project.jurisdiction else None
    if place is not None:
        for rule in table().rules:
            if rule.law == place.law:
                return current()(rule.answer)
    return current()("statutory_response")


def answer_tab(claim: Claim, tab: str) -> list[dict[str, Any]]:
    """The tab itself, on projects where payment law asks for an answer or may."""
    project = claim.contract.project
    if not project.jurisdiction and project.locale not in _LAWFUL:
        return []
    word = answer_word(project)
    return [
        {
            "label": word[:1].upper() + word[1:],
            "url": reverse("claim-payment-schedule", args=[claim.pk]),
            "current": tab == "claim-payment-schedule",
        }
    ]


def running_clock(claim: Claim) -> Clock | None:
    """The clock for the head of the claim's pages; no query where none can run."""
    return clocks_of([claim]).get(claim.pk) if claim.contract.project.jurisdiction else None


def clocks_in(project: Project, claim_ids: list[int]) -> dict[int, dict[str, str]]:
    """For a list of the project's claims: by when each that waits must be answered, in words, by the claim's id."""
    if not project.jurisdiction or not claim_ids:
        return {}
    claims = Claim.objects.filter(pk__in=claim_ids).select_related("contract__project__account")
    locale = current().locale.code
    return {
        claim_id: {
            "day": format_date(running.day, locale),
            "left": running.left_in_words,
            "tone": _tone(running),
            "name": running.name,
        }
        for claim_id, running in clocks_of(claims).items()
    }


def page_of(request: PageRequest, claim: Claim, page: SchedulePage) -> dict[str, Any]:
    """The template's context beside the claim's own."""
    locale = current().locale.code
    chosen = page.next_kind
    kind = chosen.kind if chosen else PaperKind.PAYMENT_SCHEDULE
    return {
        "schedule": page,
        "clock_tone": _tone(page.clock),
        "weekdays": WEEKDAYS,
        "word": answer_word(claim.contract.project),
        "law": _law(claim, page.law, locale) if page.law else None,
        "settings_url": address("project-law", claim.contract.project_id),
        "guidance": guidance(),
        "chosen": chosen,
        "buttons": _buttons(page),
        "first_kind": kind.value,
        "labels": labels_of(kind),
        "preview": _preview(claim, page, kind) if page.figures else None,
        "reasons_url": address("claim-review", claim.pk) or reverse("claim", args=[claim.pk]),
        "issued": [_issued(request, claim, one) for one in page.issued],
    }


def _buttons(page: SchedulePage) -> list[dict[str, Any]]:
    """One for each paper that the law asks for."""
    return [
        {"verb": f"Issue {current()(one.kind.value)}", "kind": one.kind.value, "decision": one.can_issue}
        for one in page.kinds
    ]


def _tone(running: Clock | None) -> str:
    if running is None:
        return "neutral"
    return "bad" if running.is_late else "warn" if running.is_near else "neutral"


def _law(claim: Claim, law: Deadlines, locale: str) -> dict[str, Any]:
    rule = law.rule
    counted = "contracts" if rule.dated_by is DatedBy.CONTRACT else text("{claims}")
    return {
        "dates": [_date(one, law, locale) for one in law.all],
        "instead": "" if rule.paper else text(rule.instead),
        "facts": [
            {"label": "Place", "value": law.place.name},
            {"label": "Act", "value": cites(rule)},
            {"label": "Tier", "value": role_name(rule.role)},
            {"label": "In force for", "value": _in_force(rule.valid_from, rule.valid_to, counted, locale)},
            {
                "label": text("{Claim}"),
                "value": text("Has to say that it is made under the Act.")
                if rule.cites_act
                else text("Need not say that it is made under the Act."),
            },
            {"label": "Silence", "value": text(rule.silence)},
            {"label": "Source", "value": rule.source},
        ],
        "confidence": [
            _confidence("Time to answer", rule.answer_confidence),
            _confidence("Time to pay", rule.pay_confidence),
        ],
        "cautions": cautions(law),
        "calendar": _calendar(law.answer.count, law, locale),
        "row": rule.key,
    }


def _date(deadline: Deadline, law: Deadlines, locale: str) -> dict[str, Any]:
    return {
        "name": name_of(deadline, law.rule),
        "day": format_date(deadline.day, locale) if deadline.day else "No date",
        "known": deadline.day is not None,
        "reckoning": reckoning(deadline, law),
    }


def _confidence(what: str, mark: Confidence) -> dict[str, str]:
    tone = {Confidence.A: "ok", Confidence.B: "info", Confidence.C: "warn"}[mark]
    return {"what": what, "mark": mark.value, "meaning": mark.meaning, "tone": tone}


def _in_force(first: date | None, last: date | None, counted: str, locale: str) -> str:
    if first and last:
        return f"{counted} from {format_date(first, locale)} to {format_date(last, locale)}"
    if first:
        return f"{counted} from {format_date(first, locale)}"
    if last:
        return f"{counted} until {format_date(last, locale)}"
    return f"all {counted}"


_LONGEST_CALENDAR = 70


def _calendar(count: Count | None, law: Deadlines, locale: str) -> list[list[dict[str, Any]]]:
    """The counted days by weeks from Monday, each with its number or why it has none."""
    if count is None or count.is_backwards or (count.end - count.start).days > _LONGEST_CALENDAR:
        return []
    left_out = {one.day: one.name for one in count.skipped}
    first = count.start - timedelta(days=count.start.weekday())
    number = 0
    cells: list[dict[str, Any]] = []
    day = first
    while day <= count.end or day.weekday():
        inside = count.start < day <= count.end
        if inside and day not in left_out:
            number += 1
        cells.append(
            {
                "day": day,
                "label": format_date(day, locale).rsplit(" ", 1)[0].rstrip(","),
                "number": number if inside and day not in left_out else None,
                "why": left_out.get(day, "") if inside else "",
                "note": "0" if day == count.start else "",
                "is_last": day == count.end,
                "is_outside": not inside and day != count.start,
            }
        )
        day += timedelta(days=1)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the paper would say now, and what is missing before it can be issued."""

    lines: tuple[Any, ...]
    others: int
    totals: tuple[Any, ...]
    labels: Labels
    missing: str
    missing_lines: tuple[Any, ...]
    reasons_missing: Decision
    retention_lines: str


def _preview(claim: Claim, page: SchedulePage, kind: PaperKind) -> Preview:
    figures = page.figures
    assert figures is not None
    shown = tuple(line for line in figures.lines if line.is_shown)
    sides = {
        f"{name}_{field}": getattr(side, field)
        for name, side in (("claimed", figures.claimed), ("scheduled", figures.scheduled))
        for field in ("work", "retention", "released", "due", "tax", "total")
    }
    missing = named(figures.without_reason) if figures.without_reason else ""
    imagined = PaymentSchedule(claim=claim, kind=kind, adjustment=figures.adjustment, **sides)
    return Preview(
        lines=shown,
        others=len(figures.lines) - len(shown),
        totals=totals_of(imagined, claim),
        labels=labels_of(kind),
        missing=missing,
        missing_lines=figures.without_reason,
        reasons_missing=refused(
            f"{missing} {'was' if len(figures.without_reason) == 1 else 'were'} cut without a reason."
        )
        if missing
        else ALLOWED,
        retention_lines=named(figures.more_retention) if figures.more_retention else "",
    )


def _issued(request: PageRequest, claim: Claim, one: PaymentSchedule) -> dict[str, Any]:
    """One issued paper. The claim that is at hand has what the policies ask for."""
    one.claim = claim
    title = current().cap(one.kind)
    return {
        "row": one,
        "title": f"{title}, revision {one.revision}" if one.revision else title,
        "url": reverse("payment-schedule-file", args=[one.pk]),
        "download_url": reverse("payment-schedule-file", args=[one.pk]) + "?download=1",
        "labels": labels_of(PaperKind(one.kind)),
        "is_late": one.serve_by is not None and one.served_on is not None and one.served_on > one.serve_by,
        "can_serve": can_record_service(request.actor, one),
        "can_withdraw": can_withdraw(request.actor, one),
    }


def first_address(claim: Claim) -> str:
    """Whom the paper is usually served to: the claim contacts' addresses."""
    contacts = ClaimContact.objects.filter(contract=claim.contract_id).select_related("person")
    return ", ".join(sorted({contact.person.email for contact in contacts}))[:200]
