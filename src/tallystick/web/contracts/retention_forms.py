"""Forms about retention: setting and releasing it on lines, releasing it on contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from tallystick.claims.calc.retention_entry import Change, Holding, Release, SetRetention
from tallystick.claims.calc.terms import RetentionEntry
from tallystick.core.errors import BadInput
from tallystick.core.money import BASIS_POINTS, currency_exponent, parse_money, parse_percent
from tallystick.terms import lazy_text, text
from tallystick.web.forms import Form

LEAVE = "leave"
ALL, PERCENT, AMOUNT = "all", "percent", "amount"
_FIGURE = forms.TextInput(attrs={"class": "is-money", "inputmode": "decimal", "autocomplete": "off"})


def _value(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=40, widget=_FIGURE)


class ReleaseForm(Form):
    """How much is released, and of what."""

    release_by = forms.ChoiceField(
        label="How much",
        choices=((ALL, "All that can be"), (PERCENT, "A percentage of it"), (AMOUNT, "An amount")),
        initial=ALL,
    )
    release_value = _value("Percentage or amount")
    release_work = forms.BooleanField(label=lazy_text("{Retention} on work"), required=False, initial=True)
    release_materials = forms.BooleanField(
        label=lazy_text("{Retention} on {stored_materials}"), required=False, initial=True
    )

    def __init__(self, *args: Any, currency: str, with_materials: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.with_materials = with_materials
        if not with_materials:
            del self.fields["release_work"], self.fields["release_materials"]

    def change(self) -> Release:
        """What the form asks for. Raises ``BadInput`` with the field."""
        typed = self.cleaned_data
        work = typed["release_work"] if self.with_materials else True
        materials = typed["release_materials"] if self.with_materials else True
        if not work and not materials:
            raise BadInput(
                text("Tick {retention} on work, on {stored_materials}, or both."),
                {"release_work": "Tick at least one."},
            )
        by, value = typed["release_by"], typed["release_value"].strip()
        if by == ALL:
            return Release(percent_bp=BASIS_POINTS, work=work, materials=materials)
        if by == PERCENT:
            rate = figure(value, "release_value", None)
            return Release(percent_bp=rate, work=work, materials=materials)
        amount = figure(value, "release_value", self.currency)
        return Release(amount=amount, work=work, materials=materials)


_HOW = (
    (LEAVE, "Leave as it is"),
    (RetentionEntry.AUTOMATIC.value, "By the contract’s rules"),
    (RetentionEntry.RATE.value, "At a rate"),
    (RetentionEntry.AMOUNT.value, "An amount in all"),
)


class SetForm(Form):
    """What is retained this period, on work and on materials apart."""

    work_how = forms.ChoiceField(label="On work", choices=_HOW, initial=LEAVE)
    work_value = _value("Rate or amount")
    materials_how = forms.ChoiceField(label=lazy_text("On new materials"), choices=_HOW, initial=LEAVE)
    materials_value = _value("Rate or amount")

    def __init__(self, *args: Any, currency: str, with_materials: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        if not with_materials:
            del self.fields["materials_how"], self.fields["materials_value"]
            self.fields["work_how"].initial = RetentionEntry.RATE.value

    def change(self) -> SetRetention:
        """What the form asks for. Raises ``BadInput`` with the field."""
        change = SetRetention(self._holding("work"), self._holding("materials"))
        if change == SetRetention():
            raise BadInput(
                text("Choose how {retention} is held on these lines."), {"work_how": "Choose how it is held."}
            )
        return change

    def _holding(self, kind: str) -> Holding | None:
        how, value = self.cleaned_data.get(f"{kind}_how", LEAVE), self.cleaned_data.get(f"{kind}_value", "")
        if how == LEAVE:
            return None
        if how == RetentionEntry.AUTOMATIC:
            return Holding()
        currency = self.currency if how == RetentionEntry.AMOUNT else None
        return Holding(RetentionEntry(how), figure(value, f"{kind}_value", currency))


def figure(typed: str, field: str, currency: str | None) -> int:
    """A typed amount of ``currency``, or without one a percentage from 0 to 100; problems are named by the field."""
    if not typed.strip():
        sentence = "Type an amount." if currency else "Type a percentage."
        raise BadInput(sentence, {field: sentence})
    try:
        if currency:
            return parse_money(typed, currency_exponent(currency), currency=currency)
        return parse_percent(typed, minimum=0, maximum=BASIS_POINTS)
    except BadInput as problem:
        raise BadInput(str(problem), {field: str(problem)}) from problem


def change_of(form: ReleaseForm | SetForm) -> Change | None:
    """The change that a bound form asks for; None where the form has problems, which it then tells."""
    if not form.is_valid():
        return None
    try:
        return form.change()
    except BadInput as problem:
        for name in problem.fields:
            form.name_problem(name, str(problem))
        return None


def ticked(query: QueryDict, name: str) -> list[int]:
    """Ids of what is ticked."""
    return [int(value) for value in query.getlist(name) if value.isdecimal() and len(value) < 18]
