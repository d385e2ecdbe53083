"""Signing in: proving who one is, being slowed down when guessing, going where one was going."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory, override_settings

from tallystick.core import clock
from tallystick.sign_in.models import Attempt
from tallystick.sign_in.states import LIMITS, AttemptKind
from tallystick.web.sign_in.session import WRONG
from tallystick.web.sign_in.visits import network_of
from tests.factories import PASSWORD, make_company, make_person, signed_in

pytestmark = pytest.mark.django_db

PLACE, ADDRESS, NETWORK = LIMITS[AttemptKind.PASSWORD]
PER_ADDRESS_AND_NETWORK, WINDOW = PLACE.most, PLACE.window
PER_ADDRESS = ADDRESS.most


def sign_in(client: Client, email: str, password: str, *, to: str = "", network: str = "203.0.113.7"):
    data = {"email": email, "password": password} | ({"next": to} if to else {})
    return client.post("/sign-in", data, REMOTE_ADDR=network)


@pytest.fixture
def ann():
    return make_person(make_company(), "Ann", email="ann@example.com")


def test_the_right_password_leads_to_my_projects(ann) -> None:
    client = Client()
    response = sign_in(client, "ann@example.com", PASSWORD)
    assert response.status_code == 302 and response.headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_address_is_found_however_it_is_typed(ann) -> None:
    assert sign_in(Client(), "  ANN@Example.com ", PASSWORD).status_code == 302


def test_a_new_session_begins_so_that_a_planted_one_is_worth_nothing(ann) -> None:
    client = Client()
    client.get("/sign-in")
    client.session.save()
    before = client.session.session_key
    sign_in(client, "ann@example.com", PASSWORD)
    assert client.session.session_key != before


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com", "not an address"])
def test_a_wrong_password_and_an_unknown_address_are_answered_in_the_same_words(ann, email: str) -> None:
    response = sign_in(Client(), email, "not the password")
    page = response.content.decode()
    assert response.status_code == 422
    assert "don&#x27;t belong together" in page and WRONG.split("don't")[0] in page
    assert "not the password" not in page


def test_somebody_who_left_can_not_sign_in_and_hears_the_same(ann) -> None:
    ann.login.is_active = False
    ann.login.save()
    response = sign_in(Client(), "ann@example.com", PASSWORD)
    assert response.status_code == 422 and "don&#x27;t belong together" in response.content.decode()


def test_a_log_in_without_a_password_can_not_be_signed_in_to(ann) -> None:
    ann.login.set_unusable_password()
    ann.login.save()
    assert sign_in(Client(), "ann@example.com", "").status_code == 422
    assert sign_in(Client(), "ann@example.com", "!").status_code == 422


def test_guessing_from_one_place_is_slowed_down_even_with_the_right_password(ann, held_clock) -> None:
    for _ in range(PER_ADDRESS_AND_NETWORK):
        assert sign_in(Client(), "ann@example.com", "guess").status_code == 422
    response = sign_in(Client(), "ann@example.com", PASSWORD)
    assert response.status_code == 429
    assert "wait 15 minutes and try again" in response.content.decode()


def test_an_unknown_address_is_slowed_down_just_the_same(held_clock) -> None:
    for _ in range(PER_ADDRESS_AND_NETWORK):
        sign_in(Client(), "nobody@example.com", "guess")
    assert sign_in(Client(), "nobody@example.com", "guess").status_code == 429


def test_the_lock_is_temporary(ann, held_clock) -> None:
    for _ in range(PER_ADDRESS_AND_NETWORK):
        sign_in(Client(), "ann@example.com", "guess")
    with clock.at(held_clock + WINDOW + timedelta(seconds=1)):
        assert sign_in(Client(), "ann@example.com", PASSWORD).status_code == 302


def test_the_owner_can_still_sign_in_from_elsewhere_while_somebody_guesses(ann, held_clock) -> None:
    for _ in range(PER_ADDRESS_AND_NETWORK):
        sign_in(Client(), "ann@example.com", "guess", network="198.51.100.1")
    assert sign_in(Client(), "ann@example.com", PASSWORD, network="203.0.113.7").status_code == 302


def test_guessing_from_many_places_locks_the_address_for_a_while(ann, held_clock) -> None:
    for number in range(PER_ADDRESS):
        sign_in(Client(), "ann@example.com", "guess", network=f"198.51.100.{number}")
    assert sign_in(Client(), "ann@example.com", PASSWORD, network="203.0.113.7").status_code == 429


def test_success_forgives_earlier_slips(ann, held_clock) -> None:
    for _ in range(PER_ADDRESS_AND_NETWORK - 1):
        sign_in(Client(), "ann@example.com", "slip")
    sign_in(Client(), "ann@example.com", PASSWORD)
    assert not Attempt.objects.exists()


def test_what_was_typed_is_not_kept_and_old_attempts_are_forgotten(ann, held_clock) -> None:
    sign_in(Client(), "my secret password", "x")
    assert "secret" not in Attempt.objects.get().address
    with clock.at(held_clock + timedelta(days=2)):
        sign_in(Client(), "ann@example.com", "x")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/projects/7", "/projects/7"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\elsewhere.example", "/"),
    ],
)
def test_afterwards_one_goes_where_one_was_going_but_never_elsewhere(ann, wanted: str, leads_to: str) -> None:
    assert sign_in(Client(), "ann@example.com", PASSWORD, to=wanted).headers["Location"] == leads_to


def test_a_page_that_needs_signing_in_remembers_itself() -> None:
    response = Client().get("/runs?x=1")
    assert response.status_code == 302 and response.headers["Location"] == "/sign-in?next=/runs%3Fx%3D1"


def test_a_form_sent_after_the_session_ended_comes_back_to_its_page() -> None:
    response = Client().post(
        "/periods/7/closure", headers={"referer": "http://testserver/projects/3/periods"}
    )
    assert response.headers["Location"] == "/sign-in?next=/projects/3/periods"


def test_a_fragment_and_a_script_are_told_in_their_own_way() -> None:
    fragment = Client().get(
        "/runs/tray", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/3"}
    )
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"] == "/sign-in?next=/projects/3"
    script = Client().get("/runs", headers={"Accept": "application/json"})
    assert script.status_code == 401 and script.json() == {"problem": "Sign in first."}


def test_signing_out_ends_the_session_and_twice_is_harmless(ann) -> None:
    client = signed_in(ann)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert client.post("/sign-out").status_code == 302
    assert client.get("/").status_code == 302


def test_whoever_is_signed_in_already_goes_on(ann) -> None:
    assert signed_in(ann).get("/sign-in?next=/runs").headers["Location"] == "/runs"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_a_household_of_ipv6_is_one_place(address: str, network: str) -> None:
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_a_header_that_anybody_can_write_is_believed_only_behind_a_proxy() -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.9"}
    )
    assert network_of(request) == "10.0.0.1"
    with override_settings(HTTPS=True):
        assert network_of(request) == "198.51.100.9"
