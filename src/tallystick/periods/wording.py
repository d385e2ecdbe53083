"""A schedule, and what an invite is for, in words."""

from calendar import day_name

from tallystick.core.dates import format_date
from tallystick.periods.calc import Frequency, Rule
from tallystick.terms.context import text


def type_label(claim_type: str) -> str:
    """What a claim of this type holds, and an invite to one asks for, in the words in force (domain §4)."""
    return text(_TYPES[claim_type])


_TYPES = {
    "all": "Work, materials and {retention}",
    "work": "Work and materials",
    "release": "Release of {retention} only",
}


SAID = {"none": "", "accepted": "Yes", "declined": "No"}
"""What a contract's claim contact says to the question of an invite."""


def describe_rule(rule: Rule, locale: str) -> str:
    """``Every month from the 1st to the last day, due on the 25th``."""
    match rule.frequency:
        case Frequency.MONTHLY:
            return (
                f"Every month from {_day(rule.start_day)} to {_day(rule.end_day)}, "
                f"due on {_day(rule.due_day)}{_MONTHS_LATER[rule.due_month]}"
            )
        case Frequency.WEEKLY:
            last = day_name[(rule.weekday + 6) % 7]
            return f"Every week from {day_name[rule.weekday]} to {last}, due {_offset(rule.due_offset)}"
        case Frequency.CUSTOM:
            every = "Every day" if rule.length == 1 else f"Every {rule.length} days"
            return f"{every} from {format_date(rule.starts_on, locale)}, due {_offset(rule.due_offset)}"
        case _:
            return "By hand"


_MONTHS_LATER = ("", " of the month after", " two months after")


def _day(day: int) -> str:
    if day == 31:
        return "the last day"
    ending = "th" if 10 <= day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"the {day}{ending}"


def _offset(days: int) -> str:
    if days == 0:
        return "on its last day"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} {'after' if days > 0 else 'before'} its end"
