"""The link in an e-mail: whose it is, where it leads, and on to a code that proves the address.

GET and HEAD change nothing: programs that look mail through follow links, and some run scripts.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tallystick.access.entry import Entry, entry_of
from tallystick.core.errors import Refused, TryLater
from tallystick.directory.models import Login, Person
from tallystick.web import load
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.entry_places import place_in_words
from tallystick.web.sign_in.session import challenge, masked

NO_ACCESS = (
    "This link was made for somebody who has no access here any more. If you should have, ask the person "
    "who runs your project."
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: PageRequest, entry_token: str) -> HttpResponse:
    """Straight on for whoever is signed in as that log-in; for anybody else the link alone opens nothing."""
    found = entry_of(entry_token)
    if request.user.is_authenticated and request.user.pk == found.login_id:
        return redirect(found.path)
    person = _person_of(found)
    assert person.login is not None
    load.enter_account(request, person.account)
    problem = ""
    if request.method == "POST" and not found.is_over:
        try:
            return _continue(request, person.login, found)
        except TryLater as told:
            problem = str(told)
    page = {
        "title": "Continue from your e-mail",
        "entry": found,
        "address": masked(person.login.email),
        "place": place_in_words(found.path),
        "account": person.account,
        "problem": problem,
    }
    status = 429 if problem else 410 if found.is_over else 200
    # The address stays among our own pages ("same-origin", for all). With "no-referrer" browsers would send the form
    # with "Origin: null", which is refused as coming from elsewhere.
    return render(request, "session/entry.html", page, status=status)


def _person_of(found: Entry) -> Person:
    person = (
        Person.objects.filter(login_id=found.login_id, login__is_active=True, is_active=True)
        .select_related("login", "account")
        .order_by("pk")
        .first()
    )
    if person is None:
        raise Refused(NO_ACCESS)
    return person


def _continue(request: PageRequest, who: Login, found: Entry) -> HttpResponse:
    # The page said so: going on as somebody else signs this one out.
    switch = request.user.is_authenticated
    challenge(request, who.email, found.path, shown=masked(who.email), switch=switch)
    return redirect("sign-in-code")
