"""Levels on the account itself: who reads its directory, who administers everything (domain §2.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tallystick.access.actions import set_account_level
from tallystick.access.levels import Level
from tallystick.access.models import AccountMembership
from tallystick.access.policies import can_give_up_account, can_manage_account, is_account_admin
from tallystick.audit.queries import history_among
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Account, Person
from tallystick.web import load
from tallystick.web.people.access import PAGE, account_crumbs, history_items
from tallystick.web.request import PageRequest

OFFERED = 30
LEVELS = (
    (Level.NONE, "None", "nothing of the account; projects have levels of their own"),
    (Level.READ_ONLY, "Read Only", "reads the whole directory of companies and people"),
    (Level.ADMIN, "Admin", "administers everything of the account, every project among it"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def account_access(request: PageRequest, account_id: int) -> HttpResponse:
    """Who has a level on the account; a POST sets somebody's."""
    account = load.account_for(request, account_id)
    can_manage_account(request.actor, account).require()
    if request.method == "POST":
        return _set(request, account)
    return _page(request, account)


def _set(request: PageRequest, account: Account) -> HttpResponse:
    people = Person.objects.filter(account=account).select_related("company", "login")
    wanted = request.POST.get("level", "")
    level = next((row[0] for row in LEVELS if str(int(row[0])) == wanted), None)
    if level is None or not request.POST.get("person"):
        problem = "Choose a level." if request.POST.get("person") else "Choose a person first."
        return _page(request, account, problem=problem, status=422)
    person = load.person_among(people, request.POST["person"])
    mark = f"{person.pk}:{int(level)}"
    if level == Level.ADMIN and not person.company.is_own and request.POST.get("sure") != mark:
        asked = {"person": person, "mark": mark, "level": int(level)}
        return _page(request, account, asked=asked, status=422)
    try:
        set_account_level(request.actor, person, level)
    except (Refused, BadInput) as problem_found:
        return _page(request, account, problem=str(problem_found), status=422)
    messages.success(request, f"{person.name} has {level.label} on the account now.")
    if is_account_admin(request.actor, account.pk):
        return redirect("account-access", account.pk)
    return redirect("home")


def _page(
    request: PageRequest,
    account: Account,
    *,
    problem: str = "",
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()[:100]
    having = (
        AccountMembership.objects.filter(person__account=account, directory__gt=Level.NONE)
        .select_related("person__company", "person__login")
        .order_by("-directory", "person__name", "pk")
    )
    found = (
        Person.objects.filter(account=account, is_active=True)
        .exclude(account_membership__directory__gt=Level.NONE)
        .select_related("company")
    )
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(company__name__icontains=word)
        )
    offered = list(found.order_by("-company__is_own", "name", "pk")[: OFFERED + 1])
    page = Paginator(having, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Access to the account",
        "account": account,
        "page": page,
        "rows": [
            {
                "membership": row,
                "level": Level(row.directory),
                "able": row.person.is_active and row.person.login_id is not None,
                "give_up": can_give_up_account(row.person) if row.directory == Level.ADMIN else None,
            }
            for row in page.object_list
        ],
        "levels": LEVELS,
        "offered": offered[:OFFERED],
        "more": len(offered) > OFFERED,
        "wanted": wanted,
        "problem": problem,
        "asked": asked,
        "history": history_items(
            history_among(Person, account_id=account.pk, names=("person.account_level_set",)),
            account.time_zone,
        ),
        "crumbs": account_crumbs(account, ("Access to the account", "")),
    }
    return render(request, "access/account.html", context, status=status)
