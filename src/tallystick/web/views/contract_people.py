"""Who claims on a contract and who sees it: claim contacts and the private list (R-PERM-2, R-PERM-3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tallystick import terms
from tallystick.access.levels import Level
from tallystick.access.models import Membership
from tallystick.access.policies import is_account_admin
from tallystick.contracts import actions
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, tool_of
from tallystick.contracts.sending import can_send, send_contract
from tallystick.core.errors import BadInput, Decision, Refused, refused
from tallystick.directory.models import Person
from tallystick.notifications.queries import silent_people
from tallystick.web import load
from tallystick.web.contracts.pages import contract_page
from tallystick.web.contracts.sending import told
from tallystick.web.forms import Form
from tallystick.web.once import number_of
from tallystick.web.people.choice import OFFERED, people_matching
from tallystick.web.request import PageRequest


class PersonForm(Form):
    """Somebody to be chosen from the directory."""

    person = forms.ChoiceField(label="Person")

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose one"), *people]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person on the page, with what their level means for claiming."""

    person: Person
    level: str
    warning: str
    can_remove: Decision


@require_safe
def people(request: PageRequest, contract_id: int) -> HttpResponse:
    """Claim contacts and private list."""
    return _page(request, load.contract_for(request, contract_id))


@require_POST
def add_contact(request: PageRequest, contract_id: int) -> HttpResponse:
    """Designate an employee of the contract company; again is harmless."""
    return _change(
        request, contract_id, actions.add_claim_contact, "{person} can make {claims} on {number} now."
    )


@require_POST
def remove_contact(request: PageRequest, contract_id: int, person_id: int) -> HttpResponse:
    """End a designation; again is harmless."""
    return _change(
        request,
        contract_id,
        actions.remove_claim_contact,
        "{person} no longer makes {claims} on {number}.",
        person_id,
    )


@require_POST
def add_to_list(request: PageRequest, contract_id: int) -> HttpResponse:
    """Let somebody see the contract; again is harmless."""
    return _change(request, contract_id, actions.add_to_private_list, "{person} can see {number} now.")


@require_POST
def remove_from_list(request: PageRequest, contract_id: int, person_id: int) -> HttpResponse:
    """Take somebody off the private list; again is harmless."""
    return _change(
        request,
        contract_id,
        actions.remove_from_private_list,
        "{person} is no longer on the private list of {number}.",
        person_id,
    )


@require_POST
def send(request: PageRequest, contract_id: int) -> HttpResponse:
    """Send the commitment's link to its claim contacts; the same form a second time writes nothing."""
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    try:
        messages.success(request, told(send_contract(request.actor, found, once=number_of(request))))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("contract-people", found.pk)


def _change(
    request: PageRequest, contract_id: int, action: Any, done: str, person_id: int | None = None
) -> HttpResponse:
    found = load.contract_for(request, contract_id)
    can_administer(request.actor, found).require()
    everybody = Person.objects.filter(account=found.project.account_id).select_related("company")
    wanted = request.POST.get("person", "") if person_id is None else person_id
    if wanted == "":
        messages.error(request, "Choose a person first.")
        return redirect("contract-people", found.pk)
    person = load.person_among(everybody, wanted)
    try:
        action(request.actor, found, person)
    except (Refused, BadInput) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, terms.text(done, person=person.name, number=found.number))
    return redirect("contract-people", found.pk)


def _page(request: PageRequest, found: Contract) -> HttpResponse:
    page = contract_page(request, found, "contract-people")
    contacts = list(found.claim_contacts.select_related("person__login").order_by("person__name"))
    manage = can_administer(request.actor, found)
    # Who else sees the contract is nobody's business but the administrators' (R-PERM-3).
    listed = (
        list(found.private_list.select_related("person__company").order_by("person__name")) if manage else []
    )
    ids = {row.person_id for row in contacts}
    levels = _levels(found, ids | {row.person_id for row in listed})
    candidates = Person.objects.filter(account=found.project.account_id, is_active=True).order_by(
        "name", "pk"
    )
    others = candidates.exclude(private_lists__contract=found).select_related("company")
    wanted = request.GET.get("find", "").strip()[:100]
    offered = list(people_matching(others, wanted)[: OFFERED + 1]) if manage else []
    page |= {
        "can_send": can_send(request.actor, found),
        "silent": silent_people(found.project.account_id, [row.person for row in contacts]) if manage else (),
        "outbox": found.project.account_id
        if manage and is_account_admin(request.actor, found.project.account_id)
        else None,
        "contacts": [_contact(found, row.person, levels) for row in contacts],
        "listed": [
            ContactRow(
                row.person, levels.get(row.person_id, Level.NONE).label, "", _can_unlist(row.person_id, ids)
            )
            for row in listed
        ],
        "new_contact": PersonForm(
            people=[
                (person.pk, f"{person.name} · {person.email}")
                for person in candidates.filter(company=found.company_id).exclude(pk__in=ids)
            ],
            initial={"person": found.company.default_contact_id},
            auto_id="contact_%s",
        )
        if page["manage"]
        else None,
        "new_listed": PersonForm(
            people=[(person.pk, f"{person.name} · {person.company}") for person in offered[:OFFERED]],
            auto_id="listed_%s",
        )
        if page["manage"]
        else None,
        "wanted": wanted,
        "more": len(offered) > OFFERED,
        "person_new": reverse("person-new", args=[found.company_id]),
    }
    return render(request, "contracts/people.html", page)


def _contact(contract: Contract, person: Person, levels: dict[int, Level]) -> ContactRow:
    level = levels.get(person.pk, Level.NONE)
    return ContactRow(person, level.label, _warning(contract, level), Decision(True))


def _warning(contract: Contract, level: Level) -> str:
    """R-PERM-4: Read Only is right; Standard shows too much; Admin acts as an administrator; None shuts out."""
    words = terms.current()
    tool = words("upstream_tool" if contract.kind == "head_contract" else "commitments_tool")
    named = words.plural("head_contract" if contract.kind == "head_contract" else "commitment")
    return {
        Level.NONE: words.text(
            "Can’t do anything yet: give Read Only on {tool}. With None {a claim_contact} sees nothing.",
            tool=tool,
        ),
        Level.READ_ONLY: "",
        Level.STANDARD: words.text(
            "Standard on {tool} works but is discouraged: it shows every one of the {named} that is not private. "
            "Read Only is enough.",
            tool=tool,
            named=named,
        ),
        Level.ADMIN: words.text(
            "Admin on {tool} is strongly discouraged: this person acts as an administrator, edits everything "
            "and no due day holds. Read Only is enough.",
            tool=tool,
        ),
    }[level]


def _levels(contract: Contract, people: set[int]) -> dict[int, Level]:
    tool = tool_of(contract.kind).value
    found = Membership.objects.filter(project=contract.project_id, person_id__in=people)
    return {person: Level(level) for person, level in found.values_list("person_id", tool)}


def _can_unlist(person_id: int, contacts: set[int]) -> Decision:
    if person_id in contacts:
        return refused(
            terms.text(
                "Is {a claim_contact} of this contract and needs to see it. End the designation first."
            )
        )
    return Decision(True)
