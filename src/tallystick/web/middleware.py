"""Before a view: who asks, and in whose words. After it: problems become pages that say what to do.

Nothing can be seen without signing in unless its view says ``login_not_required``.
"""

import errno
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tallystick.access.actor import Actor
from tallystick.core.errors import BadInput, TallystickProblem
from tallystick.web import words
from tallystick.web.sign_in.watch import is_held_up, look_again, watch
from tallystick.web.views.errors import answer_problem, disk_is_full, not_by_this_way, unavailable
from tallystick.web.views.ways import where_from

NUL = (
    "What was sent contains a character that can't be kept (NUL), and nothing was changed. "
    "It may have come along when something was pasted: type it by hand."
)

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where the disk, or what may be used of it, is full."""


class ActorMiddleware:
    """Gives the request its actor, and takes words and time zone out of force when it is answered.

    The person's own point of view and language hold from the beginning (R-TERMS-3); loaders add the project's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        # Lazy: a request that needs nobody (a health check) asks the database for nobody.
        request.actor = SimpleLazyObject(lambda: _actor(request))
        request.project = None
        request.account = None
        with ExitStack() as request.undo:
            request.undo.callback(timezone.deactivate)
            words.put_in_force(request)
            response = self.get_response(request)
            # Otherwise the Back button shows pages again after signing out, to whoever sits there next.
            response.headers.setdefault("Cache-Control", "private, no-store")
            # An address that takes forms alone, opened from the address line or after signing in again.
            return not_by_this_way(request, response) if response.status_code == 405 else response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse NUL characters once for all: no text has any, and PostgreSQL keeps none."""
        sent = (
            value for given in (request.GET, request.POST) for _, values in given.lists() for value in values
        )
        if any("\0" in value for value in sent):
            return answer_problem(request, BadInput(NUL))
        return None

    def process_exception(self, request: Any, problem: Exception) -> HttpResponse | None:
        """A refusal, a thing that is not there, bad input, a stale page: each is an answer, never a fault."""
        if isinstance(problem, TallystickProblem):
            return answer_problem(request, problem)
        if isinstance(problem, OperationalError):
            logging.getLogger(__name__).error("The database did not take %s", request.path, exc_info=problem)
            return unavailable(request)
        if isinstance(problem, OSError) and problem.errno in FULL:
            logging.getLogger(__name__).error("No room on the disk for %s", request.path, exc_info=problem)
            return disk_is_full(request)
        return None


def _actor(request: Any) -> Actor:
    return Actor.of(request.user) if request.user.is_authenticated else Actor.nobody()


class SignedInMiddleware(LoginRequiredMiddleware):
    """Sends whoever has not signed in to the sign-in page, and back afterwards; notes that a session is in use."""

    def process_view(
        self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """As Django's, for all pages but those that need nobody."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and getattr(view_func, "login_required", True):
            watch(request, request.user)
            return self.hold_up(request)
        return answer

    def hold_up(self, request: Any) -> HttpResponseBase | None:
        """Only the pages of how one signs in, where an account waits for a second step to be set up."""
        if not is_held_up(request) or request.resolver_match.route.startswith("preferences/sign-in"):
            return None
        account = look_again(request, request.user)
        if not account:
            return None
        here, said = reverse("own-sign-in"), f"{account} requires a second step of you. Set it up first."
        if request.htmx:
            return HttpResponse(status=403, headers={"HX-Redirect": here})
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"problem": said}, status=403)
        return HttpResponseRedirect(here)

    def handle_no_permission(  # type: ignore[override]  # not every answer is a redirect
        self, request: Any, view_func: Any
    ) -> HttpResponseBase:
        """A page: redirect. A fragment: have htmx go there. A script: say so with 401."""
        if request.htmx:
            here = request.htmx.current_url_abs_path or "/"
            return HttpResponse(status=401, headers={"HX-Redirect": f"/sign-in?next={quote(here)}"})
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"problem": "Sign in first."}, status=401)
        if request.method not in ("GET", "HEAD"):
            # The address takes POST only: after signing in, go to the page that the form was on.
            return redirect_to_login(where_from(request), self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)
