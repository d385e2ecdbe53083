"""What is different for somebody who is a claim contact and nothing else: no tools that are not theirs, and the way
back leads to their own contracts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tallystick.contracts.models import Contract
from tallystick.directory.models import Project
from tallystick.mine.places import NOWHERE, Place, only_contract_in, place_of

Crumbs = list[dict[str, str]]


def place_in(request: Any) -> Place:
    """The reader's place as a claim contact, looked up once in a request."""
    known: Place | None = getattr(request, "contact_place", None)
    if known is None:
        signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
        known = place_of(request.actor) if signed_in else NOWHERE
        request.contact_place = known
    return known


def is_only_contact(request: Any) -> bool:
    """Whether the reader is a claim contact and nothing else."""
    return place_in(request).only


def only_contract(request: Any, project: Project) -> Contract | None:
    """The contract that a project comes to for a claim contact who sees no other one of it; looked up once."""
    if not is_only_contact(request):
        return None
    known: dict[int, Contract | None] = request.__dict__.setdefault("only_contracts", {})
    if project.pk not in known:
        known[project.pk] = only_contract_in(request.actor, project)
    return known[project.pk]


def own_crumbs(request: Any, crumbs: Crumbs, *, contract: Contract | None = None) -> Crumbs:
    """The way back as a claim contact knows it: My contracts, the contract where the page is about a part of it, and
    the page itself. For everybody else the crumbs as they are."""
    if not is_only_contact(request):
        return crumbs
    own = [{"label": "My contracts", "url": reverse("my-contracts")}]
    if contract is not None:
        own.append({"label": contract.number, "url": reverse("contract", args=[contract.pk])})
    return [*own, *crumbs[-1:]]
