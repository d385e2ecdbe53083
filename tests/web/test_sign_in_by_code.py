"""From an e-mail's button to the page, without a password: what is shown to whom, and what opens nothing."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tallystick.access.entry import GOOD_FOR, entry_of, entry_path
from tallystick.access.levels import Level
from tallystick.contracts.actions import add_claim_contact
from tallystick.core import clock
from tallystick.core.errors import NotFound
from tallystick.directory.models import Login, Person
from tallystick.directory.people import deactivate_person
from tallystick.notifications.actions import Recipient, notify
from tallystick.sign_in.codes import issue_waiting
from tallystick.sign_in.models import SignInCode
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(held_clock) -> Person:
    """A claim contact who never had a password."""
    contract = make.make_contract()
    person = make.make_claim_contact(contract, "Carl Contact")
    assert person.login is not None
    person.login.set_unusable_password()
    person.login.save()
    return person


def contract_page(person: Person) -> str:
    return f"/contracts/{person.claim_contacts.get().contract_id}"


def link(person: Person, path: str = "") -> str:
    assert person.login is not None
    return entry_path(person.login, path or contract_page(person))


def text(response) -> str:
    return response.content.decode()


def test_the_whole_way_from_the_button_to_the_page(carl) -> None:
    client = Client()
    page = client.get(link(carl))
    assert page.status_code == 200
    assert "leads to a contract with " in text(page) and "p•••@example.com" in text(page)
    assert carl.email not in text(page)
    asked = client.post(link(carl))
    assert asked.headers["Location"] == "/sign-in/code"
    waiting = client.get("/sign-in/code")
    assert "p•••@example.com" in text(waiting) and carl.email not in text(waiting)
    assert 'autocomplete="one-time-code"' in text(waiting) and 'inputmode="numeric"' in text(waiting)
    let_in = client.post("/sign-in/code", {"code": make.code_mailed_to(carl)})
    assert let_in.headers["Location"] == contract_page(carl)
    assert client.get(contract_page(carl)).status_code == 200


def test_every_button_of_an_e_mail_is_such_a_link_for_whoever_has_a_log_in(carl) -> None:
    (message,) = notify(
        "claim.sent_back",
        account=carl.account,
        to=[Recipient.of_person(carl)],
        key="k",
        thread="t",
        path=contract_page(carl),
        values={"by": "Ann", "number": 1, "contract": "C", "project": "P", "reason": "", "lines": []},
    )
    address = next(line for line in message.text.splitlines() if "/e/" in line)
    found = entry_of(address.rsplit("/", 1)[-1])
    assert (found.login_id, found.path) == (carl.login_id, contract_page(carl))
    assert address in message.html
    client = Client()
    client.post(urlsplit(address).path)
    assert client.post("/sign-in/code", {"code": make.code_mailed_to(carl)}).headers["Location"] == found.path


def test_somebody_without_a_log_in_gets_one_when_designated() -> None:
    contract = make.make_contract()
    person = make.make_person(contract.company, login=False)
    make.make_member(contract.project, person=person, commitments=Level.READ_ONLY)
    assert person.login is None
    add_claim_contact(make.OPERATOR, contract, person)
    person.refresh_from_db()
    assert person.login is not None and not person.login.has_usable_password()
    client = Client()
    client.post(link(person))
    let_in = client.post("/sign-in/code", {"code": make.code_mailed_to(person)})
    assert client.get(let_in.headers["Location"]).status_code == 200


def test_a_designation_makes_no_log_in_where_somebody_else_signs_in_with_the_address() -> None:
    contract = make.make_contract()
    other = make.make_person(contract.company, email="shared@apex.com")
    person = make.make_person(contract.company, login=False, email="mine@apex.com")
    Login.objects.filter(pk=other.login_id).update(email="mine@apex.com")
    make.make_member(contract.project, person=person, commitments=Level.READ_ONLY)
    add_claim_contact(make.OPERATOR, contract, person)
    person.refresh_from_db()
    assert person.login is None


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_the_link_changes_nothing(carl, method: str) -> None:
    """Programs that look mail through follow it, and some run scripts."""
    client = Client()
    for _ in range(3):
        getattr(client, method)(link(carl))
        getattr(client, method)("/sign-in/code")
    assert not SignInCode.objects.exists()
    assert "_auth_user_id" not in client.session


def test_the_link_alone_opens_nothing(carl) -> None:
    client = Client()
    client.get(link(carl))
    client.post(link(carl))
    assert client.get(contract_page(carl)).status_code == 302
    assert client.get(link(carl)).headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in client.get(link(carl)).headers["Cache-Control"]


def test_whoever_is_signed_in_goes_straight_on(carl) -> None:
    assert make.signed_in(carl).get(link(carl)).headers["Location"] == contract_page(carl)


def test_somebody_else_is_told_and_may_go_on_as_the_other(carl) -> None:
    other = make.make_person(email="other@apex.com")
    client = make.signed_in(other)
    page = text(client.get(link(carl)))
    assert "you are signed in as <strong>other@apex.com</strong>" in page
    assert "Stay signed in as other@apex.com" in page
    assert client.session["_auth_user_id"] == str(other.login_id)
    client.post(link(carl))
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/code", {"code": make.code_mailed_to(carl)})
    assert client.session["_auth_user_id"] == str(carl.login_id)


def test_a_link_is_good_for_sixty_days_to_the_second(carl, held_clock) -> None:
    old = link(carl)
    with clock.at(held_clock + GOOD_FOR - timedelta(seconds=1)):
        assert Client().get(old).status_code == 200
    with clock.at(held_clock + GOOD_FOR):
        page = Client().get(old)
        assert page.status_code == 410
        assert "more than 60 days old" in text(page)
        assert f"/sign-in/without-password?next={contract_page(carl)}" in text(page)
        assert Client().post(old).status_code == 410
        assert not SignInCode.objects.exists()
        assert make.signed_in(carl).get(old).headers["Location"] == contract_page(carl)


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "x"])
def test_a_link_that_we_did_not_make_says_so(carl, spoil) -> None:
    token = link(carl).rsplit("/", 1)[-1]
    page = Client().get(f"/e/{spoil(token)}")
    assert page.status_code == 404 and "This link is not complete" in text(page)


def test_a_signature_made_for_something_else_is_none(carl) -> None:
    from django.core.signing import Signer

    for salt in ("tallystick.notifications.unsubscribe", "django.core.signing.Signer"):
        forged = Signer(salt=salt, sep=".").sign_object([carl.login_id, "/", 2**31])
        with pytest.raises(NotFound):
            entry_of(forged)


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "elsewhere", ""])
def test_no_link_leads_elsewhere(carl, path: str) -> None:
    with pytest.raises(ValueError, match="not an address of ours"):
        entry_path(carl.login, path)


def test_the_link_of_somebody_who_left_opens_nothing_and_mails_nothing(carl) -> None:
    address = link(carl)
    deactivate_person((None, "Operator"), carl)
    for response in (Client().get(address), Client().post(address)):
        assert response.status_code == 403 and "no access here any more" in text(response)
    assert not SignInCode.objects.exists()


def test_a_code_opens_only_the_browser_that_asked_for_it(carl) -> None:
    thief, carls = Client(), Client()
    carls.post(link(carl))
    code = make.code_mailed_to(carl)
    thief.get("/sign-in/code")
    assert thief.post("/sign-in/code", {"code": code}).headers["Location"].startswith("/sign-in/without")
    assert carls.post("/sign-in/code", {"code": code}).status_code == 302
    assert "_auth_user_id" not in thief.session


def test_a_planted_session_is_worth_nothing_afterwards(carl) -> None:
    client = Client()
    client.post(link(carl))
    planted = client.session.session_key
    client.post("/sign-in/code", {"code": make.code_mailed_to(carl)})
    assert client.session.session_key != planted
    assert not client.session.exists(planted)


def test_the_forms_are_guarded_against_being_sent_from_elsewhere(carl) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in (link(carl), "/sign-in/without-password", "/sign-in/code", "/sign-in/code/resending"):
        assert client.post(address, {"email": carl.email, "code": "123456"}).status_code == 403
    assert not SignInCode.objects.exists()


def ask(client: Client, email: str, to: str = "/"):
    return client.post("/sign-in/without-password", {"email": email, "next": to})


def test_without_a_link_an_address_is_typed(carl) -> None:
    client = Client()
    assert "Sign in without a password" in text(client.get("/sign-in"))
    assert ask(client, carl.email.upper(), contract_page(carl)).headers["Location"] == "/sign-in/code"
    let_in = client.post("/sign-in/code", {"code": make.code_mailed_to(carl)})
    assert let_in.headers["Location"] == contract_page(carl)


def test_nothing_tells_whether_an_address_can_sign_in(carl) -> None:
    """Neither words, nor status, nor how often the database is asked, at any step."""
    told = []
    for email in (carl.email, "nobody@example.com"):
        client, pages = Client(), []
        for step in (
            ask,
            lambda c, e: c.get("/sign-in/code"),
            lambda c, e: c.post("/sign-in/code", {"code": "000000"}),
            lambda c, e: c.post("/sign-in/code/resending"),
            lambda c, e: c.get("/sign-in/code"),
        ):
            with CaptureQueriesContext(connection) as queries:
                response = step(client, email)
            body = text(response).replace(email, "ADDRESS")
            token = response.context and str(response.context.get("csrf_token", ""))
            pages.append(
                (
                    response.status_code,
                    response.headers.get("Location"),
                    body.replace(token, "T") if token else body,
                    [query["sql"].split()[0] for query in queries],
                )
            )
            issue_waiting()
        told.append(pages)
    assert told[0] == told[1]


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_afterwards_one_is_never_sent_elsewhere(carl, to: str) -> None:
    client = Client()
    ask(client, carl.email, to)
    assert client.post("/sign-in/code", {"code": make.code_mailed_to(carl)}).headers["Location"] == "/"


def test_what_is_no_address_is_told_at_once() -> None:
    response = ask(Client(), "not an address")
    assert response.status_code == 422 and "Type an address such as" in text(response)


def test_a_wrong_code_is_told_with_what_is_left(carl) -> None:
    client = Client()
    client.post(link(carl))
    code = make.code_mailed_to(carl)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    response = client.post("/sign-in/code", {"code": wrong})
    assert response.status_code == 422 and "4 tries are left" in text(response)
    assert wrong not in text(response).replace(f'value="{wrong}"', "")
    for _ in range(4):
        response = client.post("/sign-in/code", {"code": wrong})
    assert "Have a new one sent" in text(response)
    assert client.post("/sign-in/code", {"code": code}).status_code == 422


def test_another_code_can_be_sent_after_a_while_and_ends_the_first(carl, held_clock) -> None:
    client = Client()
    client.post(link(carl))
    first = make.code_mailed_to(carl)
    early = client.post("/sign-in/code/resending", follow=True)
    assert "Another one can be sent in 30 seconds" in text(early)
    assert SignInCode.objects.count() == 1
    with clock.at(held_clock + timedelta(seconds=30)):
        again = client.post("/sign-in/code/resending", follow=True)
        assert "Another code is on its way" in text(again) and "p•••@example.com" in text(again)
        second = make.code_mailed_to(carl)
        if first != second:
            assert client.post("/sign-in/code", {"code": first}).status_code == 422
        assert client.post("/sign-in/code", {"code": second}).headers["Location"] == contract_page(carl)


def test_asking_too_often_says_when_to_try_again(carl) -> None:
    for _ in range(5):
        Client().post(link(carl))
    page = Client().post(link(carl))
    assert page.status_code == 429 and "wait 15 minutes and try again" in text(page)
    typed = ask(Client(), carl.email)
    assert typed.status_code == 429 and "wait 15 minutes and try again" in text(typed)
    unknown = [ask(Client(), "nobody@example.com") for _ in range(6)][-1]
    assert unknown.status_code == 429


def test_the_code_page_without_a_code_says_where_to_begin() -> None:
    page = Client().get("/sign-in/code", follow=True)
    assert "No code was asked for in this browser" in text(page)
    assert Client().post("/sign-in/code/resending").headers["Location"].startswith("/sign-in/without")


def test_whoever_is_in_already_needs_no_code(carl) -> None:
    client = make.signed_in(carl)
    assert client.get("/sign-in/without-password?next=/runs").headers["Location"] == "/runs"
    assert client.get("/sign-in/code").headers["Location"] == "/"
