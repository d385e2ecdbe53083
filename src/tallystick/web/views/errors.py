"""Pages for what can't be done: what happened, what it means, what to do. Never a traceback.

A page that asked through htmx or a script gets the sentence alone, with the same status.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from tallystick.core.errors import BadInput, NotFound, Refused, Stale, TallystickProblem, TryLater

STATUS: dict[type[TallystickProblem], tuple[int, str]] = {
    Refused: (403, "This can't be done"),
    NotFound: (404, "There is nothing here"),
    BadInput: (422, "Something needs your attention"),
    Stale: (409, "Somebody else changed this meanwhile"),
    TryLater: (429, "Wait a little"),
}
LONGEST_SHOWN = 2000


def answer_problem(request: Any, problem: TallystickProblem) -> HttpResponse:
    """The answer to a problem that a person caused: a page, a fragment for htmx, or JSON."""
    status, title = next(
        (known for kind, known in STATUS.items() if isinstance(problem, kind)), (400, "This can't be done")
    )
    typed = _typed(request) if isinstance(problem, Stale | BadInput) else []
    told = answer(request, status, title, str(problem), typed=typed)
    if isinstance(problem, TryLater):
        told.headers["Retry-After"] = str(problem.seconds)
    return told


def answer(
    request: Any, status: int, title: str, text: str, *, typed: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """A problem page with one way on: back to where the person was, or to their projects."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": text}, status=status)
    if getattr(request, "htmx", False):
        # htmx leaves the page as it is on such a status; the message appears in the corner.
        fragment = format_html('<p class="problem" role="alert">{}</p>', text)
        said = json.dumps({"toast": {"text": text}})
        return HttpResponse(fragment, status=status, headers={"HX-Trigger": said})
    page = {
        "title": title,
        "text": text,
        "code": status,
        "typed": typed or [],
        "back": _back(request),
    }
    return render(request, "errors/page.html", page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400. Sending too much at once is how an ordinary visitor gets here."""
    if isinstance(exception, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        said = f"Nothing was added: at most {most} files can be sent at a time. Send them in several goes."
        return answer(request, 413, "Too many files at once", said)
    if isinstance(exception, TooManyFieldsSent | RequestDataTooBig):
        said = (
            "Nothing was saved: this form holds more than can be sent at a time. Change fewer lines at once."
        )
        return answer(request, 413, "Too much at once", said)
    return answer(
        request, 400, "This address can't be read", "Check the link, or begin again from your projects."
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return answer(request, 403, "This can't be done", "Your log-in is not allowed to do this here.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(
        request,
        404,
        "There is nothing here",
        "The address may be mistyped, or what was here is gone, or it belongs to a project that you are not on.",
    )


def not_by_this_way(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """In place of Django's empty 405: the address is there, but only a form leads to it."""
    told = answer(
        request,
        405,
        "Only a form leads here",
        "This address takes what a form sends and has no page of its own. Nothing was changed: "
        "go back and press the button there.",
    )
    told.headers["Allow"] = response.headers.get("Allow", "POST")
    return told


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a fault of ours. Asks the database for nothing, since it may be what broke."""
    return render(
        None,
        "errors/broken.html",
        {
            "title": "Something broke on our side",
            "text": "Nothing that you sent was half-saved. Try again in a minute; "
            "if it happens again, tell the person who runs this server when it was.",
            "code": 500,
        },
        status=500,
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is held by somebody else for too long, its disk is full, or it does not answer.

    Like ``broken`` this asks the database for nothing.
    """
    text = (
        "The database can't take this just now: it is busy, it is away, or its disk is full. Nothing was changed. "
        "Try again in a minute; if it goes on, ask the person who runs this server to look at 'tallystick check'."
    )
    return _away(request, text)


def disk_is_full(request: HttpRequest) -> HttpResponse:
    """A file was to be written, and there was no room for it: an upload, a workbook, a paper that was issued."""
    return _away(
        request,
        "The server's disk is full, so the file could not be written. Nothing was changed. Tell the person who runs "
        "this server; then try again.",
    )


def _away(request: HttpRequest, text: str) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": text}, status=503)
    page = {"title": "Try again in a minute", "text": text, "code": 503}
    return render(None, "errors/broken.html", page, status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere (Django's CSRF_FAILURE_VIEW)."""
    return answer(
        request,
        403,
        "This page was open for too long",
        "For your safety it can't be sent any more. Go back, load the page again and send it once more.",
        typed=_typed(request),
    )


def _back(request: Any) -> str:
    """Where the person was, if that is one of our own pages and not this one."""
    referer = request.headers.get("Referer", "")
    try:
        host = request.get_host()
    except DisallowedHost:  # which may be the very problem that this page is about
        return ""
    if not url_has_allowed_host_and_scheme(referer, {host}):
        return ""
    parts = urlsplit(referer)
    here = parts.path == request.path and request.method == "GET"
    return "" if here else parts.path + (f"?{parts.query}" if parts.query else "")


def _typed(request: Any) -> list[tuple[str, str]]:
    """What the person sent, to copy from: nothing that was typed is lost. Never passwords."""
    return [
        (name.replace("_", " ").replace("-", " "), value[:LONGEST_SHOWN])
        for name, values in request.POST.lists()
        for value in values
        if value.strip()
        and name not in {"csrfmiddlewaretoken", "password", "once", "seen", "next", "code"}
        and not name.startswith("seen:")
    ]
