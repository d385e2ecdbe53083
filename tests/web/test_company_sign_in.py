"""Single sign-on over HTTP against a stand-in of an identity provider: who is let in, and what lets nobody in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Login, Person
from tallystick.directory.people import create_person
from tallystick.sign_in import sso
from tallystick.sign_in.limits import begin_attempt, digest_of
from tallystick.sign_in.models import CompanySignIn, SignInSession, SsoLink, TotpFactor
from tallystick.sign_in.oidc import fetching
from tallystick.sign_in.states import AttemptKind
from tests import factories as make
from tests.sign_in.issuer import CLIENT, SECRET, Issuer, log_in_there

# Another thread answers for the identity provider, but asks no database.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

HOST = "https://claims.example.com"


@pytest.fixture
def issuer(settings) -> Iterator[Issuer]:
    settings.SSO_LOOPBACK = True
    settings.PUBLIC_URL = HOST
    started = Issuer()
    yield started
    started.stop()


@pytest.fixture
def boss(issuer) -> Person:
    return make.make_account_admin(
        make.make_account("Northbuild"), "Bea Boss", email="bea@northbuild.example"
    )


@pytest.fixture
def ann(boss) -> Person:
    return make.make_person(make.own_company(boss.account), "Ann", email="ann@northbuild.example")


@pytest.fixture
def kept(issuer, boss) -> CompanySignIn:
    set_up(issuer, boss)
    return CompanySignIn.objects.get()


def set_up(issuer: Issuer, boss: Person, **changed) -> None:
    choice = {
        "issuer": issuer.url,
        "client_id": CLIENT,
        "secret": SECRET,
        "domains": ("northbuild.example",),
        "required": False,
    }
    sso.save_sso(make.actor_of(boss), boss.account, sso.Choice(**{**choice, **changed}))


def text(response) -> str:
    return unescape(response.content.decode())


def begin(client: Client, email: str = "ann@northbuild.example", to: str = "/runs") -> str:
    """Where the browser is sent."""
    response = client.post("/sign-in/company", {"email": email, "next": to})
    assert response.status_code == 200, text(response)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    return re.findall(r"0; url=(.*)", response.headers["Refresh"])[0]


def come_back(client: Client, address: str):
    assert address.startswith(f"{HOST}/sign-in/company/callback?")
    return client.get(address.removeprefix(HOST))


def arrive(client: Client, **kwargs):
    return come_back(client, log_in_there(begin(client, **kwargs)))


def is_in(client: Client) -> bool:
    return client.get("/preferences").status_code == 200


def said(client: Client, response) -> str:
    """What is told on the page that one is sent to."""
    assert response.headers["Location"] == "/sign-in"
    assert not is_in(client)
    return text(client.get("/sign-in"))


def link(client: Client, person: Person):
    """The first time: with a code."""
    response = arrive(client, email=person.email)
    assert response.headers["Location"] == "/sign-in/code", text(client.get("/sign-in"))
    return client.post("/sign-in/code", {"code": make.code_mailed_to(person)})


# --- who is let in ----------------------------------------------------------------------------------------


def test_the_first_time_a_code_shows_that_the_address_is_theirs_and_then_no_more(ann, kept) -> None:
    client = Client()
    assert link(client, ann).headers["Location"] == "/runs" and is_in(client)
    assert SignInSession.objects.get().how == "sso"
    again = Client()
    assert arrive(again).headers["Location"] == "/runs" and is_in(again)


def test_an_identity_alone_lets_nobody_in_the_first_time(ann, kept) -> None:
    """An administrator chooses who vouches for addresses, and might be anybody."""
    client = Client()
    arrive(client)
    assert not is_in(client) and not SsoLink.objects.exists()
    assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422


def test_where_the_log_in_opens_another_account_a_code_is_needed_each_time(ann, kept) -> None:
    link(Client(), ann)
    create_person((None, "Operator"), make.make_company(), name="Ann", email=ann.email)
    client = Client()
    assert arrive(client).headers["Location"] == "/sign-in/code" and not is_in(client)


def test_a_code_asked_for_otherwise_links_nothing(ann, kept) -> None:
    client = Client()
    arrive(client)
    with clock.at(clock.now() + timedelta(minutes=16)):
        client.post("/sign-in/without-password", {"email": ann.email})
        client.post("/sign-in/code", {"code": make.code_mailed_to(ann)})
        assert is_in(client) and not SsoLink.objects.exists()


def test_the_second_step_is_asked_for_as_well(ann, kept) -> None:
    link(Client(), ann)
    TotpFactor.objects.create(login=ann.login, secret="x", confirmed_at=clock.now())
    client = Client()
    assert arrive(client).headers["Location"] == "/sign-in/second-step" and not is_in(client)


def test_what_is_asked_has_pkce_state_and_nonce_and_they_differ_each_time(ann, kept) -> None:
    asked = [parse_qs(urlsplit(begin(Client())).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name] and len(asked[0][name][0]) >= 43
    assert asked[0]["redirect_uri"] == [f"{HOST}/sign-in/company/callback"]
    assert asked[0]["tenant"] == ["1"] and asked[0]["login_hint"] == [ann.email]


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(ann, kept, issuer) -> None:
    issuer.methods = ["client_secret_post"]
    assert link(Client(), ann).headers["Location"] == "/runs"


def test_an_address_that_only_userinfo_tells_is_taken_from_there(ann, kept, issuer) -> None:
    issuer.leave_out = {"email", "email_verified"}
    issuer.userinfo = {"sub": "0-ann", "email": ann.email, "email_verified": True}
    assert link(Client(), ann).headers["Location"] == "/runs"
    issuer.userinfo["sub"] = "somebody else"
    client = Client()
    assert "it tells of somebody else" in said(client, arrive(client))


# --- who is not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"iss": "https://evil.example"}, "another one has written it"),
        ({"aud": "another service"}, "written for another service"),
        ({"aud": [CLIENT, "another service"]}, "written for another service"),
        ({"azp": "another service"}, "written for another service"),
        ({"nonce": "of another log-in"}, "belongs to another log-in"),
        ({"exp": 1_774_000_000}, "too old"),
        ({"iat": 1_999_999_999}, "a clock is wrong"),
        ({"exp": True}, "has no time"),
        ({"sub": ""}, "names nobody"),
        ({"email_verified": False}, "has not verified your e-mail address"),
        ({"email_verified": "false"}, "has not verified your e-mail address"),
        ({"email": "ann@elsewhere.example"}, "vouches for other addresses"),
        ({"email": "ann@sub.northbuild.example"}, "vouches for other addresses"),
        ({"email": "stranger@northbuild.example"}, "knows nobody with the address"),
        ({"email": 7}, "did not say your e-mail address"),
    ],
)
def test_an_answer_that_is_no_proof_lets_nobody_in_and_says_why(ann, kept, issuer, claims, words) -> None:
    link(Client(), ann)
    issuer.claims = claims
    client = Client()
    assert words in said(client, arrive(client))


@pytest.mark.parametrize("name", ["nonce", "exp", "iat", "aud", "iss", "sub", "email_verified", "email"])
def test_an_answer_that_leaves_something_out_lets_nobody_in(ann, kept, issuer, name) -> None:
    link(Client(), ann)
    issuer.leave_out = {name}
    client = Client()
    assert "identity provider" in said(client, arrive(client))


def test_no_log_in_is_made_for_a_stranger(ann, kept, issuer) -> None:
    before = Login.objects.count()
    issuer.email = "stranger@northbuild.example"
    arrive(Client())
    assert Login.objects.count() == before


def test_a_proof_that_another_key_signed_or_none_is_none(ann, kept, issuer) -> None:
    link(Client(), ann)
    issuer.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client = Client()
    assert "its signature is not right" in said(client, arrive(client))
    for issuer.algorithm, issuer.signing_key in (("none", None), ("HS256", SECRET * 3)):
        client = Client()
        assert "not signed as it has to be" in said(client, arrive(client))


def test_the_identity_of_somebody_else_with_the_same_address_is_refused(ann, kept, issuer) -> None:
    link(Client(), ann)
    issuer.subject = "1-another-ann"
    client = Client()
    assert "to somebody else than before" in said(client, arrive(client))


def test_an_answer_is_taken_once_and_only_in_the_browser_that_began(ann, kept) -> None:
    link(Client(), ann)
    client, thief = Client(), Client()
    back = log_in_there(begin(client))
    assert "belongs to no log-in that was begun in this browser" in said(thief, come_back(thief, back))
    assert come_back(client, back).headers["Location"] == "/runs"
    client.post("/sign-out")
    assert "it was used already" in said(client, come_back(client, back))


def test_a_state_of_another_log_in_is_refused(ann, kept) -> None:
    link(Client(), ann)
    client, other = Client(), Client()
    theirs = log_in_there(begin(other))
    begin(client)
    assert "belongs to no log-in" in said(client, come_back(client, theirs))


def test_an_answer_that_names_another_issuer_is_refused(ann, kept, issuer) -> None:
    client = Client()
    back = log_in_there(begin(client)).replace("iss=", "iss=https%3A%2F%2Fevil.example&was=")
    assert "belongs to no log-in" in said(client, come_back(client, back))


def test_one_that_was_begun_a_quarter_of_an_hour_ago_is_over(ann, kept) -> None:
    client = Client()
    back = log_in_there(begin(client))
    with clock.at(clock.now() + timedelta(minutes=15, seconds=1)):
        assert "belongs to no log-in" in said(client, come_back(client, back))


def test_cancelling_there_is_told(ann, kept) -> None:
    client = Client()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    response = client.get("/sign-in/company/callback", {"state": state, "error": "access_denied"})
    assert "was cancelled or refused there" in said(client, response)


def test_somebody_deactivated_is_not_let_in(ann, kept) -> None:
    link(Client(), ann)
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    client = Client()
    assert "knows nobody" in said(client, arrive(client))


def test_one_account_vouches_for_nobody_of_another(ann, kept, issuer) -> None:
    """Its administrator may type any domain."""
    victim = make.make_person(email="vera@victim.example")
    CompanySignIn.objects.update(domains=["northbuild.example", "victim.example"])
    issuer.email, issuer.subject = victim.email, "2-vera"
    client = Client()
    assert "Northbuild knows nobody" in said(client, arrive(client, email=victim.email))


# --- where it does not answer -----------------------------------------------------------------------------


def test_a_provider_that_is_down_is_told_and_other_ways_stay_open(ann, kept, issuer) -> None:
    client = Client()
    back = log_in_there(begin(client))
    issuer.stop()
    assert "does not answer just now" in said(client, come_back(client, back))
    page = client.post("/sign-in/company", {"email": ann.email})
    assert page.status_code == 502 and "does not answer just now" in text(page)
    assert client.post("/sign-in", {"email": ann.email, "password": make.PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"oops"),
        (503, b"{}"),
        (404, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (302, b"{}"),
        (200, b"[" * 100_000),
        (200, b"x" * (fetching.LARGEST + 1)),
        (200, b'{"issuer": 7}'),
    ],
)
def test_an_answer_that_can_not_be_read_is_told(ann, kept, issuer, status, body) -> None:
    issuer.status, issuer.body = status, body
    page = Client().post("/sign-in/company", {"email": ann.email})
    assert page.status_code == 502 and "identity provider" in text(page)


def test_beginning_over_and_over_is_slowed_down(ann, kept) -> None:
    for _ in range(100):
        sso_attempt()
    page = Client().post("/sign-in/company", {"email": ann.email})
    assert page.status_code == 429 and "begun too often" in text(page)


def sso_attempt() -> None:
    begin_attempt(AttemptKind.SSO, digest_of("x"), "127.0.0.1")


# --- whose it is ------------------------------------------------------------------------------------------


def test_an_address_of_no_known_domain_is_told_and_nothing_tells_who_has_a_log_in(ann, kept) -> None:
    page = Client().post("/sign-in/company", {"email": "ann@elsewhere.example"})
    assert page.status_code == 422 and "No company has set up its own sign-in" in text(page)
    assert "authorize" in begin(Client(), email="nobody@northbuild.example")


def test_where_two_companies_vouch_for_a_domain_one_chooses(ann, kept, issuer) -> None:
    other = make.make_account_admin(make.make_account("Southbuild"), email="sue@southbuild.example")
    set_up(issuer, other)
    client = Client()
    page = text(client.post("/sign-in/company", {"email": ann.email}))
    assert "Northbuild" in page and "Southbuild" in page
    assert "Refresh" in client.post("/sign-in/company", {"company": str(kept.key)}).headers


def test_an_address_of_its_own_leads_there_by_one_press(ann, kept, issuer) -> None:
    client = Client()
    issuer.asked.clear()
    assert "Northbuild" in text(client.get(f"/sign-in/company?company={kept.key}"))
    assert issuer.asked == []
    response = client.post("/sign-in/company", {"company": str(kept.key)})
    assert issuer.url in response.headers["Refresh"]


# --- where it is required ---------------------------------------------------------------------------------


def test_where_it_is_required_nothing_else_lets_in_once_it_has_worked(ann, boss, kept, issuer) -> None:
    set_up(issuer, boss, required=True)
    by_password = Client()
    by_password.post("/sign-in", {"email": ann.email, "password": make.PASSWORD})
    assert is_in(by_password), "nobody is shut out by what nobody has tried"
    link(Client(), ann)
    for client, response in (refused_by_password(ann), refused_by_code(ann)):
        assert response.headers["Location"].startswith("/sign-in/company?company=")
        assert not is_in(client)
        assert "by its own sign-in alone" in text(client.get(response.headers["Location"]))
    client = Client()
    assert arrive(client).headers["Location"] == "/runs"


def refused_by_password(person: Person):
    client = Client()
    return client, client.post("/sign-in", {"email": person.email, "password": make.PASSWORD})


def refused_by_code(person: Person):
    client = Client()
    with clock.at(clock.now() + timedelta(minutes=1)):
        client.post("/sign-in/without-password", {"email": person.email})
        return client, client.post("/sign-in/code", {"code": make.code_mailed_to(person)})


def test_administrators_and_other_domains_get_in_all_the_same(ann, boss, kept, issuer) -> None:
    set_up(issuer, boss, required=True)
    link(Client(), ann)
    contact = make.make_person(make.make_company(boss.account), email="carl@apex.example")
    for person in (boss, contact):
        client = Client()
        client.post("/sign-in", {"email": person.email, "password": make.PASSWORD})
        assert is_in(client)


# --- setting it up ----------------------------------------------------------------------------------------


def test_an_administrator_sets_it_up_and_the_secret_is_sealed_and_never_shown(boss, issuer) -> None:
    client = make.signed_in(boss)
    address = reverse("account-company-sign-in", args=[boss.account_id])
    form = {"issuer": issuer.url, "client_id": CLIENT, "secret": SECRET, "domains": "Northbuild.example\n"}
    assert client.post(address, form).status_code == 302
    kept = CompanySignIn.objects.get()
    assert SECRET not in kept.client_secret and kept.domains == ["northbuild.example"]
    page = text(client.get(reverse("account-sign-in", args=[boss.account_id])))
    assert SECRET not in page and "Not tried yet" in page and f"{HOST}/sign-in/company/callback" in page
    assert client.post(address, {**form, "secret": ""}).status_code == 302
    history = text(client.get(reverse("account-settings-history", args=[boss.account_id])))
    assert history.count("is offered for northbuild.example") == 1


def test_the_sealed_secret_opens_in_no_other_account(ann, kept) -> None:
    CompanySignIn.objects.update(account=make.make_account())
    page = Client().post("/sign-in/company", {"email": ann.email})
    assert page.status_code == 502 and "can’t be opened" in text(page)


def test_another_issuer_never_gets_the_secret_of_the_one_before(boss, kept, issuer) -> None:
    other = Issuer()
    with pytest.raises(BadInput) as problem:
        set_up(other, boss, secret="")
    other.stop()
    assert "secret" in problem.value.fields and other.asked == []


def test_another_issuer_ends_what_was_linked_and_has_to_be_tried_again(ann, boss, kept, issuer) -> None:
    link(Client(), ann)
    other = Issuer()
    set_up(other, boss)
    other.stop()
    assert not SsoLink.objects.exists() and CompanySignIn.objects.get().proved_at is None


def test_switching_it_off_deletes_everything(ann, boss, kept) -> None:
    link(Client(), ann)
    address = reverse("account-company-sign-in", args=[boss.account_id])
    make.signed_in(boss).post(address, {"act": "off"})
    assert not CompanySignIn.objects.exists() and not SsoLink.objects.exists()


def test_only_administrators_do(ann, issuer) -> None:
    with pytest.raises(Refused):
        set_up(issuer, ann)


def test_a_provider_that_calls_itself_otherwise_is_not_set_up(boss, issuer) -> None:
    issuer.names_itself = "https://evil.example"
    with pytest.raises(BadInput, match="calls itself by another address"):
        set_up(issuer, boss)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"client_id": ""}, "client_id"),
        ({"secret": ""}, "secret"),
        ({"domains": ()}, "domains"),
        ({"domains": ("northbuild",)}, "domains"),
        ({"domains": ("*.example",)}, "domains"),
        ({"domains": ("ann@northbuild.example",)}, "domains"),
    ],
)
def test_what_is_missing_or_odd_is_told_beside_its_field(boss, issuer, changed, field) -> None:
    with pytest.raises(BadInput) as problem:
        set_up(issuer, boss, **changed)
    assert list(problem.value.fields) == [field]


# --- an address that is typed is hostile ------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.com",
        "ftp://login.example.com",
        "https://",
        "https://user:pass@login.example.com",
        "https://login.example.com#x",
        "https://login.example.com/a b",
        "https://login.example.com:99999",
        "https://login.example.com\r\nHost: x",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_web_addresses_by_https_are_asked(boss, issuer, url) -> None:
    with pytest.raises((BadInput, fetching.IssuerProblem)):
        fetching.check_address(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address) -> None:
    assert not fetching.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_others_are(address) -> None:
    assert fetching.is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["https://127.0.0.1", "https://[::1]", "https://localhost", "https://2130706433"]
)
def test_nothing_of_our_own_network_is_asked_unless_a_setting_allows(settings, host) -> None:
    with pytest.raises(fetching.IssuerProblem, match="private network"):
        fetching.fetch(f"{host}/.well-known/openid-configuration")
    settings.SSO_PRIVATE = True
    with pytest.raises(fetching.IssuerProblem, match="does not answer"):
        fetching.fetch(f"{host}:1/.well-known/openid-configuration")


def test_a_name_with_one_address_inside_is_not_asked(monkeypatch) -> None:
    def found(*_: object, **__: object) -> list:
        return [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", found)
    with pytest.raises(fetching.IssuerProblem, match="private network"):
        fetching.fetch("https://rebinding.example/")


def test_a_name_is_looked_up_once_and_the_certificate_is_checked_for_it(monkeypatch) -> None:
    """So that it can't point elsewhere between looking and asking."""
    looked, asked = [], []

    def found(host: str, *_: object, **__: object) -> list:
        looked.append(host)
        return [(2, 1, 6, "", ("93.184.215.14", 443))]

    def send(self: httpx.Client, request: httpx.Request, **_: object) -> httpx.Response:
        asked.append((request.url.host, request.headers["Host"], request.extensions["sni_hostname"]))
        return httpx.Response(200, json={"a": 1}, request=request)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", found)
    monkeypatch.setattr(httpx.Client, "send", send)
    assert fetching.fetch("https://login.example.com/x") == {"a": 1}
    assert looked == ["login.example.com"]
    assert asked == [("93.184.215.14", "login.example.com", "login.example.com")]


def test_the_operator_may_set_it_up_too(issuer) -> None:
    account = make.make_account()
    sso.save_sso(Actor.operator(), account, sso.Choice(issuer.url, CLIENT, SECRET, ("a.example",), False))
    assert CompanySignIn.objects.get().account == account
