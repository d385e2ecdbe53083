"""Fields that a project's settings and an account's beginnings have in common."""

from __future__ import annotations

from typing import Any

from django import forms

from tallystick.configuration import wording
from tallystick.configuration.catalogue import label_of
from tallystick.terms import lazy_text, text

LONGEST_MESSAGE = 2000
LONGEST_FOOTER = 300


def uninvited_field() -> forms.ChoiceField:
    """What may be billed without an invite (R-INVITE-2)."""
    return forms.ChoiceField(
        label=label_of("uninvited_claims"),
        choices=lambda: [(value, text(said)) for value, said in wording.UNINVITED.items()],
        widget=forms.RadioSelect,
        help_text=lazy_text(
            "{An invite} says itself what may be {bill:past} on it. An administrator who {bill:s} for "
            "{a subcontractor} may enter everything."
        ),
    )


def reminders_field() -> forms.TypedChoiceField:
    """How often somebody who was invited is reminded (R-NOTIFY-2)."""
    return forms.TypedChoiceField(
        label=label_of("remind_every_days"),
        coerce=int,
        choices=lambda: [(days, text(said)) for days, said in wording.REMINDERS.items()],
        help_text=lazy_text(
            "After {an invite} and until the {claim} is submitted or the due day has passed. "
            "Whoever said no is not reminded."
        ),
    )


def message_field() -> forms.CharField:
    """The project's own words in invites and reminders."""
    return forms.CharField(
        label=label_of("invite_message"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stands in each of them, above the question.",
    )


def footer_field() -> forms.CharField:
    """What is printed at the foot of papers."""
    return forms.CharField(
        label=label_of("paper_footer"),
        required=False,
        max_length=LONGEST_FOOTER,
        help_text=lazy_text(
            "Printed at the foot of every page, whoever makes the PDF. {Claims} that are certified keep theirs."
        ),
    )


class LinesField(forms.CharField):
    """A list, typed one on each line."""

    def prepare_value(self, value: Any) -> Any:
        """The list as lines; what was typed stays as it was typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The lines that have something on them."""
        return [clean for line in super().clean(value).splitlines() if (clean := " ".join(line.split()))]
