"""Second steps in the browser: set up, asked for, used once, lost, required, taken away."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.directory.models import Person
from tallystick.notifications.models import Message
from tallystick.sign_in.models import AccountSignIn, Passkey, RecoveryCode, TotpFactor
from tallystick.sign_in.resetting import reset_second_step
from tests import factories as make
from tests.sign_in.devices import Device, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

HERE = "https://claims.example.com"
BASE = "/preferences/sign-in"
SECOND = "/sign-in/second-step"


@pytest.fixture
def ann() -> Person:
    return make.make_person(name="Ann", email="ann@example.com")


@pytest.fixture(autouse=True)
def _with_a_name(settings) -> None:
    settings.PUBLIC_URL = HERE


def text(response) -> str:
    return response.content.decode()


def first_step(password: str = make.PASSWORD, to: str = "/runs") -> tuple[Client, str]:
    client = Client()
    response = client.post("/sign-in", {"email": "ann@example.com", "password": password, "next": to})
    return client, response.headers.get("Location", "")


def is_in(client: Client) -> bool:
    return client.get("/preferences").status_code == 200


def told(person: Person) -> str:
    """All that was mailed about their signing in."""
    letters = Message.objects.filter(event="sign_in.changed", address=person.email)
    return "\n".join(letter.text for letter in letters)


def set_up_app(client: Client) -> str:
    """The secret of the app that is set up."""
    client.post(f"{BASE}/app", {"act": "begin"})
    secret = re.findall(r'class="secret" data-verbatim>([A-Z2-7 ]+)<', text(client.get(f"{BASE}/app")))[0]
    response = client.post(f"{BASE}/app", {"code": shown(secret)})
    assert response.headers["Location"] in (f"{BASE}/recovery-codes", BASE), text(response)
    return secret


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"<li><code>([\w-]+)</code></li>", text(client.post(f"{BASE}/recovery-codes")))


def add_passkey(client: Client, device: Device, name: str = "my phone"):
    asked = client.post(f"{BASE}/passkeys/options").json()
    return client.post(f"{BASE}/passkeys/new", {"name": name, "credential": device.make(asked)})


def later(minutes: float):
    return clock.at(clock.now() + timedelta(minutes=minutes))


@pytest.fixture
def secret(ann) -> str:
    return set_up_app(first_step()[0])


# --- the app ----------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_picture_or_its_text_and_a_first_code(ann) -> None:
    client, to = first_step()
    assert to == "/runs"
    client.post(f"{BASE}/app", {"act": "begin"})
    page = text(client.get(f"{BASE}/app"))
    assert '<svg class="qr"' in page and 'class="secret"' in page
    wrong = client.post(f"{BASE}/app", {"code": "000000"})
    assert wrong.status_code == 422 and "not the code that the app shows now" in text(wrong)
    assert not TotpFactor.objects.exclude(confirmed_at=None).exists() and told(ann) == ""
    set_up_app(client)
    assert "An app for codes was set up" in told(ann)


def test_the_secret_is_sealed_in_its_row_and_opens_in_no_other(ann, secret) -> None:
    found = TotpFactor.objects.get()
    assert secret.replace(" ", "") not in found.secret
    other = make.make_person(email="other@example.com")
    TotpFactor.objects.filter(pk=found.pk).update(login=other.login)
    client = Client()
    client.post("/sign-in", {"email": "other@example.com", "password": make.PASSWORD})
    with later(2):
        response = client.post(SECOND, {"code": shown(secret)})
    assert response.status_code == 403 and "can’t be opened" in text(response)
    assert not is_in(client)


def test_the_password_alone_opens_nothing_then(ann, secret) -> None:
    client, to = first_step()
    assert to == SECOND and not is_in(client)
    assert "One more step" in text(client.get(SECOND))
    with later(2):
        assert client.post(SECOND, {"code": shown(secret)}).headers["Location"] == "/runs"
        assert is_in(client)


def test_a_code_by_e_mail_alone_opens_nothing_either(ann, secret) -> None:
    client = Client()
    client.post("/sign-in/without-password", {"email": "ann@example.com", "next": "/runs"})
    assert client.post("/sign-in/code", {"code": make.code_mailed_to(ann)}).headers["Location"] == SECOND
    assert not is_in(client)
    with later(2):
        assert client.post(SECOND, {"code": shown(secret)}).headers["Location"] == "/runs"


def test_a_code_is_taken_once_and_none_before_it(ann, secret) -> None:
    """Not even the one with which the app was set up."""
    client, _ = first_step()
    again = client.post(SECOND, {"code": shown(secret)})
    assert again.status_code == 422 and "used already" in text(again)
    with later(2):
        code = shown(secret)
        assert client.post(SECOND, {"code": code}).status_code == 302
        thief, _ = first_step()
        for old in (code, shown(secret, -30)):
            assert thief.post(SECOND, {"code": old}).status_code == 422
        assert not is_in(thief)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-30, True), (0, True), (30, True), (-60, False), (60, False)]
)
def test_clocks_may_differ_by_half_a_minute(ann, secret, seconds, taken) -> None:
    client, _ = first_step()
    with later(5):
        response = client.post(SECOND, {"code": shown(secret, seconds)})
    assert (response.status_code == 302) is taken


def test_guessing_at_codes_is_slowed_down_wherever_from(ann, secret) -> None:
    with later(2):
        clients = [first_step()[0] for _ in range(11)]
        for number, client in enumerate(clients[:10]):
            assert (
                client.post(SECOND, {"code": "000000"}, REMOTE_ADDR=f"203.0.113.{number}").status_code == 422
            )
        response = clients[10].post(SECOND, {"code": shown(secret)}, REMOTE_ADDR="203.0.113.99")
        assert response.status_code == 429 and "wait 60 minutes" in text(response)


def test_the_first_step_is_good_for_ten_minutes_in_this_browser(ann, secret) -> None:
    client, _ = first_step()
    assert Client().get(SECOND).headers["Location"] == "/sign-in"
    with later(10.1):
        response = client.post(SECOND, {"code": shown(secret)}, follow=True)
        assert "first step was too long ago" in text(response)
        assert not is_in(client)


def test_whoever_was_in_is_out_when_another_begins(ann, secret) -> None:
    client = make.signed_in(make.make_person(email="other@example.com"))
    client.post("/sign-in", {"email": "ann@example.com", "password": make.PASSWORD})
    assert not is_in(client)


def test_the_app_is_removed_after_a_proof_and_codes_go_with_it(ann, secret) -> None:
    client, _ = first_step()
    with later(2):
        client.post(SECOND, {"code": shown(secret)})
        assert len(recovery_codes(client)) == 10
    with later(20):
        assert "proof" in client.post(f"{BASE}/app/removal").headers["Location"]
        assert TotpFactor.objects.exists()
        client.post(f"{BASE}/proof", {"factor": shown(secret)})
        client.post(f"{BASE}/app/removal")
    assert not TotpFactor.objects.exists() and not RecoveryCode.objects.exists()
    assert "The app for codes was removed" in told(ann)
    assert first_step()[1] == "/runs"


def test_an_open_browser_sets_nothing_up_after_a_quarter_of_an_hour(ann) -> None:
    client, _ = first_step()
    with later(15):
        for path in ("app", "app/removal", "passkeys/new", "recovery-codes", "passkeys/1/removal"):
            response = client.post(f"{BASE}/{path}", {"act": "begin"})
            assert response.headers["Location"].startswith(f"{BASE}/proof"), path
        assert client.post(f"{BASE}/passkeys/options").status_code == 422
    assert not TotpFactor.objects.exists()


# --- recovery codes -----------------------------------------------------------------------------------------------


def test_recovery_codes_are_shown_once_and_each_works_once(ann, secret) -> None:
    client, _ = first_step()
    with later(2):
        client.post(SECOND, {"code": shown(secret)})
    codes = recovery_codes(client)
    page = text(client.get(f"{BASE}/recovery-codes"))
    assert "You have 10 left" in page and codes[0] not in page
    assert not RecoveryCode.objects.filter(digest__contains=codes[0][:4]).exists()
    lost, _ = first_step()
    assert lost.post(SECOND, {"code": codes[3].upper().replace("-", " ")}).headers["Location"] == "/runs"
    assert "9 of 10 left" in text(lost.get(BASE))
    assert "One of your recovery codes was used; 9 of 10 are left." in told(ann)
    thief, _ = first_step()
    again = thief.post(SECOND, {"code": codes[3]})
    assert again.status_code == 422 and "used already" in text(again) and not is_in(thief)


def test_they_can_be_downloaded_and_new_ones_end_those_before(ann, secret) -> None:
    client, _ = first_step()
    with later(2):
        client.post(SECOND, {"code": shown(secret)})
    page = text(client.post(f"{BASE}/recovery-codes"))
    old = re.findall(r"<li><code>([\w-]+)</code></li>", page)
    link = re.findall(r'href="(data:text/plain[^"]+)" download="([^"]+)"', page)
    assert link and all(code in link[0][0] for code in old)
    recovery_codes(client)
    lost, _ = first_step()
    assert lost.post(SECOND, {"code": old[0]}).status_code == 422


def test_without_a_second_step_there_are_none(ann) -> None:
    client, _ = first_step()
    assert client.post(f"{BASE}/recovery-codes").status_code == 403
    assert not RecoveryCode.objects.exists()


# --- passkeys -----------------------------------------------------------------------------------------------------


@pytest.fixture
def device() -> Device:
    return Device(HERE)


def ask(client: Client, step: str = "") -> dict:
    return client.post(f"/sign-in/passkey/options{step}").json()


def test_a_passkey_signs_in_without_anything_else(ann, device) -> None:
    assert add_passkey(first_step()[0], device).headers["Location"] == f"{BASE}/recovery-codes"
    assert "“my phone” was added" in told(ann)
    client = Client()
    asked = ask(client)
    assert asked["publicKey"]["userVerification"] == "required" and not asked["publicKey"].get(
        "allowCredentials"
    )
    response = client.post("/sign-in/passkey", {"credential": device.prove(asked), "next": "/runs"})
    assert response.headers["Location"] == "/runs" and is_in(client)
    assert "with a passkey" in text(client.get(BASE))


def test_a_passkey_is_the_second_step_after_the_password(ann, device) -> None:
    add_passkey(first_step()[0], device)
    client, to = first_step()
    assert to == SECOND
    asked = ask(client, "?step=second")
    assert len(asked["publicKey"]["allowCredentials"]) == 1
    response = client.post("/sign-in/passkey?step=second", {"credential": device.prove(asked)})
    assert response.headers["Location"] == "/runs" and is_in(client)


def test_alone_the_device_has_to_know_who_holds_it(ann) -> None:
    key = Device(HERE, verifies=False)
    add_passkey(first_step()[0], key)
    client = Client()
    client.post("/sign-in/passkey", {"credential": key.prove(ask(client))})
    assert not is_in(client)
    second, _ = first_step()
    second.post("/sign-in/passkey?step=second", {"credential": key.prove(ask(second, "?step=second"))})
    assert is_in(second)


@pytest.mark.parametrize(
    "spoil",
    [
        {"origin": "https://claims.example.com.evil.example"},
        {"origin": "http://claims.example.com"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"handle": b"somebody else"},
    ],
)
def test_an_answer_from_elsewhere_or_to_another_question_is_none(ann, device, spoil) -> None:
    add_passkey(first_step()[0], device)
    client = Client()
    response = client.post(
        "/sign-in/passkey", {"credential": device.prove(ask(client), **spoil)}, follow=True
    )
    assert "The passkey was not accepted" in text(response) and not is_in(client)


def test_an_answer_works_once(ann, device) -> None:
    add_passkey(first_step()[0], device)
    client = Client()
    answer = device.prove(ask(client))
    client.post("/sign-in/passkey", {"credential": answer})
    assert is_in(client)
    for thief in (client, Client()):
        thief.post("/sign-out")
        response = thief.post("/sign-in/passkey", {"credential": answer}, follow=True)
        assert "question to the passkey is over" in text(response) and not is_in(thief)


def test_a_question_is_good_for_five_minutes(ann, device) -> None:
    add_passkey(first_step()[0], device)
    client = Client()
    answer = device.prove(ask(client))
    with later(5.1):
        client.post("/sign-in/passkey", {"credential": answer})
        assert not is_in(client)


def test_a_copy_that_counts_backwards_is_refused(ann) -> None:
    key = Device(HERE, counts=True)
    add_passkey(first_step()[0], key)
    client = Client()
    client.post("/sign-in/passkey", {"credential": key.prove(ask(client))})
    assert is_in(client)
    key.count = 0
    thief = Client()
    response = thief.post("/sign-in/passkey", {"credential": key.prove(ask(thief))}, follow=True)
    assert "counts backwards" in text(response) and not is_in(thief)


def test_the_passkey_of_somebody_else_is_no_second_step(ann, device, secret) -> None:
    other = make.make_person(email="other@example.com")
    theirs = Client()
    theirs.post("/sign-in", {"email": "other@example.com", "password": make.PASSWORD})
    add_passkey(theirs, device)
    assert Passkey.objects.get().login == other.login
    client, _ = first_step()
    asked = ask(client, "?step=second")
    client.post("/sign-in/passkey?step=second", {"credential": device.prove(asked)})
    assert not is_in(client)


@pytest.mark.parametrize("credential", ["", "{", "[]", json.dumps({"rawId": "x"}), "x" * 30_000, "null"])
def test_what_is_no_answer_is_told(ann, device, credential) -> None:
    client, _ = first_step()
    client.post(f"{BASE}/passkeys/options")
    made = client.post(f"{BASE}/passkeys/new", {"name": "x", "credential": credential})
    assert made.status_code == 422 and not Passkey.objects.exists()
    ask(client)
    response = client.post("/sign-in/passkey", {"credential": credential}, follow=True)
    assert response.status_code == 200 and "not accepted" in text(response)


def test_nobody_removes_a_passkey_of_somebody_else(ann, device) -> None:
    add_passkey(first_step()[0], device)
    kept = Passkey.objects.get()
    make.make_person(email="other@example.com")
    theirs = Client()
    theirs.post("/sign-in", {"email": "other@example.com", "password": make.PASSWORD})
    theirs.post(f"{BASE}/passkeys/{kept.pk}/removal")
    assert Passkey.objects.filter(pk=kept.pk).exists()


def test_a_removed_passkey_opens_nothing(ann, device) -> None:
    client = first_step()[0]
    add_passkey(client, device)
    client.post(f"{BASE}/passkeys/{Passkey.objects.get().pk}/removal")
    assert "“my phone” was removed" in told(ann)
    stranger = Client()
    response = stranger.post("/sign-in/passkey", {"credential": device.prove(ask(stranger))}, follow=True)
    assert "not known here any more" in text(response) and not is_in(stranger)


def test_a_bare_address_has_no_passkeys_and_says_why(ann, settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    client, _ = first_step()
    assert "Passkeys need a host name" in text(client.get(BASE))
    assert "Passkeys need a host name" in client.post(f"{BASE}/passkeys/options").json()["problem"]
    assert "Sign in with a passkey" not in text(Client().get("/sign-in"))


def test_a_passkey_proves_anew(ann, device) -> None:
    add_passkey(first_step()[0], device)
    client = make.signed_in(ann)
    asked = client.post(f"{BASE}/proof/passkey").json()
    response = client.post(f"{BASE}/proof?next={BASE}/password", {"credential": device.prove(asked)})
    assert response.headers["Location"] == f"{BASE}/password"
    assert client.get(f"{BASE}/password").status_code == 200


# --- where an account requires one --------------------------------------------------------------------------------


@pytest.fixture
def strict(ann) -> None:
    AccountSignIn.objects.create(account=ann.account, second_factor_for_admins=True)


@pytest.mark.usefixtures("strict")
def test_an_administrator_sets_one_up_before_anything_else(ann) -> None:
    make.make_member(make.make_project(ann.account), person=ann, commitments=Level.ADMIN)
    client, to = first_step()
    assert client.get(to).headers["Location"] == BASE
    assert client.get("/runs", headers={"HX-Request": "true"}).headers["HX-Redirect"] == BASE
    assert client.get("/runs", headers={"Accept": "application/json"}).status_code == 403
    assert f"{ann.account.name} requires one" in text(client.get(BASE))
    set_up_app(client)
    assert client.get("/runs").status_code == 200


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_others_need_none(ann, level) -> None:
    make.make_member(make.make_project(ann.account), level, person=ann)
    client, _ = first_step()
    assert client.get("/runs").status_code == 200


def test_another_account_requires_nothing_of_them(ann) -> None:
    AccountSignIn.objects.create(account=make.make_account(), second_factor_for_admins=True)
    make.make_member(make.make_project(ann.account), Level.ADMIN, person=ann)
    assert first_step()[0].get("/runs").status_code == 200


def test_it_reaches_whoever_is_signed_in_already_within_five_minutes(ann) -> None:
    make.make_member(make.make_project(ann.account), Level.ADMIN, person=ann)
    client, _ = first_step()
    row = AccountSignIn.objects.create(account=ann.account, second_factor_for_admins=True)
    assert client.get("/runs").status_code == 200
    with later(5):
        assert client.get("/runs").headers["Location"] == BASE
        row.delete()
        assert client.get("/runs").status_code == 200


@pytest.mark.usefixtures("strict")
def test_the_last_one_can_not_be_removed_there(ann, device) -> None:
    make.make_member(make.make_project(ann.account), Level.ADMIN, person=ann)
    client, _ = first_step()
    set_up_app(client)
    page = text(client.post(f"{BASE}/app/removal", follow=True))
    assert "Set up another one first" in page and TotpFactor.objects.exists()
    add_passkey(client, device)
    client.post(f"{BASE}/app/removal")
    assert not TotpFactor.objects.exists()


def test_administrators_of_the_account_choose_it_and_its_history_says_so(ann) -> None:
    address = f"/accounts/{ann.account_id}/settings/sign-in"
    assert make.signed_in(ann).post(address, {"second_factor": "on"}).status_code == 403
    boss = make.signed_in(make.make_account_admin(ann.account, "Bea Boss"))
    box = re.compile(r'<input type="checkbox" name="second_factor"[^>]*checked')
    assert not box.search(text(boss.get(address)))
    boss.post(address, {"second_factor": "on"})
    assert box.search(text(boss.get(address)))
    assert AccountSignIn.objects.get().second_factor_for_admins
    boss.post(address, {"second_factor": "on"})
    boss.post(address, {})
    assert not AccountSignIn.objects.get().second_factor_for_admins
    page = text(boss.get(f"/accounts/{ann.account_id}/settings/history"))
    assert page.count("a second step is required of whoever") == 1 and "not required any more" in page


# --- where everything is lost ---------------------------------------------------------------------------------------


def test_whoever_runs_the_installation_takes_the_second_step_away(ann, secret) -> None:
    open_elsewhere, _ = first_step()
    with later(2):
        open_elsewhere.post(SECOND, {"code": shown(secret)})
        assert is_in(open_elsewhere)
        assert reset_second_step(" Ann@Example.com ") == 1
        assert not is_in(open_elsewhere)
    assert first_step()[1] == "/runs"
    assert "taken away by whoever runs Tallystick" in told(ann)
    assert reset_second_step("ann@example.com") == 0
    with pytest.raises(BadInput, match="no log-in"):
        reset_second_step("nobody@example.com")
