"""How a project has its claims signed, and what seals an account's signed documents: pages among the settings."""

from __future__ import annotations

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
from tallystick.core import clock
from tallystick.core.errors import BadInput, Stale
from tallystick.directory.models import Project
from tallystick.signing.builtin.certificates import LARGEST, put_certificate, remove_certificate
from tallystick.signing.builtin.models import SealCertificate
from tallystick.signing.choosing import CHOICES, choose_signing, fingerprint, why_not_any_one
from tallystick.signing.policies import can_choose_signing
from tallystick.signing.registry import kinds, settings_of
from tallystick.signing.states import SigningRule
from tallystick.terms import text
from tallystick.web import load
from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest
from tallystick.web.settings.pages import account_page, project_page


class SigningForm(Form):
    """By whom, how many, until when."""

    provider = forms.ChoiceField(label="Signed by", widget=forms.RadioSelect)
    rule = forms.ChoiceField(label="Who has to sign", widget=forms.RadioSelect)
    expiry_days = forms.IntegerField(label="Days to sign", min_value=1, max_value=120)
    remind_after_days = forms.IntegerField(
        label="First reminder after so many days", min_value=0, max_value=60, help_text="0: no reminders."
    )
    remind_every_days = forms.IntegerField(label="Then again every so many days", min_value=1, max_value=60)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider, rule = self.fields["provider"], self.fields["rule"]
        provider.choices = [  # type: ignore[attr-defined]
            (kind.name, text(kind.label)) for kind in kinds()
        ]
        rule.choices = [  # type: ignore[attr-defined]
            (SigningRule.ANY, text("Any one of the {claim_contacts}")),
            (SigningRule.ALL, text("All of the {claim_contacts}")),
        ]
        rule.help_text = " ".join(why for kind in kinds() if (why := why_not_any_one(kind.name)))


@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: PageRequest, project_id: int) -> HttpResponse:
    """Provider, rule, expiry, reminders. What is out already stays as it was sent."""
    project = load.project_for(request, project_id)
    can_choose_signing(request.actor, project).require()
    found = settings_of(project)
    initial = {name: getattr(found, name) for name in CHOICES}
    form = SigningForm(
        request.POST if request.method == "POST" else None,
        project=project,
        initial=initial | {"seen": fingerprint(found)},
    )
    status = form.status
    if form.is_valid():
        try:
            with problems_on(form):
                choose_signing(request.actor, project, form.cleaned_data, seen=form.cleaned_data["seen"])
                messages.success(request, "The settings are saved.")
                return redirect("project-signing", project.pk)
        except Stale as problem:
            form.add_error(None, str(problem))
            status = 409
    manages = bool(can_manage_account(request.actor, project.account))
    page = project_page(request, project, "project-signing") | {
        "form": form,
        "not_ready": [
            {"label": text(kind.label), "why": ready.reason}
            for kind in kinds()
            if not (ready := kind.ready(project.account))
        ],
        "docusign_url": reverse("docusign", args=[project.account_id]) if manages else "",
    }
    return render(request, "settings/signing.html", page, status=status)


class SealForm(Form):
    """A PKCS#12 file and what opens it."""

    file = forms.FileField(
        label="Certificate with its key (.p12 or .pfx)",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
    )
    passphrase = forms.CharField(
        label="Passphrase of the file",
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Opens the file now, and is not kept.",
    )


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
def seal_page(request: PageRequest, account_id: int) -> HttpResponse:
    """The account's own certificate, or that there is none; POST puts another in its place."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    is_sent = request.method == "POST"
    form = SealForm(request.POST, request.FILES) if is_sent else SealForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        with problems_on(form):
            if file is None:
                raise BadInput("Choose the .p12 or .pfx file.", {"file": "Choose the .p12 or .pfx file."})
            made = put_certificate(
                request.actor, account, file.read(LARGEST + 1), form.cleaned_data["passphrase"]
            )
            messages.success(request, f"Signed documents are sealed by {made.subject} from now on.")
            return redirect("account-seal", account.pk)
    found = SealCertificate.objects.filter(account=account).first()
    page = account_page(account, "account-seal") | {
        "form": form,
        "certificate": found,
        "is_over": found is not None and found.valid_until < clock.now(),
        "of_installation": bool(settings.SEAL_PKCS12),
    }
    return render(request, "settings/seal.html", page, status=422 if is_sent else 200)


@require_POST
def seal_removal(request: PageRequest, account_id: int) -> HttpResponse:
    """Let the installation's own key seal again."""
    account = load.account_for(request, account_id)
    if remove_certificate(request.actor, account):
        messages.success(request, "The certificate is deleted here. What it sealed stays sealed by it.")
    return redirect("account-seal", account.pk)
