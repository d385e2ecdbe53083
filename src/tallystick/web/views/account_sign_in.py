"""What an account asks of signing in; its administrators."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tallystick.access.policies import can_manage_account
from tallystick.directory.models import Account
from tallystick.sign_in import account as asking
from tallystick.web import load
from tallystick.web.forms import Form
from tallystick.web.request import PageRequest
from tallystick.web.settings_pages import account_page


class SecondStepForm(Form):
    """Who needs a second step."""

    second_factor = forms.BooleanField(
        label="Require a second step of whoever has a level of Admin",
        required=False,
        help_text="An app for codes or a passkey, after the password or the code by e-mail. Whoever has none sets it "
        "up before anything else opens; whoever is signed in now, within five minutes.",
    )


def account_of(request: PageRequest, account_id: int) -> Account:
    """The account, for one of its administrators."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    return account


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PageRequest, account_id: int) -> HttpResponse:
    """Show and choose it."""
    account = account_of(request, account_id)
    kept = asking.sign_in_of(account)
    form = SecondStepForm(
        request.POST if request.method == "POST" else None,
        initial={"second_factor": kept.second_factor_for_admins},
    )
    if form.is_valid():
        asking.require_second_factor(request.actor, account, form.cleaned_data["second_factor"])
        messages.success(request, "What the account asks of signing in is saved.")
        return redirect("account-sign-in", account.pk)
    return render(
        request, "settings/account_sign_in.html", {**account_page(account, "account-sign-in"), "form": form}
    )
