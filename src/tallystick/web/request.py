"""What a request carries by the time that a view sees it."""

from contextlib import ExitStack

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tallystick.access.actor import Actor
from tallystick.directory.models import Account, Login, Project


class PageRequest(HttpRequest):
    """A request that has passed ``web.middleware``.

    ``actor`` asks for everything; ``project`` and ``account`` are what the page is about, once a loader of
    ``web.load`` has found it; ``undo`` takes the words and the time zone out of force when the answer is made.
    """

    user: Login
    htmx: HtmxDetails
    actor: Actor
    project: Project | None
    account: Account | None
    undo: ExitStack
