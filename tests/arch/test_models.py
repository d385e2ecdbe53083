"""What every table keeps to."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tallystick.directory.models import Account

# Log-ins work across accounts, and so do their habits and ways in; workers belong to the installation.
OF_NO_ACCOUNT = {
    "directory.Account",
    "directory.Login",
    "runs.Worker",
    "sign_in.Attempt",
    "sign_in.Passkey",
    "sign_in.RecoveryCode",
    "sign_in.SignInCode",
    "sign_in.SignInSession",
    "sign_in.TotpFactor",
    "web.GridLayout",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("tallystick.")]


def test_there_are_models_to_look_at() -> None:
    assert len(own_models()) > 20


def test_no_figure_is_kept_as_a_decimal_or_a_float() -> None:
    """SQLite keeps a DecimalField as a binary float, and money must be exact."""
    inexact = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.DecimalField | models.FloatField)
    ]
    assert inexact == []


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_row_reaches_its_account_by_one_declared_path(model: type[models.Model]) -> None:
    label = model._meta.label
    path = getattr(model, "account_path", None)
    assert path is not None, f"{label} declares no account_path"
    if label in OF_NO_ACCOUNT:
        assert path == "", f"{label} is excepted, so its path is empty"
        return
    assert path, f"{label} belongs to no account: declare its account_path"
    reached: type[models.Model] = model
    for step in path.split("__"):
        field = reached._meta.get_field(step)
        assert isinstance(field, models.ForeignKey | models.OneToOneField), f"{label}: {step} leads nowhere"
        assert not field.null, (
            f"{label}: {reached._meta.label}.{step} may be empty, so rows could belong to nobody"
        )
        reached = field.related_model  # type: ignore[assignment]
    assert reached is Account, f"{label}: {path} leads to {reached._meta.label}"


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
