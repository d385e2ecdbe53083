"""Headers, forgery, and answers to what can't be done: never a traceback, always what to do next."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from tallystick.access.levels import Level
from tests.factories import (
    PASSWORD,
    make_claim_contact,
    make_company,
    make_contract,
    make_member,
    make_person,
    make_project,
    open_period_of,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/sign-in", "/", "/nothing-here", "/healthz"])
def test_every_answer_tells_the_browser_what_it_may_do(address: str) -> None:
    response = Client().get(address)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_session_can_not_be_read_by_scripts_or_sent_from_elsewhere() -> None:
    make_person(make_company(), email="ann@example.com")
    client = Client()
    response = client.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
    cookie = response.cookies["tallystick_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_the_sign_in_page_is_not_kept_by_caches() -> None:
    assert "no-store" in Client().get("/sign-in").headers["Cache-Control"]


def test_pages_are_kept_by_no_browser_to_be_shown_after_signing_out() -> None:
    client = signed_in(make_member(make_project(), Level.ADMIN))
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


def test_a_form_from_elsewhere_is_refused_in_words() -> None:
    project = make_project()
    admin = make_member(project, Level.ADMIN)
    period = open_period_of(project)
    client = Client(enforce_csrf_checks=True)
    assert admin.login is not None
    client.force_login(admin.login)
    response = client.post(f"/periods/{period.pk}/closure")
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
    period.refresh_from_db()
    assert period.status == "open"


@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/preferences/point-of-view", "/runs/018f0000-0000-7000-8000-000000000000/dismissal"],
)
def test_every_post_needs_its_token(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person(make_company()).login)  # type: ignore[arg-type]
    assert client.post(address).status_code == 403


def test_what_does_not_exist_and_what_is_somebody_elses_look_the_same() -> None:
    contract = make_contract()
    stranger = signed_in(make_member(make_project(), Level.ADMIN))
    theirs = stranger.get(f"/contracts/{contract.pk}")
    nothing = stranger.get("/contracts/987654321")
    assert theirs.status_code == nothing.status_code == 404
    assert _text(theirs.content) == _text(nothing.content)


def test_a_number_that_no_database_holds_is_just_not_there() -> None:
    client = signed_in(make_member(make_project(), Level.ADMIN))
    assert client.get("/contracts/99999999999999999999999999").status_code == 404


def test_a_refusal_says_who_can_and_leads_back() -> None:
    project = make_project()
    standard = signed_in(make_member(project, Level.STANDARD))
    back = f"http://testserver/projects/{project.pk}/periods"
    response = standard.get(f"/projects/{project.pk}/periods/new", headers={"referer": back})
    page = response.content.decode()
    assert response.status_code == 403
    assert "You need Admin on the project&#x27;s Commitments tool" in page
    assert f'href="/projects/{project.pk}/periods"' in page


def test_a_refusal_to_a_fragment_is_the_sentence_alone() -> None:
    project = make_project()
    standard = signed_in(make_member(project, Level.STANDARD))
    response = standard.get(f"/projects/{project.pk}/periods/new", headers={"HX-Request": "true"})
    assert response.status_code == 403 and b"<html" not in response.content
    assert "You need Admin" in response.headers["HX-Trigger"]


def test_a_refusal_to_a_script_is_json() -> None:
    project = make_project()
    standard = signed_in(make_member(project, Level.STANDARD))
    response = standard.get(f"/projects/{project.pk}/periods/new", headers={"Accept": "application/json"})
    assert response.status_code == 403 and response.json()["problem"].startswith("You need Admin")


def test_a_page_that_broke_keeps_its_details_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("tallystick.web.views.home.my_projects", broken)
    client = signed_in(make_member(make_project(), Level.ADMIN))
    client.raise_request_exception = False
    response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side" in page and "secret" not in page


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_database_that_does_not_answer_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    def locked(*args: object, **kwargs: object) -> None:
        raise OperationalError("database is locked")

    client = signed_in(make_member(make_project(), Level.ADMIN))
    monkeypatch.setattr("tallystick.web.views.home.my_projects", locked)
    response = client.get("/", headers={"accept": accept})
    page = response.content.decode()
    assert response.status_code == 503 and "Nothing was changed" in page and "is locked" not in page


def test_what_people_type_is_shown_as_text() -> None:
    project = make_project(name="<script>alert(1)</script>")
    company = make_company(project.account, "<b>Bold</b> & Sons")
    contract = make_contract(project, company, title='"><img src=x>')
    make_claim_contact(contract, "<i>Carl</i>")
    client = signed_in(make_member(project, Level.ADMIN))
    for address in (
        "/",
        f"/projects/{project.pk}",
        f"/projects/{project.pk}/commitments",
        f"/contracts/{contract.pk}",
    ):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "<b>Bold" not in page and "<img src=x" not in page
    assert "<i>Carl" not in client.get(f"/contracts/{contract.pk}/people").content.decode()


def _text(content: bytes) -> str:
    # Each page carries a token of its own.
    return re.sub(r"[A-Za-z0-9]{64}", "", content.decode())
