"""Deadlines in words: what a date is for, how it was counted, how far it may be trusted."""

from collections.abc import Iterator, Sequence
from datetime import date

from tallystick.core.dates import format_date, format_range
from tallystick.core.text import join_and, plural
from tallystick.jurisdictions.days import Count, Skipped
from tallystick.jurisdictions.deadlines import Deadline, Deadlines, Giver, Step
from tallystick.jurisdictions.model import AnswerTerm, Basis, CountFrom, Role, Rule
from tallystick.terms import current, text

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def guidance() -> str:
    """The one sentence that stands wherever a date of this room stands."""
    return text(
        "Guidance for answering {claims}, counted by a table that a lawyer has to confirm; it is never legal "
        "advice. Check it against the Act and the contract."
    )


def role_name(role: Role) -> str:
    """Who pays whom on that tier, in the words in force."""
    return text(
        {
            Role.HEAD: "The owner or principal pays the contractor",
            Role.SUB: "A contractor pays {a subcontractor} or supplier",
            Role.OWNER: "Somebody pays for the home that they live in",
        }[role]
    )


def name_of(deadline: Deadline, rule: Rule) -> str:
    """What has to be done by the date: ``Serve the payment schedule by``."""
    match deadline.step:
        case Step.ANSWER:
            return f"Serve the {current()(rule.answer)} by"
        case Step.PAY_LESS:
            return text("Serve any {pay_less_notice} by")
        case Step.DUE:
            return "Due date"
    return "Final date for payment" if deadline.counted_from is CountFrom.DUE else "Pay by"


def reckoning(deadline: Deadline, law: Deadlines) -> str:
    """How the date was counted, in sentences that a person can follow on a calendar."""
    if deadline.count is None:
        return text(deadline.problem)
    return f"{_whose(deadline, law.rule)} {_counted(deadline, law)}"


def _whose(deadline: Deadline, rule: Rule) -> str:
    """Who set the number of days."""
    unit = rule.basis.unit
    contract = plural(deadline.contract_days or 0, unit)
    act = plural(deadline.act_days or 0, unit)
    if deadline.step is Step.ANSWER:
        if deadline.giver is Giver.ACT_OVER_CONTRACT:
            return f"The contract gives {contract}, but the Act allows at most {act}."
        if deadline.giver is Giver.ACT:
            return f"The Act gives {act}; the contract says nothing else."
        if rule.answer_term is AnswerTerm.CONTRACT:
            return f"The contract gives {contract}, and its own time counts. Without it the Act gives {act}."
        return f"The contract gives {contract}; the Act allows at most {act}."
    if deadline.step is Step.PAY:
        return _who_sets_payment(deadline, rule, contract, act)
    return f"The Act’s period is {act}."


def _who_sets_payment(deadline: Deadline, rule: Rule, contract: str, act: str) -> str:
    if deadline.giver is Giver.ACT:
        return f"The contract says nothing, so the Act gives {act}."
    if deadline.giver is Giver.CONTRACT:
        return f"The contract gives {contract}{f', within the Act’s limit of {act}' if deadline.act_days else ''}."
    then = plural(rule.pay_void or 0, rule.basis.unit)
    return f"The contract gives {contract}. The Act allows at most {act}; a longer term is void, and {then} apply."


def _counted(deadline: Deadline, law: Deadlines) -> str:
    count = deadline.count
    if count is None:
        return ""
    locale = current().locale.code
    amount = plural(count.days, law.rule.basis.unit)
    start = format_date(count.start, locale)
    if count.is_backwards:
        said = f"{amount} before {start}, the final date for payment, is {_dated(count.end, locale)}."
    else:
        said = f"{amount} after {start}, {_start_name(deadline, law, count)}, is {_dated(count.end, locale)}."
    if law.rule.basis is Basis.CALENDAR:
        return f"{said} Every day counts."
    if not count.skipped:
        return f"{said} No day in between is left out."
    return f"{said} Not counted: {'; '.join(skipped_in_words(count.skipped, locale))}."


def _start_name(deadline: Deadline, law: Deadlines, count: Count) -> str:
    if deadline.counted_from is CountFrom.DUE:
        return "the due date"
    if deadline.step is Step.DUE and count.start != law.received_on:
        return text("the last day of the {billing_period}")
    return "the day of receipt"


def skipped_in_words(skipped: Sequence[Skipped], locale: str) -> list[str]:
    """Plain weekends together, then one entry for each other run of days, with the names of its holidays."""
    weekends: list[str] = []
    others: list[str] = []
    for run in _runs(sorted(skipped, key=lambda one: one.day)):
        first, last = run[0].day, run[-1].day
        if {one.name for one in run} == {"weekend"}:
            weekends.append(format_range(first, last, locale))
            continue
        names = ", ".join(dict.fromkeys(one.name for one in run))
        days = _dated(first, locale) if first == last else f"{_dated(first, locale)} – {_dated(last, locale)}"
        others.append(f"{days} ({names})")
    if weekends:
        of = "the weekend of" if len(weekends) == 1 else "the weekends of"
        others.insert(0, f"{of} {join_and(weekends)}")
    return others


def _runs(days: Sequence[Skipped]) -> Iterator[list[Skipped]]:
    run: list[Skipped] = []
    for one in days:
        if run and (one.day - run[-1].day).days != 1:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _dated(day: date, locale: str) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {format_date(day, locale)}"


def cautions(law: Deadlines) -> list[str]:
    """What the reader has to know besides: the row's notes, unknown days, a contract without its date."""
    said = []
    if law.undated_contract:
        said.append("The contract has no date in its settings, so the rule for new contracts is shown.")
    years = [d.count for d in law.all if d.count is not None and d.count.beyond_checked]
    if years:
        said.append(
            f"Public holidays were checked up to {law.place.holidays_checked_to}. "
            "Days that are proclaimed later are not known here."
        )
    said += [text(note) for note in (law.rule.note, law.place.note) if note]
    touched = {one.name for d in law.all if d.count for one in d.count.skipped if one.why == "shutdown"}
    if touched:
        doubtful = {s.confidence for s in law.shutdowns}
        said.append(f"The Act’s days of shutdown: confidence {', '.join(sorted(doubtful))}.")
    return said


def days_left_in_words(left: int | None, rule: Rule) -> str:
    """``6 business days left``, ``today``, ``2 business days late``; empty where it can't be told."""
    if left is None:
        return ""
    if left == 0:
        return "today"
    amount = plural(abs(left), rule.basis.unit)
    return f"{amount} left" if left > 0 else f"{amount} late"


def cites(rule: Rule) -> str:
    """``Act, sections``: for documents."""
    return f"{rule.act}, {rule.sections}" if rule.sections else rule.act
