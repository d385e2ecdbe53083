"""The first page: my projects, whatever account they belong to; for a claim contact, their contracts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.access.policies import is_account_admin, visible_accounts
from tallystick.web import load
from tallystick.web.dashboard.overview import my_projects
from tallystick.web.people.contacts import is_only_contact
from tallystick.web.request import PageRequest


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """My projects with what waits for me. Somebody with a single account is in it here already, and a claim contact is
    at home among their contracts."""
    if is_only_contact(request):
        return redirect("my-contracts")
    accounts = list(visible_accounts(request.actor).order_by("pk")[:2])
    if accounts:
        load.enter_account(request, accounts[0])
    if len(accounts) != 1:
        request.account = None
    wanted = request.GET.get("q", "").strip()[:100]
    cards = my_projects(request.actor, request.user.pk, text=wanted, reader=request.user)
    request.search = (reverse("home"), "Search projects")  # type: ignore[attr-defined]
    page = {
        "title": "Projects",
        "cards": cards,
        "wanted": wanted,
        "several_accounts": len(accounts) > 1,
        "can_create": request.account is not None and is_account_admin(request.actor, request.account.pk),
    }
    return render(request, "home/home.html", page)
