"""People and insurance in the browser."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.directory.models import Account, Insurance, Person
from tallystick.documents.models import Attachment
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

MOST = 25


@pytest.fixture
def account() -> Account:
    account = make.make_account()
    account.required_insurance = ["motor", "public_liability"]
    account.save()
    return account


@pytest.fixture
def boss(account: Account) -> Client:
    return make.signed_in(make.make_account_admin(account, "Bea Boss"))


def asked(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def many(account: Account, count: int) -> None:
    companies = [make.make_company(account) for _ in range(3)]
    Person.objects.bulk_create(
        Person(
            account=account,
            company=companies[n % 3],
            name=f"Robin Row {count}-{n:05}",
            email=f"row{count}-{n}@example.com",
            is_active=n % 10 > 0,
        )
        for n in range(count)
    )


def test_two_thousand_people_are_asked_for_as_often_as_ten(account: Account, boss: Client) -> None:
    address = f"/accounts/{account.pk}/people"
    many(account, 10)
    few = asked(boss, address)
    many(account, 2000)
    assert few == asked(boss, address) == asked(boss, f"{address}?q=robin+row&show=all&page=9&sort=-company")
    assert few <= MOST
    page = boss.get(f"{address}?q=2000-01999").content.decode()
    assert "Robin Row 2000-01999" in page and "Robin Row 2000-01998" not in page
    assert "Nobody matches" in boss.get(f"{address}?q=nobody-like-this").content.decode()


def test_a_company_with_many_people_shows_the_first_and_leads_to_all(account: Account, boss: Client) -> None:
    many(account, 200)
    company = account.companies.filter(is_own=False).first()
    assert company is not None
    page = boss.get(f"/companies/{company.pk}").content.decode()
    assert "See all 60" in page and f"/accounts/{account.pk}/people?company={company.pk}" in page
    assert asked(boss, f"/companies/{company.pk}") <= 30


def test_somebody_is_deactivated_and_reactivated_from_their_page(account: Account, boss: Client) -> None:
    contract = make.make_contract(make.make_project(account))
    person = make.make_claim_contact(contract, "Carl Contact")
    theirs = make.signed_in(person)
    asked_first = boss.get(f"/people/{person.pk}/deactivation").content.decode()
    assert contract.number in asked_first and "sees nothing of" in asked_first
    boss.post(f"/people/{person.pk}/deactivation")
    assert theirs.get(f"/contracts/{contract.pk}").headers["Location"].startswith("/sign-in")
    theirs = make.signed_in(person)
    assert theirs.get(f"/contracts/{contract.pk}").status_code == 404
    assert "Deactivated" in boss.get(f"/contracts/{contract.pk}/people").content.decode()
    boss.post(f"/people/{person.pk}/reactivation")
    assert theirs.get(f"/contracts/{contract.pk}").status_code == 200


def test_moving_says_what_ends_and_does_it(account: Account, boss: Client) -> None:
    contract = make.make_contract(make.make_project(account))
    person = make.make_claim_contact(contract, "Carl Contact")
    other = make.make_company(account)
    assert contract.number in boss.get(f"/people/{person.pk}/company").content.decode()
    assert boss.post(f"/people/{person.pk}/company", {"company": other.pk}).status_code == 302
    assert boss.post(f"/people/{person.pk}/company", {"company": "999999"}).status_code == 422
    page = boss.get(f"/people/{person.pk}").content.decode()
    assert other.name in page and contract.number not in page
    said = boss.get(f"/companies/{other.pk}/history").content.decode()
    assert "moved Carl Contact to another company" in said


def test_the_usual_contact_is_offered_first(account: Account, boss: Client) -> None:
    contract = make.make_contract(make.make_project(account))
    person = make.make_person(contract.company, "Carl Contact")
    boss.post(f"/companies/{contract.company_id}/default-contact", {"person": person.pk})
    page = boss.get(f"/companies/{contract.company_id}").content.decode()
    assert f'<option value="{person.pk}" selected>Carl Contact</option>' in page


def sent(**more: object) -> dict[str, object]:
    return {
        "kind": "motor",
        "insurer": "Meridian Mutual",
        "policy_number": "MV-7",
        "limit": "5,000,000.00",
        "currency": "AUD",
        "effective_on": "2025-07-01",
        "expires_on": "2026-06-30",
        "notify_expiry": "on",
        **more,
    }


def test_insurance_is_recorded_with_its_certificate_once(account: Account, boss: Client) -> None:
    company = make.make_company(account)
    address = f"/companies/{company.pk}/insurance"
    for _ in range(2):
        file = SimpleUploadedFile("certificate.pdf", b"%PDF-1.4 certificate")
        assert boss.post(address, sent(file=file, once="b" * 32)).status_code == 302
    row = Insurance.objects.get()
    assert (row.limit, row.currency, row.expires_on) == (5_000_000_00, "AUD", date(2026, 6, 30))
    paper = Attachment.objects.get()
    assert paper.company == company
    page = boss.get(f"/companies/{company.pk}").content.decode()
    assert f"/papers/{paper.pk}" in page and "MV-7" in page
    stranger = make.signed_in(make.make_account_admin(make.make_account()))
    assert stranger.get(f"/papers/{paper.pk}").status_code == 404
    assert boss.post(f"/insurance/{row.pk}", sent(paper="", policy_number="MV-8")).status_code == 302
    row.refresh_from_db()
    assert row.policy_number == "MV-8" and not hasattr(row, "certificate")
    assert boss.post(f"/insurance/{row.pk}/removal").status_code == 302
    assert not Insurance.objects.exists() and Attachment.objects.filter(deleted_at=None).exists()


def test_what_an_insurance_needs_is_told_and_nothing_is_kept(account: Account, boss: Client) -> None:
    address = f"/companies/{make.make_company(account).pk}/insurance"
    response = boss.post(address, sent(expires_on="", is_exempt="", limit="lots"))
    assert response.status_code == 422
    response = boss.post(address, sent(expires_on=""))
    assert "Type the last day of cover" in response.content.decode()
    bad_file = SimpleUploadedFile("virus.exe", b"MZ")
    response = boss.post(address, sent(file=bad_file))
    assert response.status_code == 422 and not Insurance.objects.exists()


def test_the_list_narrows_to_what_is_about_to_expire_expired_or_missing(
    account: Account, boss: Client
) -> None:
    contract = make.make_contract(make.make_project(account))
    make.make_insurance(contract.company, "public_liability", date(2020, 1, 1))
    make.make_insurance(make.make_company(account, "Idle Pty Ltd"), "plant", date(2099, 1, 1))
    address = f"/accounts/{account.pk}/insurance"
    assert "Idle Pty Ltd" in boss.get(address).content.decode()
    expired = boss.get(f"{address}?show=expired").content.decode()
    assert contract.company.name in expired and "Idle Pty Ltd" not in expired
    missing = boss.get(f"{address}?show=missing").content.decode()
    assert "Motor vehicle" in missing and "Idle Pty Ltd" not in missing
    assert asked(boss, address) <= MOST
    before = asked(boss, address)
    for _ in range(4):
        make.make_insurance(make.make_company(account), "motor")
    assert asked(boss, address) == before


def test_what_presses_stands_first_and_what_is_renewed_or_needs_no_cover_last(
    account: Account, boss: Client
) -> None:
    lapsed, renewed, exempt = (
        make.make_company(account, f"{name} Pty Ltd") for name in ("Zed", "Mid", "Ace")
    )
    make.make_insurance(lapsed, "motor", date(2021, 1, 1))
    make.make_insurance(renewed, "motor", date(2020, 1, 1))
    make.make_insurance(renewed, "motor", date(2099, 1, 1))
    Insurance.objects.create(
        company=exempt, kind="motor", is_exempt=True, exempt_reason="It owns no vehicle."
    )
    page = boss.get(f"/accounts/{account.pk}/insurance").content.decode()
    rows = re.findall(r"(Zed|Mid|Ace) Pty Ltd</a></th>", page)
    assert rows == ["Zed", "Mid", "Ace", "Mid"]


def test_a_commitment_says_how_its_company_is_insured_to_those_concerned(
    account: Account, boss: Client
) -> None:
    contract = make.make_contract(make.make_project(account), is_private=False)
    make.make_insurance(contract.company, "public_liability", date(2099, 1, 1))
    contact = make.signed_in(make.make_claim_contact(contract))
    reader = make.signed_in(make.make_member(contract.project, commitments=Level.READ_ONLY))
    address = f"/contracts/{contract.pk}"
    assert "1 missing" in boss.get(address).content.decode()
    assert "1 missing" in contact.get(address).content.decode()
    assert "1 missing" not in reader.get(address).content.decode()
    assert "1 missing" in boss.get(f"/accounts/{account.pk}/companies").content.decode()
