"""What forms share: fields for money, percentages and dates as people type them, and problems as sentences.

A form checks what can be checked by looking at one field; the action decides everything else, and its
``BadInput`` lands beside the right field by ``problems_on``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator

from tallystick.core.errors import BadInput, TryLater
from tallystick.core.money import (
    currency_exponent,
    format_percent,
    parse_money,
    parse_percent,
    parse_quantity,
    parse_unit_price,
    to_decimal_string,
)

TOO_LONG = "This is longer than %(limit_value)d characters. Shorten it."
NO_ADDRESS = "Type an address such as name@company.com."
NOT_OFFERED = "Choose one of those offered."


class Form(forms.Form):
    """A form whose messages are sentences of ours. ``seen`` fields and ``once`` are for the machinery."""

    required_css_class = ""
    was_too_often = False
    """Whether it was tried too often, and nothing was looked at (``tries_on``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.add_field(name, field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Take a field into the form, with our messages."""
        field.error_messages["required"] = f"{field.label or 'This'} is needed."
        if "invalid_choice" in field.error_messages:
            field.error_messages["invalid_choice"] = NOT_OFFERED
        if isinstance(field, forms.EmailField):
            field.error_messages["invalid"] = NO_ADDRESS
        for validator in field.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG
            elif isinstance(validator, EmailValidator):
                validator.message = NO_ADDRESS
        self.fields[name] = field

    def name_problem(self, name: str, text: str) -> None:
        """Add a problem beside the field ``name``, or on top where the form has no such field."""
        self.add_error(name if name in self.fields else None, text)

    @property
    def status(self) -> int:
        """Of the answer that shows the form."""
        if not self.is_bound:
            return 200
        return 429 if self.was_too_often else 422


@contextmanager
def tries_on(form: Form) -> Iterator[None]:
    """``problems_on`` for what may be tried only so often: that one has to wait is told on the form as well."""
    try:
        with problems_on(form):
            yield
    except TryLater as told:
        form.add_error(None, str(told))
        form.was_too_often = True


@contextmanager
def problems_on(form: Form) -> Iterator[None]:
    """Run an action; what it says about the input goes to the form, and the block ends there.

    Ask ``form.is_valid()`` (or ``form.errors``) afterwards.
    """
    try:
        yield
    except BadInput as problem:
        if not problem.fields:
            form.add_error(None, str(problem))
        for name, text in problem.fields.items():
            # The field gets the long sentence where there is one field only: it says more.
            form.name_problem(name, str(problem) if len(problem.fields) == 1 else text)
    except ValidationError as problem:
        told: Mapping[str, Sequence[str]] = (
            problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        )
        for name, texts in told.items():
            for text in texts:
                form.name_problem(name, text)


class MoneyField(forms.CharField):
    """An amount as typed, in minor units: ``1,234.50``, ``(500)``. ``currency`` may be set by the form."""

    def __init__(self, *, currency: str = "AUD", minimum: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"class": "is-money", "inputmode": "decimal", "autocomplete": "off"}),
        )
        super().__init__(**kwargs)
        self.currency = currency
        self.minimum = minimum

    def prepare_value(self, value: Any) -> Any:
        """Minor units as text; what was typed stays as it was typed."""
        return to_decimal_string(value, currency_exponent(self.currency)) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Minor units; 0 where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return 0
        with _told():
            amount = parse_money(text, currency_exponent(self.currency), currency=self.currency)
        if self.minimum is not None and amount < self.minimum:
            raise ValidationError("This can't be negative. Type an amount from 0.00 up.")
        return amount


class PercentField(forms.CharField):
    """A percentage as typed, in basis points, from 0 to 100 % unless told otherwise."""

    def __init__(self, *, minimum: int = 0, maximum: int = 10_000, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"class": "is-percent", "inputmode": "decimal", "autocomplete": "off"}),
        )
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum

    def prepare_value(self, value: Any) -> Any:
        """Basis points as text without the sign, which stands beside the field."""
        return format_percent(value).removesuffix("%") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Basis points; 0 where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return 0
        with _told():
            return parse_percent(text, minimum=self.minimum, maximum=self.maximum)


class QuantityField(forms.CharField):
    """A quantity as typed, in ten-thousandths."""

    def clean(self, value: Any) -> Any:
        """Ten-thousandths; 0 where nothing was typed."""
        text = super().clean(value)
        with _told():
            return parse_quantity(text) if text else 0


class UnitPriceField(forms.CharField):
    """A unit price as typed, in ten-thousandths of the major unit."""

    def clean(self, value: Any) -> Any:
        """Ten-thousandths; 0 where nothing was typed."""
        text = super().clean(value)
        with _told():
            return parse_unit_price(text) if text else 0


class DayField(forms.DateField):
    """A calendar day, by the browser's picker or typed as 2026-03-21, 21 Mar 2026 or 21/3/2026."""

    input_formats = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%d.%m.%Y")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", self.input_formats)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "Type a day such as 21 Mar 2026."

    def clean(self, value: Any) -> date | None:
        """The day, from 1990 to 2200: anything else is a slip of the finger."""
        day: date | None = super().clean(value)
        if day is not None and not 1990 <= day.year <= 2200:
            raise ValidationError("Check the year of this day.")
        return day


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BadInput as problem:
        raise ValidationError(str(problem)) from problem
