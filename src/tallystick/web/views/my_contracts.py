"""My contracts: what waits for a claim contact, across projects and accounts (R-CONTACT)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tallystick.web import load
from tallystick.web.claims.notice import take_notice
from tallystick.web.mine.contracts import my_contracts_context
from tallystick.web.request import PageRequest


@require_safe
def my_contracts(request: PageRequest) -> HttpResponse:
    """All contracts on which the person claims, by what waits for them."""
    load.home_account(request)
    page = my_contracts_context(request)
    request.search = (reverse("my-contracts"), "Search my contracts")  # type: ignore[attr-defined]
    return render(request, "mine/contracts.html", page | {"notice": take_notice(request)})
