"""The schedule of billing periods: choose a rule, see the next twelve, keep it (R-PERIOD-2).

Choosing is a GET, which shows what would come and changes nothing; htmx sends it with each change. What is shown is
what the button below it keeps.
"""

from __future__ import annotations

from calendar import day_name
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tallystick import terms
from tallystick.configuration.history import SOMEBODY, who_changed
from tallystick.configuration.saving import fingerprint
from tallystick.configuration.wording import DUE_MONTHS
from tallystick.core.dates import format_range
from tallystick.directory.models import Project
from tallystick.periods import scheduling
from tallystick.periods.calc import LONGEST_PERIOD, Frequency, Rule, Span
from tallystick.periods.models import BillingPeriod, PeriodSchedule
from tallystick.periods.policies import can_manage_periods
from tallystick.periods.wording import describe_rule
from tallystick.terms import lazy_text
from tallystick.web import load
from tallystick.web.forms import DayField, Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.settings.pages import project_page

_DAYS_OF_MONTH = ("start_day", "end_day", "due_day", "due_month")
_USED = {
    Frequency.MANUAL: _DAYS_OF_MONTH,
    Frequency.MONTHLY: ("starts_on", *_DAYS_OF_MONTH),
    Frequency.WEEKLY: ("starts_on", "weekday", "due_offset"),
    Frequency.CUSTOM: ("starts_on", "length", "due_offset"),
}


_DUE_MONTHS = [(str(months), said) for months, said in DUE_MONTHS.items()]


class ScheduleForm(Form):
    """A rule. What the chosen frequency does not use is neither asked for nor changed."""

    frequency = forms.ChoiceField(
        label=lazy_text("{Billing_periods} are created"),
        choices=PeriodSchedule.FREQUENCIES,
        widget=forms.RadioSelect,
    )
    starts_on = DayField(label="The first begins on or after", required=False)
    start_day = forms.IntegerField(label="Begins on day", required=False)
    end_day = forms.IntegerField(
        label="Ends on day", required=False, help_text="Before the first day: of the next month."
    )
    due_day = forms.IntegerField(label="Due on day", required=False)
    due_month = forms.ChoiceField(
        label="The due day is",
        choices=_DUE_MONTHS,
        required=False,
    )
    weekday = forms.ChoiceField(
        label="Begins on", choices=[(str(n), name) for n, name in enumerate(day_name)], required=False
    )
    length = forms.IntegerField(
        label="Number of days", required=False, help_text=f"From 1 to {LONGEST_PERIOD}."
    )
    due_offset = forms.IntegerField(
        label="Due so many days after its end",
        required=False,
        help_text="0 is its last day; a number below 0 lies before it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = "Type a whole number."
                field.widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        """What the frequency uses has to be there."""
        values: dict[str, Any] = super().clean() or {}
        for name in _USED.get(values.get("frequency", ""), ()):
            if values.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, f"{self.fields[name].label} is needed.")
        return values

    def rule(self, kept: Rule) -> Rule:
        """The rule as chosen; what is not asked for stays as it was."""
        frequency = Frequency(self.cleaned_data["frequency"])
        chosen = {name: self.cleaned_data[name] for name in _USED[frequency]}
        chosen |= {name: int(chosen[name]) for name in ("due_month", "weekday") if name in chosen}
        return replace(kept, frequency=frequency, **chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: PageRequest, project_id: int) -> HttpResponse:
    """Choose a rule and see what comes of it; a POST keeps it."""
    project = load.project_for(request, project_id)
    can_manage_periods(request.actor, project).require()
    kept = scheduling.rule_of(project)
    chosen = request.POST if request.method == "POST" else request.GET
    form = ScheduleForm(chosen if "frequency" in chosen else None, initial=_initial(kept))
    seen = chosen.get("seen") or _fingerprint(kept)
    rule: Rule | None = kept
    overtaken = False
    if request.method == "POST" and not form.is_bound:
        return redirect("period-schedule", project.pk)
    if form.is_bound:
        rule = _checked(project, form, kept)
        if request.method == "POST" and rule is not None and rule != kept and seen != _fingerprint(kept):
            form.add_error(None, _overtaken(project, kept))
            seen, overtaken = _fingerprint(kept), True
        elif request.method == "POST" and rule is not None:
            made = scheduling.save_schedule(request.actor, project, rule)
            messages.success(request, _saved(rule, made))
            return redirect("periods", project.pk)
    locale = terms.current().locale.code
    page = {
        **project_page(request, project, "period-schedule"),
        "form": form,
        "seen": seen,
        "rule": rule,
        "in_words": describe_rule(rule, locale) if rule is not None else "",
        "coming": scheduling.coming(project, rule) if rule is not None else [],
        "suggested": _suggested(project, rule),
        "values": _values(form, chosen),
    }
    wrong = 422 if request.method == "POST" and rule is None else 200
    return render(request, "periods/schedule.html", page, status=409 if overtaken else wrong)


def _checked(project: Project, form: ScheduleForm, kept: Rule) -> Rule | None:
    """The rule that was chosen, or None: then the form says what has to be put right."""
    if not form.is_valid():
        return None
    rule = form.rule(kept)
    with problems_on(form):
        scheduling.check_rule(project, rule)
    return None if form.errors else rule


def _fingerprint(rule: Rule) -> str:
    """Tells whether the schedule is still the one that a page showed."""
    return fingerprint({name: str(value) for name, value in asdict(rule).items()})


def _overtaken(project: Project, kept: Rule) -> str:
    schedule = PeriodSchedule.objects.filter(project=project).first()
    who = who_changed(schedule) if schedule is not None else SOMEBODY
    return (
        f"{who} changed the schedule while this page was open. It is now: "
        f"{_lower(describe_rule(kept, terms.current().locale.code))}. Nothing was saved: look at what would come of "
        "yours, then save again to put it in its place."
    )


def _initial(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ScheduleForm.base_fields}


def _values(form: ScheduleForm, chosen: QueryDict) -> list[tuple[str, str]]:
    """What the form holds now, for the form that keeps it."""
    if form.is_bound:
        return [(name, chosen.get(name, "")) for name in form.fields]
    return [(name, str(form.initial[name])) for name in form.fields]


def _suggested(project: Project, rule: Rule | None) -> Span | None:
    """What the dialog begins with, where periods are created by hand."""
    if rule is None or rule.frequency != Frequency.MANUAL:
        return None
    return scheduling.suggested_span(project, rule)


def _saved(rule: Rule, made: list[BillingPeriod]) -> str:
    locale = terms.current().locale.code
    sentences = [terms.text("The schedule is saved: {rule}.", rule=_lower(describe_rule(rule, locale)))]
    if made:
        last = format_range(made[-1].start, made[-1].end, locale)
        if len(made) == 1:
            sentences.append(f"The period {last} had begun already and is created.")
        else:
            sentences.append(f"{len(made)} that had begun already are created, up to {last}.")
    return " ".join(sentences)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
