"""One of my contracts as it is read: in the words and on the clock of its project, with what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tallystick import terms
from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.states import ContractStatus, SubSovStatus
from tallystick.core.dates import days_left, describe_days_left, due_moment, format_date, format_range
from tallystick.mine.facts import Mine
from tallystick.mine.groups import WAITING, Group
from tallystick.mine.queries import Row, row_of
from tallystick.terms import Dictionary, text


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row with the words, the clock and the sentences that it is shown with."""

    row: Row
    words: Dictionary
    zone: str
    period: str
    """the dates that the row is about"""
    due: str
    left: str
    is_near: bool
    status: str
    """value of the state that the chip shows"""
    status_label: str
    why_quiet: str
    breakdown: str
    """what is to be done about the breakdown of the schedule, as the label of the button; empty: nothing"""

    @property
    def mine(self) -> Mine:
        """What is known of the contract."""
        return self.row.mine

    @property
    def is_waiting(self) -> bool:
        """Whether it is the reader who is waited for, and something can be done."""
        if self.breakdown:
            return self.mine.contract.sub_sov_status != SubSovStatus.UNDER_REVIEW
        group = self.mine.group
        return group in WAITING and (group is not Group.TO_CLAIM or bool(self.mine.can_create))


def what_waits(actor: Actor, contract: Contract) -> dict[str, Any]:
    """What waits for somebody who claims on the contract, on top of its page; nothing for anybody else."""
    row = row_of(actor, contract)
    if row is None:
        return {}
    item = shown_row(row, terms.current())
    return {"item": item, "row": row, "mine": row.mine, "next_sentence": _next_sentence(item)}


def _next_sentence(item: RowShown) -> str:
    """What is to be done, or what is waited for."""
    mine = item.mine
    number = mine.claim.number if mine.claim else 0
    if item.breakdown:
        return text("The {ssov} has to be approved before {a claim} can be made.")
    sentence = {
        Group.TO_CLAIM: "Nothing is {bill:past} yet for {period}.",
        Group.DRAFT: "{Claim:short} {number} is in draft: enter what was done, add your papers, then submit.",
        Group.SENT_BACK: "{Claim:short} {number} was sent back: correct the figures, then resubmit.",
        Group.REVIEW: "{Claim:short} {number} is being reviewed. You are told when it is decided.",
        Group.CERTIFIED: "{Claim:short} {number} is certified for {period}.",
    }.get(mine.group, "")
    if not sentence:
        return item.why_quiet
    return text(sentence, number=number, period=item.period)


def shown_row(row: Row, words: Dictionary) -> RowShown:
    """The row as it is read in these words."""
    mine, locale = row.mine, words.locale.code
    claim = mine.claim
    asked = mine.group in (Group.ASKED, Group.TO_CLAIM)
    if asked and mine.period:
        period = format_range(mine.period.start, mine.period.end, locale)
    else:
        period = format_range(claim.period_start, claim.period_end, locale) if claim else ""
    counts = mine.period is not None and (asked or (mine.group is Group.DRAFT and claim in mine.in_period))
    status, label = _status(mine, words)
    return RowShown(
        row=row,
        words=words,
        zone=mine.project.time_zone,
        period=period,
        due=_due_day(mine, words) if counts and mine.due else "",
        left=_left(mine.due, mine.project.time_zone) if counts and mine.due else "",
        is_near=counts and mine.days_left is not None and mine.days_left <= 3,
        status=status,
        status_label=label,
        why_quiet=_why_quiet(mine, words) if mine.group is Group.QUIET else "",
        breakdown=_breakdown(mine, words),
    )


def _due_day(mine: Mine, words: Dictionary) -> str:
    assert mine.due is not None
    due = f"due {format_date(mine.due, words.locale.code)}"
    return f"{due}, extended" if mine.is_extended else due


def _left(due: date, zone: str) -> str:
    """``12 days left``; on the last two days also whose midnight it is."""
    left = describe_days_left(due, zone)
    if days_left(due, zone) not in (0, 1):
        return left
    last = (due_moment(due, zone) - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
    name = last.tzname() or ""
    return f"{left}, until midnight {'UTC' + name if name[:1] in '+-' else name}"


def _status(mine: Mine, words: Dictionary) -> tuple[str, str]:
    """The chip: what came of an invite, that it is late, or the status of the claim."""
    if mine.group is Group.ASKED:
        return "invited", "Invited"
    if mine.group is Group.TO_CLAIM:
        return _status_to_claim(mine, words)
    if mine.claim is not None:
        return str(mine.claim.status), str(mine.claim.status.label)
    return str(mine.contract.status), str(mine.contract.get_status_display())


def _status_to_claim(mine: Mine, words: Dictionary) -> tuple[str, str]:
    if _must_break_down(mine):
        return "ssov_not_approved", words.text("{Ssov:short} not approved")
    if mine.days_left is not None and mine.days_left < 0:
        return "late", "Late"
    if mine.invite is not None:
        return str(mine.invite.answer), str(mine.invite.get_answer_display())
    return "not_invited", words.text("Not {bill:past}")


def _must_break_down(mine: Mine) -> bool:
    contract = mine.contract
    return bool(contract.uses_sub_sov) and contract.sub_sov_status != SubSovStatus.APPROVED


def _breakdown(mine: Mine, words: Dictionary) -> str:
    if not _must_break_down(mine) or mine.group not in (Group.TO_CLAIM, Group.QUIET):
        return ""
    if mine.contract.sub_sov_status == SubSovStatus.UNDER_REVIEW:
        return words.text("See the {ssov:short}")
    if mine.contract.sub_sov_status == SubSovStatus.REVISE_AND_RESUBMIT:
        return words.text("Revise the {ssov:short}")
    return words.text("Write the {ssov:short}")


def _why_quiet(mine: Mine, words: Dictionary) -> str:
    """Why nothing waits, in a sentence; the first reason that holds."""
    locale = words.locale.code
    if mine.contract.status not in (ContractStatus.APPROVED, ContractStatus.COMPLETE):
        return f"The contract is {mine.contract.get_status_display()}."
    if mine.period is None:
        return words.text("No {billing_period} is open.")
    period = format_range(mine.period.start, mine.period.end, locale)
    if mine.invite is not None and mine.invite.answered_by_name:
        return words.text(
            "{who} said No for {period}. {A claim} can be made all the same.",
            who=mine.invite.answered_by_name,
            period=period,
        )
    if mine.claim is not None and mine.claim.is_final:
        return words.text("Its last {claim} is certified.")
    if mine.contract.status == ContractStatus.COMPLETE:
        return words.text("The work is complete. What is left, and {retention}, can still be {bill:past}.")
    return f"The contract begins after {period}." if mine.contract.contract_date else ""
