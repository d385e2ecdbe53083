"""The month of a project's dashboard as its template shows it: groups, who is in them, and what one click does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from tallystick.access.actor import Actor
from tallystick.charts import Share, share_bar
from tallystick.claims.listing.rows import WAITING, state_label
from tallystick.claims.queries import periods_of
from tallystick.claims.states import ClaimStatus, ListState, SignatureState
from tallystick.core.dates import format_date
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.dashboard.acting import INVITED, REMINDED, SIGNED, Acted
from tallystick.dashboard.month import Group, Member, Month, Stage, month_of
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.terms import current, text
from tallystick.web.claims.notice import Notice
from tallystick.web.claims.signatures import signing_of
from tallystick.web.periods.choice import choices_of, label_of
from tallystick.web.status_marks import mark_of

Act = dict[str, Any]


def month_section(actor: Actor, project: Project, period: BillingPeriod) -> dict[str, Any]:
    """What ``projects/_month.html`` shows of a period."""
    month = month_of(actor, project, period)
    locale = current().locale.code
    periods = periods_of(project)
    shown = next(one for one in periods if one.id == period.pk)
    return {
        "month": month,
        "period": label_of(shown, project.time_zone, locale),
        "choices": choices_of(periods, period.pk, lambda one: f"?period={one}", locale),
        "stages": [
            {"key": stage.value, "title": title, "rows": [_row(month, project, group) for group in groups]}
            for stage, title in _titles(month)
            if (groups := _groups(month, stage))
        ],
        "list_url": list_url(project, period),
        "bar": _bar(month),
    }


def _bar(month: Month) -> SafeString:
    """The contracts as one bar, what is done first."""
    counts = {stage: sum(group.count for group in month.of(stage)) for stage in Stage}
    titles = dict(_titles(month))
    shares = [
        Share(counts[stage], stage.value, f"{titles[stage]}: {counts[stage]:,}") for stage in reversed(Stage)
    ]
    title = ". ".join(share.text for share in shares if share.amount)
    return mark_safe(share_bar("month-bar", title=title, shares=shares))  # noqa: S308 - drawn by ourselves, texts escaped


def _titles(month: Month) -> list[tuple[Stage, str]]:
    return [
        (Stage.YOURS, "Waiting for you"),
        (Stage.BEFORE, text("Before they can {bill}")),
        (
            Stage.THEIRS,
            text("Waiting for the {contract_companies}") if month.is_admin else "On the way",
        ),
        (Stage.DONE, "Done"),
    ]


def _groups(month: Month, stage: Stage) -> tuple[Group, ...]:
    if stage is Stage.YOURS and month.waiting:
        return (month.waiting,)
    return month.of(stage)


def list_url(project: Project, period: BillingPeriod, state: str = "") -> str:
    """The list of claims of the period, narrowed to the state."""
    query = {"period": period.pk} | ({"status": state} if state else {})
    return f"{reverse('claims', args=[project.pk])}?{urlencode(query)}"


def _row(month: Month, project: Project, group: Group) -> dict[str, Any]:
    mark = mark_of(group.state)
    waits = group.state == WAITING
    return {
        "group": group,
        "tone": "you" if waits else mark.tone,
        "icon": "dot" if waits else mark.icon,
        "url": list_url(project, month.period, group.state),
        "currency": project.currency,
        "names": [
            {"text": f"{member.number} {member.company}", "url": _place_of(member)} for member in group.first
        ],
        "more": group.count - len(group.first),
        "note": _note(group),
        "act": _act(month, project, group),
    }


def _place_of(member: Member) -> str:
    if member.claim_id:
        return reverse("claim", args=[member.claim_id])
    return reverse("contract", args=[member.contract_id])


def _signatures(signed: int, out: int) -> tuple[tuple[int, str], ...]:
    return (signed, "signed"), (out, "out for signature")


def _note(group: Group) -> str:
    parts = []
    if group.overdue:
        parts.append(f"{group.overdue:,} past the due day")
    if group.others:
        parts.append(text("{n} in another currency", n=group.others))
    if begun := [one.signature for one in group.members if one.signature and one not in group.unsigned]:
        signed = begun.count(SignatureState.SIGNED)
        parts += [f"{count:,} {what}" for count, what in _signatures(signed, len(begun) - signed) if count]
    return ", ".join(parts)


# --- what one click does -------------------------------------------------------------------------------------


def _act(month: Month, project: Project, group: Group) -> Act | None:
    """The button of a group: a form that acts on all of it, a way to the first of it, or nothing."""
    if group.state == WAITING:
        return _way("Open", reverse("my-contracts") + f"?project={project.pk}")
    make = _ACTS.get(group.state)
    return make(month, project, group) if make and month.is_admin else None


def _way(label: str, url: str) -> Act:
    return {"label": label, "url": url}


def _sent(month: Month, group: Group) -> Act:
    """What the form of a group sends back: what it showed."""
    return {
        "period": month.period.pk,
        "state": group.state,
        "seen": write_ids(member.contract_id for member in group.members),
    }


def _invite(month: Month, project: Project, group: Group) -> Act:
    again = group.state == ListState.DECLINED
    return _sent(month, group) | {
        "label": "Ask again" if again else text("Send {invites}"),
        "post": reverse("month-invites", args=[project.pk]),
        "decision": _invitable(month, group),
    }


def _remind(month: Month, project: Project, group: Group) -> Act:
    return _sent(month, group) | {
        "label": "Remind",
        "post": reverse("month-reminders", args=[project.pk]),
        "decision": _remindable(month, project, group),
    }


def _late(month: Month, project: Project, group: Group) -> Act:
    if project.accept_late_claims:
        return _remind(month, project, group)
    return _way("Extend", reverse("period", args=[month.period.pk]) + "#extensions")


def _review(month: Month, project: Project, group: Group) -> Act:
    first = group.members[0]
    return _way("Review" if group.count == 1 else "Review the first", _of_claim("claim-review", first))


def _open(month: Month, project: Project, group: Group) -> Act:
    return _way("Open" if group.count == 1 else "Open the first", _of_claim("claim", group.members[0]))


def _sign(month: Month, project: Project, group: Group) -> Act | None:
    """For those that nobody was asked to sign yet; the provider's own reason where it is not ready."""
    if not group.unsigned or (signing := signing_of(month.reader, project)) is None:
        return None
    seen = write_ids(member.contract_id for member in group.unsigned)
    return _sent(month, group) | {
        "label": signing.label,
        "post": reverse("month-signatures", args=[project.pk]),
        "seen": seen,
        "decision": signing.can_send,
    }


def _of_claim(name: str, member: Member) -> str:
    return reverse(name, args=[member.claim_id])


def _name_contact(month: Month, project: Project, group: Group) -> Act:
    url = reverse("contract-people", args=[group.members[0].contract_id])
    return _way(text("Name {a claim_contact}"), url)


def _break_down(month: Month, project: Project, group: Group) -> Act:
    return _way(
        text("Open the {ssov:short}") if group.count == 1 else "Open the first",
        reverse("sub-sov", args=[group.members[0].contract_id]),
    )


# A group that is not here has nothing to be done about it.
_ACTS: dict[str, Callable[[Month, Project, Group], Act | None]] = {
    ClaimStatus.UNDER_REVIEW.value: _review,
    ListState.NO_CONTACTS.value: _name_contact,
    ListState.SSOV_NOT_APPROVED.value: _break_down,
    ListState.NOT_INVITED.value: _invite,
    ListState.LATE.value: _late,
    ListState.INVITED.value: _remind,
    ListState.ACCEPTED.value: _remind,
    ClaimStatus.DRAFT.value: _remind,
    ClaimStatus.REVISE_AND_RESUBMIT.value: _remind,
    ClaimStatus.PENDING_OWNER_APPROVAL.value: _open,
    ClaimStatus.APPROVED_AS_NOTED.value: _sign,
    ClaimStatus.APPROVED.value: _sign,
    ListState.DECLINED.value: _invite,
}
assert set(_ACTS) >= INVITED | REMINDED | SIGNED, "a group that can be acted on has no button"


def _invitable(month: Month, group: Group) -> Decision:
    if month.period.status != PeriodStatus.OPEN:
        return refused(text("This {billing_period} is closed. Open it again first."))
    if all(member.is_over for member in group.members):
        return refused(_over(month.period))
    return ALLOWED


def _remindable(month: Month, project: Project, group: Group) -> Decision:
    """Whether any of the group can be reminded; each contract of it is asked on its own when it is."""
    if group.state == ClaimStatus.REVISE_AND_RESUBMIT:
        return ALLOWED
    if month.period.status != PeriodStatus.OPEN:
        return refused(text("This {billing_period} is closed. Open it again first."))
    if not project.accept_late_claims and all(member.is_over for member in group.members):
        return refused(_over(month.period))
    return ALLOWED


def _over(period: BillingPeriod) -> str:
    return text(
        "The due date of this {billing_period} was {day}. Give the contracts an extension first.",
        day=format_date(period.due, current().locale.code),
    )


# --- what a page showed, and what came of it -----------------------------------------------------------------

MOST_SEEN = 20_000


def write_ids(ids: Iterable[int]) -> str:
    """Ids as a short text: ``3-9,12``. Contracts of one project were mostly made one after the other."""
    spans: list[list[int]] = []
    for one in sorted(set(ids)):
        if spans and one == spans[-1][1] + 1:
            spans[-1][1] = one
        else:
            spans.append([one, one])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def read_ids(written: str) -> frozenset[int]:
    """The ids that ``write_ids`` wrote; what can't be read is none, and so is more than a project can hold."""
    found: set[int] = set()
    for span in written[: MOST_SEEN * 20].split(","):
        first, _, last = span.partition("-")
        last = last or first
        if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (first, last)):
            continue
        if int(last) - int(first) + len(found) < MOST_SEEN:
            found.update(range(int(first), int(last) + 1))
    return frozenset(found)


def told_of(acted: Acted, label: str, *, invited: bool) -> Notice:
    """What came of acting on the group called ``label``."""
    sent = [outcome for outcome in acted.outcomes if outcome.done]
    left = [outcome for outcome in acted.outcomes if not outcome.done]
    details = [
        f"{outcome.contract.number} {outcome.contract.company.name}: {outcome.decision.reason}"
        for outcome in left
    ]
    details += [
        f"{member.number} {member.company}: not “{label}” any more, but “{state_label(member.state)}”"
        for member in acted.moved
    ]
    if acted.gone:
        details.append(text("{n} {n:contract is|contracts are} not in the list any more.", n=acted.gone))
    if acted.joined:
        details.append(
            text(
                "{n} {n:contract has|contracts have} come into “{label}” since; nothing was sent there.",
                n=acted.joined,
                label=label,
            )
        )
    done = "invited" if invited else "reminded"
    details += [f"{outcome.contract.number} {outcome.contract.company.name}: {done}" for outcome in sent]
    missed = len(left) + len(acted.moved) + acted.gone
    if sent:
        title = text("{n} {n:contract is|contracts are} {done}.", n=len(sent), done=done)
    else:
        title = "No invite was sent." if invited else "Nobody was reminded."
    if missed:
        title += f" {missed:,} left out."
    tone = "ok" if not missed else "warn" if sent else "bad"
    return Notice(title, tone=tone, details=details, summary="Which, and why" if missed else "Which")
