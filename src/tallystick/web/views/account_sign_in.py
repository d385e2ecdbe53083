"""What an account asks of signing in, and its single sign-on; its administrators."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tallystick.access.policies import can_manage_account
from tallystick.directory.models import Account
from tallystick.sign_in import account as asking
from tallystick.sign_in import sso
from tallystick.sign_in.models import CompanySignIn
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.settings.pages import account_page
from tallystick.web.sign_in.sso import redirect_uri


class SecondStepForm(Form):
    """Who needs a second step."""

    second_factor = forms.BooleanField(
        label="Require a second step of whoever has a level of Admin",
        required=False,
        help_text="An app for codes or a passkey, after the password or the code by e-mail. Whoever has none sets it "
        "up before anything else opens; whoever is signed in now, within five minutes.",
    )


class CompanyForm(Form):
    """The account's identity provider."""

    issuer = forms.CharField(
        label="Issuer",
        max_length=300,
        help_text="As the identity provider writes it, such as https://login.company.com.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.CharField(
        label="Client ID",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label="Client secret",
        max_length=1000,
        required=False,
        help_text="It is sealed and shown to nobody. Left empty, the one that is stored stays.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    domains = forms.CharField(
        label="Domains of addresses",
        max_length=4000,
        help_text="One on a line, such as company.com. Subdomains are named one by one.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    required = forms.BooleanField(
        label="People with these addresses sign in by it and no other way",
        required=False,
        help_text="Except administrators of the account, who get in when it fails.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PageRequest, account_id: int) -> HttpResponse:
    """Show and choose who needs a second step."""
    account = _account(request, account_id)
    kept = asking.sign_in_of(account)
    form = SecondStepForm(
        request.POST if request.method == "POST" else None,
        initial={"second_factor": kept.second_factor_for_admins},
    )
    if form.is_valid():
        asking.require_second_factor(request.actor, account, form.cleaned_data["second_factor"])
        messages.success(request, "What the account asks of signing in is saved.")
        return redirect("account-sign-in", account.pk)
    return _page(request, account, form=form)


@sensitive_post_parameters("secret")
@require_POST
def company(request: PageRequest, account_id: int) -> HttpResponse:
    """Set single sign-on up, change it, or switch it off."""
    account = _account(request, account_id)
    if request.POST.get("act") == "off":
        sso.save_sso(request.actor, account, sso.Choice("", "", "", (), False))
        messages.success(
            request, "Single sign-on is off: its secret is deleted here, and people sign in another way."
        )
        return redirect("account-sign-in", account.pk)
    form = CompanyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        domains = tuple(dict.fromkeys(re.split(r"[\s,;]+", given["domains"].strip().lower())))
        with problems_on(form):
            sso.save_sso(
                request.actor,
                account,
                sso.Choice(given["issuer"], given["client_id"], given["secret"], domains, given["required"]),
            )
            messages.success(
                request, "Single sign-on is saved. Sign in by it once, in another browser, to try it."
            )
            return redirect("account-sign-in", account.pk)
    return _page(request, account, company=form)


def _account(request: PageRequest, account_id: int) -> Account:
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    return account


def _page(request: PageRequest, account: Account, **forms_of: Form) -> HttpResponse:
    kept = sso.sso_of(account)
    page: dict[str, Any] = {
        **account_page(account, "account-sign-in"),
        "kept": kept,
        "form": SecondStepForm(
            initial={"second_factor": asking.sign_in_of(account).second_factor_for_admins}
        ),
        "company": CompanyForm(initial=_initial(kept)),
        "redirect_uri": redirect_uri(),
        "own_address": f"{settings.PUBLIC_URL}{reverse('sign-in-company')}?company={kept.key}"
        if kept
        else "",
        **forms_of,
    }
    return render(
        request, "settings/account_sign_in.html", page, status=422 if "company" in forms_of else 200
    )


def _initial(kept: CompanySignIn | None) -> dict[str, Any]:
    if kept is None:
        return {}
    return {
        "issuer": kept.issuer,
        "client_id": kept.client_id,
        "domains": "\n".join(kept.domains),
        "required": kept.required,
    }
