"""One's own password and sessions: who may change them, what ends, what is told, and what is gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.core import clock
from tallystick.directory.models import Login, Person
from tallystick.notifications.models import Message
from tallystick.sign_in.codes import ask_for_code
from tallystick.sign_in.models import SignInSession
from tallystick.web.views.proof import CODE
from tests import factories as make

pytestmark = pytest.mark.django_db

NEW = "eleven wet barrows"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
PASSWORD_PAGE = "/preferences/sign-in/password"
PROOF = f"/preferences/sign-in/proof?next={PASSWORD_PAGE}"


@pytest.fixture
def ann(held_clock) -> Person:
    return make.make_person(name="Ann", email="ann@example.com")


@pytest.fixture
def contact(held_clock) -> Person:
    """Somebody without a password."""
    person = make.make_claim_contact(make.make_contract(), "Carl Contact")
    assert person.login is not None
    person.login.set_unusable_password()
    person.login.save()
    return person


def text(response) -> str:
    return response.content.decode()


def sign_in(email: str = "ann@example.com", password: str = make.PASSWORD, agent: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    response = client.post("/sign-in", {"email": email, "password": password}, REMOTE_ADDR="203.0.113.7")
    assert response.status_code == 302, text(response)
    return client


def by_code(person: Person, to: str = "/") -> Client:
    assert person.login is not None
    client = Client()
    client.post("/sign-in/without-password", {"email": person.login.email, "next": to})
    response = client.post("/sign-in/code", {"code": make.code_mailed_to(person)})
    assert response.headers["Location"] == to
    return client


def is_in(client: Client) -> bool:
    return client.get("/preferences").status_code == 200


def change(client: Client, new: str = NEW, again: str = ""):
    return client.post(PASSWORD_PAGE, {"password": new, "again": again or new})


def told(person: Person) -> list[str]:
    assert person.login is not None
    letters = Message.objects.filter(event="sign_in.changed", address=person.login.email)
    return [letter.text for letter in letters.order_by("created_at", "pk")]


def test_somebody_who_just_signed_in_changes_the_password(ann) -> None:
    client = sign_in()
    assert change(client).headers["Location"] == "/preferences/sign-in"
    assert is_in(client)
    sign_in(password=NEW)
    refused = Client().post("/sign-in", {"email": "ann@example.com", "password": make.PASSWORD})
    assert refused.status_code == 422


def test_changing_it_ends_all_other_sessions_and_tells_the_person(ann) -> None:
    here, there, before_the_list = sign_in(), sign_in(agent=IPHONE), Client()
    before_the_list.force_login(ann.login)
    page = here.post(PASSWORD_PAGE, {"password": NEW, "again": NEW}, follow=True)
    assert "1 other session ended" in text(page)
    assert is_in(here) and not is_in(there) and not is_in(before_the_list)
    (letter,) = told(ann)
    assert "The password of your log-in was changed." in letter
    assert "Firefox on Windows, 127.0.0.1" in letter and "21 Mar 2026" in letter
    assert make.leads_to(letter) == ["/preferences/sign-in"]


def test_this_session_stays_in_the_list_with_when_it_began(ann, held_clock) -> None:
    client = sign_in()
    began = SignInSession.objects.get().begun_at
    with clock.at(held_clock + timedelta(minutes=5)):
        change(client)
    found = SignInSession.objects.get()
    assert (found.begun_at, found.how, found.session_id) == (began, "password", client.session.session_key)


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", "", "at least 10 characters"),
        ("1234567890123", "", "entirely numeric"),
        ("ann@example.com", "", "too similar"),
        (NEW, NEW + "!", "not the same as above"),
        ("", "", "is needed"),
    ],
)
def test_a_password_that_will_not_do_says_why_and_changes_nothing(ann, new, again, said) -> None:
    client = sign_in()
    response = change(client, new, again)
    assert response.status_code == 422 and said in text(response)
    assert "value=" + repr(new) not in text(response)
    sign_in()
    assert told(ann) == []


def test_an_open_browser_is_not_enough_after_a_quarter_of_an_hour(ann, held_clock) -> None:
    client = sign_in()
    with clock.at(held_clock + timedelta(minutes=15)):
        for response in (client.get(PASSWORD_PAGE), change(client)):
            assert response.headers["Location"] == PROOF.replace(
                PASSWORD_PAGE, "%2Fpreferences%2Fsign-in%2Fpassword"
            )
        assert client.post(PROOF, {"password": "wrong"}).status_code == 422
        assert change(client).status_code == 302 and told(ann) == []
        assert client.post(PROOF, {"password": make.PASSWORD}).headers["Location"] == PASSWORD_PAGE
        assert change(client).headers["Location"] == "/preferences/sign-in"


def test_a_fresh_code_does_instead_of_the_password(ann) -> None:
    client = make.signed_in(ann)
    assert change(client).status_code == 302 and told(ann) == []
    asked = client.post("/preferences/sign-in/proof/code", {"next": PASSWORD_PAGE})
    assert "a•••@example.com" in text(client.get(asked.headers["Location"]))
    code = make.code_mailed_to(ann)
    wrong = client.post(PROOF, {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status_code == 422 and "4 tries are left" in text(wrong)
    assert client.post(PROOF, {"code": code}).headers["Location"] == PASSWORD_PAGE
    assert change(client).headers["Location"] == "/preferences/sign-in"


def test_a_code_typed_without_asking_is_told(ann) -> None:
    response = make.signed_in(ann).post(PROOF, {"code": "123456"})
    assert response.status_code == 422 and "No code was asked for" in text(response)


def test_a_code_of_somebody_else_proves_nothing(ann, contact) -> None:
    asked = ask_for_code(contact.login.email, "127.0.0.1")
    code = make.code_mailed_to(contact)
    client = make.signed_in(ann)
    session = client.session
    session[CODE] = str(asked.pk)
    session.save()
    response = client.post(PROOF, {"code": code})
    assert response.status_code == 422 and "another log-in" in text(response)
    assert client.get(PASSWORD_PAGE).status_code == 302


def test_guessing_at_the_password_there_is_slowed_down_too(ann) -> None:
    client = make.signed_in(ann)
    for _ in range(5):
        client.post(PROOF, {"password": "wrong"})
    response = client.post(PROOF, {"password": make.PASSWORD})
    assert response.status_code == 429 and "wait 15 minutes" in text(response)


def test_the_proof_leads_nowhere_else(ann) -> None:
    client = make.signed_in(ann)
    response = client.post("/preferences/sign-in/proof?next=//elsewhere.example", {"password": make.PASSWORD})
    assert response.headers["Location"] == "/preferences/sign-in"


def test_a_forgotten_password_is_set_anew_after_a_code(ann) -> None:
    page = text(Client().get("/sign-in"))
    assert f"/sign-in/without-password?next={PASSWORD_PAGE}" in page
    client = by_code(ann, PASSWORD_PAGE)
    assert change(client).status_code == 302
    sign_in(password=NEW)


def test_a_contact_without_a_password_may_set_one_and_need_not(contact) -> None:
    client = by_code(contact)
    assert "You have no password and need none" in text(client.get("/preferences/sign-in"))
    assert "Set a password" in text(client.get(PASSWORD_PAGE))
    change(client)
    sign_in(contact.login.email, NEW)
    assert "A password was set for your log-in." in told(contact)[0]


def test_a_code_that_was_asked_for_before_is_worth_nothing_after_a_change(ann) -> None:
    thief = Client()
    thief.post("/sign-in/without-password", {"email": "ann@example.com"})
    code = make.code_mailed_to(ann)
    change(sign_in())
    assert thief.post("/sign-in/code", {"code": code}).status_code == 422


def test_the_page_tells_where_one_is_signed_in(ann, held_clock) -> None:
    phone = sign_in(agent=IPHONE)
    with clock.at(held_clock + timedelta(minutes=1)):
        here = sign_in()
        page = text(here.get("/preferences/sign-in"))
    assert page.index("Firefox on Windows") < page.index("Safari on iPhone")
    assert page.count("This one") == 1 and page.count("203.0.113.7") == 2
    assert "with a password" in page
    assert "Safari on iPhone" in text(phone.get("/preferences/sign-in"))


def test_when_a_session_was_last_used_is_kept_to_five_minutes(ann, held_clock) -> None:
    client = sign_in()
    first = SignInSession.objects.get().used_at
    with clock.at(held_clock + timedelta(minutes=4)):
        client.get("/preferences")
    assert SignInSession.objects.get().used_at == first
    with clock.at(held_clock + timedelta(minutes=6)):
        client.get("/preferences", REMOTE_ADDR="198.51.100.9")
    found = SignInSession.objects.get()
    assert found.used_at == held_clock + timedelta(minutes=6) and found.network == "198.51.100.9"


def test_a_session_from_before_there_was_a_list_is_noted_when_it_is_used(ann) -> None:
    client = Client()
    client.force_login(ann.login)
    assert not SignInSession.objects.exists()
    assert client.get("/preferences").status_code == 200
    assert SignInSession.objects.get().session_id == client.session.session_key


def test_a_session_that_is_ended_is_nobody_at_the_next_request(ann) -> None:
    here, there = sign_in(), sign_in(agent=IPHONE)
    found = SignInSession.objects.get(session_id=there.session.session_key)
    here.post(f"/preferences/sign-in/sessions/{found.pk}/ending")
    assert is_in(here) and not is_in(there)
    assert not Session.objects.filter(pk=found.session_id).exists()
    again = here.post(f"/preferences/sign-in/sessions/{found.pk}/ending", follow=True)
    assert "had ended already" in text(again)


def test_nobody_ends_a_session_of_somebody_else(ann, contact) -> None:
    theirs = sign_in()
    found = SignInSession.objects.get()
    by_code(contact).post(f"/preferences/sign-in/sessions/{found.pk}/ending")
    assert is_in(theirs)


def test_all_others_end_at_once(ann) -> None:
    here, others = sign_in(), [sign_in(agent=IPHONE) for _ in range(3)]
    page = here.post("/preferences/sign-in/sessions/ending", follow=True)
    assert "3 sessions are ended" in text(page)
    assert is_in(here) and not any(is_in(other) for other in others)
    assert "signed in nowhere else" in text(here.post("/preferences/sign-in/sessions/ending", follow=True))


def test_signing_out_takes_the_session_off_the_list(ann) -> None:
    client = sign_in()
    client.post("/sign-out")
    assert not SignInSession.objects.exists()


def test_an_administrator_signs_somebody_out_everywhere(ann) -> None:
    boss = make.make_account_admin(ann.account)
    theirs = sign_in()
    administrator = make.signed_in(boss)
    assert "Sign out everywhere" in text(administrator.get(f"/people/{ann.pk}"))
    page = administrator.post(f"/people/{ann.pk}/sessions-ending", follow=True)
    assert "Ann is signed out everywhere" in text(page)
    assert not is_in(theirs) and is_in(administrator)
    assert Event.objects.filter(name="person.sessions_ended", subject_id=str(ann.pk)).count() == 1
    assert "signed in nowhere" in text(administrator.post(f"/people/{ann.pk}/sessions-ending", follow=True))


def test_nobody_else_does(ann) -> None:
    theirs = sign_in()
    for person in (
        make.make_member(make.make_project(ann.account), Level.ADMIN),
        make.make_account_admin(make.make_account()),
    ):
        response = make.signed_in(person).post(f"/people/{ann.pk}/sessions-ending")
        assert response.status_code in (403, 404)
    assert is_in(theirs)


def test_deactivating_somebody_signs_them_out(ann) -> None:
    theirs = sign_in()
    make.signed_in(make.make_account_admin(ann.account)).post(f"/people/{ann.pk}/deactivation")
    assert not is_in(theirs)
    assert Login.objects.get(pk=ann.login_id).is_active


def test_the_list_asks_as_often_for_many_as_for_one(ann) -> None:
    client = sign_in()
    client.get("/preferences/sign-in")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/preferences/sign-in")
        counts.append(len(queries))
        for _ in range(4):
            sign_in(agent=IPHONE)
    assert counts[0] == counts[1]
