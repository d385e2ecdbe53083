"""The way in for a claim contact: everything in one form on the contract (R-CONTACT-1, decisions)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tallystick import terms
from tallystick.access.levels import Level, tool_name
from tallystick.contracts.policies import can_administer, can_bring_in_contact, tool_of
from tallystick.contracts.way_in import NewPerson, bring_in_claim_contact
from tallystick.directory.models import Person
from tallystick.web import load
from tallystick.web.contracts.pages import contract_page
from tallystick.web.forms import Form
from tallystick.web.once import make_once
from tallystick.web.request import PageRequest

OFFERED = 50
NEW = "new"


class ContactForm(Form):
    """Somebody of the contract company, or the facts of somebody who is not in the directory yet."""

    person = forms.ChoiceField(label="Person", widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=200, required=False)
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
    job_title = forms.CharField(label="Job title", max_length=120, required=False)
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [*people, (NEW, "Somebody new, with the facts below")]  # type: ignore[attr-defined]
        self.fields["person"].initial = "" if people else NEW

    def clean(self) -> dict[str, Any]:
        """A new person needs a name and an address."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("person") == NEW:
            for name, told in (
                ("name", "Type the person’s name."),
                ("email", "Type the person’s e-mail address."),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, told)
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: PageRequest, contract_id: int) -> HttpResponse:
    """Choose or create the person; directory, project, private list and designation follow, or nothing does."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    can_bring_in_contact(request.actor, found).require()
    people = (
        Person.objects.filter(account=found.project.account_id, company=found.company_id, is_active=True)
        .exclude(claim_contacts__contract=found)
        .order_by("name", "pk")
    )
    form = ContactForm(
        request.POST or None,
        people=[(str(person.pk), f"{person.name} · {person.email}") for person in people[:OFFERED]],
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        who: Person | NewPerson = (
            NewPerson(cleaned["name"], cleaned["email"], cleaned["job_title"], cleaned["phone"])
            if cleaned["person"] == NEW
            else load.person_among(people.select_related("company", "login"), cleaned["person"])
        )

        def make() -> str:
            done = bring_in_claim_contact(request.actor, found, who)
            tool = tool_name(tool_of(found.kind))
            messages.success(
                request,
                terms.text(
                    "{person} can make {claims} on {number} now, with {level} on {tool}.",
                    person=done.person.name,
                    number=found.number,
                    level=done.level.label,
                    tool=tool,
                ),
            )
            if done.level > Level.READ_ONLY:
                messages.warning(
                    request,
                    terms.text(
                        "{person} kept {level}, given before. Read Only is enough for {a claim_contact}.",
                        person=done.person.name,
                        level=done.level.label,
                    ),
                )
            return reverse("contract-people", args=[found.pk])

        if address := make_once(request, form, make):
            return redirect(address)
    page = contract_page(request, found, "contract-people") | {
        "form": form,
        "anybody": bool(len(form.fields["person"].choices) > 1),  # type: ignore[attr-defined]
        "tool": tool_name(tool_of(found.kind)),
    }
    return render(request, "access/contact_new.html", page, status=form.status)
