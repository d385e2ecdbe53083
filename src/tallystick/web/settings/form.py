"""Forms of settings: what a page showed goes back with what was typed, so that nobody overwrites what is newer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages

from tallystick.configuration import wording
from tallystick.configuration.saving import Overtaken, Saved, fingerprint
from tallystick.core.text import join_and
from tallystick.directory.models import Account, Locale
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest

Save = Callable[[Mapping[str, Any], Mapping[str, str]], Saved]


class SettingsForm(Form):
    """Fields named as the settings in ``configuration.catalogue``, those of a ``family`` without its name.

    ``values`` are the stored ones by the settings' names; ``locked`` says of a field why it can't be chosen here: it is
    shown, disabled, with that reason.
    """

    family = ""

    def __init__(
        self,
        data: Any,
        *,
        values: Mapping[str, Any],
        locked: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial={self._field(name): value for name, value in values.items()}, **kwargs)
        self._stored = {name: fingerprint(value) for name, value in values.items()}
        self._overtaken: dict[str, str] = {}
        for name, reason in (locked or {}).items():
            self.fields[name].disabled = True
            self.fields[name].help_text = reason

    @classmethod
    def setting(cls, field: str) -> str:
        """The setting that a field is named after."""
        return f"{cls.family}:{field}" if cls.family else field

    def _field(self, setting: str) -> str:
        return setting.removeprefix(f"{self.family}:") if self.family else setting

    def name_problem(self, name: str, text: str) -> None:
        """Add a problem beside the field of a setting, or on top where the form has no such field."""
        super().name_problem(self._field(name), text)

    @property
    def wanted(self) -> dict[str, Any]:
        """What was chosen, by setting; those that are locked are left out."""
        chosen = {name: field for name, field in self.fields.items() if not field.disabled}
        return {self.setting(name): self.cleaned_data[name] for name in chosen}

    @property
    def seen(self) -> dict[str, str]:
        """The fingerprints of what the page showed: to be sent back by it."""
        if not self.is_bound:
            return self._stored
        sent: Any = self.data
        told = {name: sent.get(f"seen:{name}", stored) for name, stored in self._stored.items()}
        return told | self._overtaken

    @property
    def was_overtaken(self) -> bool:
        """Whether somebody else changed what was typed over."""
        return bool(self._overtaken)

    @property
    def status(self) -> int:
        """Of the answer that shows the form."""
        return 409 if self.was_overtaken else super().status

    def tell_overtaken(self, problem: Overtaken) -> None:
        """Say beside each field what stands there now; saving once more puts what was typed in its place."""
        self._overtaken = problem.seen
        self.add_error(None, str(problem))
        for name, sentence in problem.fields.items():
            self.name_problem(name, sentence)


def saved(request: PageRequest, form: SettingsForm, save: Save, told: str) -> bool:
    """Save what a form holds where it is valid, and say so; what is wrong goes to its fields."""
    if request.method != "POST" or not form.is_valid():
        return False
    result = None
    try:
        with problems_on(form):
            result = save(form.wanted, form.seen)
    except Overtaken as problem:
        form.tell_overtaken(problem)
    if result is None:
        return False
    messages.success(request, told if result.written else "Nothing was changed.")
    if result.others:
        messages.info(
            request,
            f"Meanwhile somebody else changed {join_and(f'“{one}”' for one in result.others)}. That stays as it is.",
        )
    return True


def locale_choices(account: Account) -> list[tuple[str, str]]:
    """The account's language first, then each by name."""
    usual = f"As the account has it: {wording.locale_name(account.locale)}"
    return [("", usual), *((value, str(label)) for value, label in Locale.choices)]
