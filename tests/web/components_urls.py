"""Addresses for the tests of components: the style guide, and answers that its elements ask for."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from tallystick.web.views import styleguide

asked: dict[str, int] = {"run": 0}
STEPS = 3


@login_not_required
def run_state(request: HttpRequest) -> JsonResponse:
    """A run that is over when it has been asked for three times."""
    asked["run"] += 1
    if asked["run"] >= STEPS:
        return JsonResponse(
            {"state": "done", "percent": 100, "text": "Done", "html": '<a href="/file">Download</a>'}
        )
    return JsonResponse({"state": "running", "percent": asked["run"] * 10, "text": f"{asked['run']} of 3"})


@login_not_required
def upload(request: HttpRequest) -> JsonResponse:
    """Takes any file but one that is called wrong.pdf."""
    file = request.FILES["files"]
    if file.name == "wrong.pdf":
        return JsonResponse(
            {"problem": "wrong.pdf is locked with a password. Save it without one."}, status=422
        )
    return JsonResponse(
        {"html": f'<li class="file-row"><span></span><a class="name" href="#">{file.name}</a></li>'}
    )


@login_not_required
def workbench(request: HttpRequest) -> HttpResponse:
    """The elements that ask a server, alone on a page."""
    run = {"url": "/run", "title": "Compiling", "text": "Waiting", "percent": None}
    return render(request, "styleguide/workbench.html", {"run": run, "shell": {"locale": "en-AU"}})


urlpatterns: list[URLPattern] = [
    *styleguide.urlpatterns,
    path("run", run_state),
    path("upload", upload),
    path("workbench", workbench),
]
