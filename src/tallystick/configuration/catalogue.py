"""Every setting by its name: what it is called, and how its values are told. Labels may name the dictionary's words.

Names with a colon belong to a family: ``mail:EVENT`` is whether a message is sent, ``check:KEY`` what a check before
submission does, ``contract:TERM`` what new commitments begin with, ``field:NAME`` whether claims are asked for a field;
of an account, ``begin:NAME`` is what its new projects begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tallystick.claims.checks import all_checks
from tallystick.claims.fields import CUSTOM, USUAL
from tallystick.claims.models import CustomField
from tallystick.configuration import wording
from tallystick.notifications.rules import rule_for
from tallystick.terms import text
from tallystick.terms.context import lazy_text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``label`` is a sentence of the dictionary."""

    label: str
    told: wording.Told = wording.plain


_POINT_OF_VIEW = wording.known(wording.point_of_view_name)
_LOCALE = wording.known(wording.locale_name)

PROJECT: dict[str, Setting] = {
    "name": Setting("Name"),
    "address": Setting("Address"),
    "point_of_view": Setting("Words used by", wording.or_account(_POINT_OF_VIEW)),
    "own_locale": Setting("Language", wording.or_account(_LOCALE)),
    "uninvited_claims": Setting(
        "What {claim_contacts} may {bill} without {an invite}", wording.one_of(wording.UNINVITED)
    ),
    "over_claiming": Setting(
        "When more is {bill:past} on a line than its scheduled value", wording.one_of(wording.OVER_CLAIMING)
    ),
    "accept_late_claims": Setting("Accept late {claims}", wording.yes_no),
    "invite_message": Setting("Own words in {invites} and reminders"),
    "remind_every_days": Setting("Reminders to {bill}", wording.one_of(wording.REMINDERS)),
    "weekly_digest": Setting("Weekly digest to the distribution list", wording.yes_no),
    "largest_jump_bp": Setting("Largest step in one period", wording.percent),
    "required_papers": Setting("Required papers", wording.names),
    "shows_claimed": Setting("Show {bill:past} amounts on papers", wording.yes_no),
    "jurisdiction": Setting("Payment law", wording.place),
    "paper_footer": Setting("Footer of papers"),
    "stamp_backup_pages": Setting("Print number and page on every page of {a claim_backup}", wording.yes_no),
}
COMMITMENTS: dict[str, Setting] = {
    "subcontract_method": Setting("Lines of {subcontracts} are priced", wording.known(wording.method)),
    "purchase_order_method": Setting("Lines of {purchase_orders} are priced", wording.known(wording.method)),
    "is_private": Setting("New {commitments} are private", wording.yes_no),
    "uses_sub_sov": Setting("Ask for {a ssov}", wording.yes_no),
    "stored_materials_mode": Setting("{Stored_materials} are", wording.known(wording.stored_materials)),
    "retain_work": Setting("Hold {retention} on work", wording.yes_no),
    "work_retention_bp": Setting("Rate on work", wording.percent),
    "retain_materials": Setting("Hold {retention} on {stored_materials}", wording.yes_no),
    "materials_retention_bp": Setting("Rate on {stored_materials}", wording.percent),
    "retention_cap": Setting("The most {retention} that is held", wording.known(wording.cap)),
    "retention_cap_bp": Setting("The most that is held, as a percentage", wording.percent),
    "retention_cap_amount": Setting("The most that is held, as an amount"),
}
"""What new commitments begin with."""
ACCOUNT: dict[str, Setting] = {
    "name": Setting("Name of the account"),
    "point_of_view": Setting("Words used by", _POINT_OF_VIEW),
    "locale": Setting("Language", _LOCALE),
    "time_zone": Setting("Time zone"),
    "required_insurance": Setting(
        "Insurance that every company with a commitment must have", wording.insurance
    ),
    "forbid_over_claiming": Setting("Forbid {overclaim:ing} in every project", wording.yes_no),
    "claim_numbering": Setting("Numbering of {claims}"),
    "projects_choose_fields": Setting("Projects may ask otherwise", wording.yes_no),
}
BEGINNINGS: dict[str, Setting] = {
    "start_day": Setting("{Billing_periods} begin on day"),
    "end_day": Setting("{Billing_periods} end on day"),
    "due_day": Setting("{Claims} are due on day"),
    "due_month": Setting("The due day is", wording.one_of(wording.DUE_MONTHS)),
    "uninvited_claims": PROJECT["uninvited_claims"],
    "remind_every_days": PROJECT["remind_every_days"],
    "invite_message": PROJECT["invite_message"],
    "paper_footer": PROJECT["paper_footer"],
    **COMMITMENTS,
}
"""What an account's new projects begin with."""
SCHEDULE: dict[str, Setting] = {
    "frequency": Setting("{Billing_periods} are created"),
    "starts_on": Setting("The first period begins on or after"),
    "start_day": Setting("Periods begin on day"),
    "end_day": Setting("Periods end on day"),
    "due_day": Setting("Due on day"),
    "due_month": Setting("Months from the end to the due day"),
    "weekday": Setting("Weekday on which periods begin (Monday is 0)"),
    "length": Setting("Days of a period"),
    "due_offset": Setting("Days from the end to the due day"),
}
"""What an event ``schedule.changed`` names."""


def setting_of(name: str, currency: str = "") -> Setting:
    """A project's setting of any family; an unknown name is a programming fault. Amounts are told in ``currency``."""
    family, _, member = name.partition(":")
    if family == "mail":
        return Setting("E-mail: " + rule_for(member).label, wording.yes_no)
    if family == "check":
        titles = {one.key: one.title for one in all_checks()}
        return Setting("Check: " + titles[member], wording.one_of(wording.RULES))
    if family == "field":
        return _field(member, wording.or_account(wording.one_of(wording.FIELD_RULES)))
    if family == "contract":
        found = COMMITMENTS[member]
        return replace(found, told=wording.money(currency)) if member == "retention_cap_amount" else found
    return PROJECT[name]


def account_setting(name: str) -> Setting:
    """An account's setting of any family; an unknown name is a programming fault."""
    family, _, member = name.partition(":")
    if family == "field":
        return _field(member, wording.one_of(wording.FIELD_RULES))
    return BEGINNINGS[member] if family == "begin" else ACCOUNT[name]


def _field(name: str, told: wording.Told) -> Setting:
    """The rule of a field of claims; one of an account's own by its label."""
    usual = next((one.label for one in USUAL if one.name == name), "")
    own = (
        ""
        if usual
        else CustomField.objects.get(pk=name.removeprefix(CUSTOM)).label.replace("{", "{{").replace("}", "}}")
    )
    return Setting("Field of {claims}: " + (usual or own), told)


def label_of(name: str, of: dict[str, Setting] = PROJECT) -> str:
    """What a field of a form is called, in the words in force when it is shown."""
    return lazy_text(of[name].label)


def told(setting: Setting, value: object) -> tuple[str, str]:
    """What the setting is called and its value, both in the words in force."""
    return text(setting.label), setting.told(value)
