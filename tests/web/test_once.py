"""A form that is sent twice makes one thing, also when the second one overtakes the answer to the first."""

import pytest
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, QueryDict

from tallystick.core.errors import BadInput
from tallystick.web.forms import Form
from tallystick.web.once import KEPT, SESSION_KEY, make_once, new_number

pytestmark = pytest.mark.django_db


class NameForm(Form):
    """A name."""

    name = forms.CharField(label="Name")


def request_with(number: str, session: SessionStore) -> HttpRequest:
    """A form as it arrives."""
    request = HttpRequest()
    request.method = "POST"
    request.POST = QueryDict(f"once={number}&name=Apex")
    request.session = session
    return request


def form_of(request: HttpRequest) -> NameForm:
    """The form, checked."""
    form = NameForm(request.POST)
    assert form.is_valid()
    return form


@pytest.fixture
def session() -> SessionStore:
    store = SessionStore()
    store.create()
    return store


def test_the_second_time_leads_to_the_same_place_without_making(session: SessionStore) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("one")
        return "/things/1"

    number = new_number()
    for _ in range(2):
        request = request_with(number, session)
        assert make_once(request, form_of(request), make) == "/things/1"  # type: ignore[arg-type]
    assert made == ["one"]


def test_the_one_that_was_overtaken_is_led_to_what_the_first_made(session: SessionStore) -> None:
    number = new_number()
    first, second = request_with(number, session), request_with(number, SessionStore(session.session_key))
    second.session.get(SESSION_KEY)  # both have read the session before either has made anything
    make_once(first, form_of(first), lambda: "/things/1")  # type: ignore[arg-type]

    def refused() -> str:
        raise BadInput("The number is taken.", {"name": "The number is taken."})

    assert make_once(second, form_of(second), refused) == "/things/1"  # type: ignore[arg-type]


def test_what_was_refused_is_told_on_the_form_and_nothing_is_noted(session: SessionStore) -> None:
    def refused() -> str:
        raise BadInput("This name is taken.", {"name": "Taken."})

    request = request_with(new_number(), session)
    form = form_of(request)
    assert make_once(request, form, refused) is None  # type: ignore[arg-type]
    assert form.errors == {"name": ["This name is taken."]}
    assert SESSION_KEY not in SessionStore(session.session_key)


def test_only_the_latest_are_remembered(session: SessionStore) -> None:
    for number in range(KEPT + 10):
        request = request_with(f"{number:032}", session)
        make_once(request, form_of(request), lambda: "/x")  # type: ignore[arg-type]
    assert len(session[SESSION_KEY]) == KEPT
