"""The directory in the browser: companies, people, and a new project."""

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.directory.models import Account, Company, Person, Project
from tests.factories import (
    make_account,
    make_account_admin,
    make_company,
    make_contract,
    make_member,
    make_person,
    make_project,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.fixture
def boss(account: Account) -> Client:
    return signed_in(make_account_admin(account))


def test_a_company_is_added_once_however_often_it_is_sent(account: Account, boss: Client) -> None:
    sent = {"name": "Apex Concrete", "trade": "Concrete", "email": "office@apex.example", "once": "a" * 32}
    places = {boss.post(f"/accounts/{account.pk}/companies", sent).headers["Location"] for _ in range(2)}
    company = Company.objects.get(name="Apex Concrete")
    assert places == {f"/companies/{company.pk}"}


def test_a_name_that_is_there_already_is_told_whatever_its_spelling(account: Account, boss: Client) -> None:
    make_company(account, "Apex Concrete")
    response = boss.post(f"/accounts/{account.pk}/companies", {"name": "APEX concrete"})
    page = response.content.decode()
    assert (
        response.status_code == 422
        and "is in the directory already" in page
        and 'value="APEX concrete"' in page
    )


def test_an_address_that_is_none_is_told_beside_the_field(account: Account, boss: Client) -> None:
    response = boss.post(f"/accounts/{account.pk}/companies", {"name": "Apex", "email": "office at apex"})
    assert "Type an address such as name@company.com." in response.content.decode()


def test_a_record_is_changed_but_not_into_another_companys_name(account: Account, boss: Client) -> None:
    company, other = make_company(account, "Apex"), make_company(account, "Ironbark")
    response = boss.post(
        f"/companies/{company.pk}/facts", {"name": "Apex Pty Ltd", "tax_number": "53 004 085 616"}
    )
    assert response.status_code == 302
    company.refresh_from_db()
    assert (company.name, company.tax_number) == ("Apex Pty Ltd", "53 004 085 616")
    response = boss.post(f"/companies/{company.pk}/facts", {"name": other.name.upper()})
    assert response.status_code == 422
    company.refresh_from_db()
    assert company.name == "Apex Pty Ltd"


def test_a_person_is_added_with_a_log_in_and_finds_it_when_they_have_one(
    account: Account, boss: Client
) -> None:
    known = make_person(make_company(), "Ann Known", email="ann@example.com")
    company = make_company(account)
    sent = {"name": "Ann Known", "email": "Ann@Example.com", "login": "on"}
    assert boss.post(f"/companies/{company.pk}/people", sent).status_code == 302
    assert Person.objects.get(company=company).login == known.login
    boss.post(f"/companies/{company.pk}/people", {"name": "No Login", "email": "no@example.com"})
    assert Person.objects.get(email="no@example.com").login is None
    page = boss.get(f"/companies/{company.pk}").content.decode()
    assert "No Login" in page and "Ann Known" in page


def test_an_address_that_somebody_has_is_told(account: Account, boss: Client) -> None:
    make_person(make_company(account), email="ann@example.com")
    response = boss.post(
        f"/companies/{make_company(account).pk}/people", {"name": "Ann", "email": "ANN@example.com"}
    )
    assert response.status_code == 422
    assert (
        "Somebody with the address ann@example.com is in the directory already." in response.content.decode()
    )


def test_search_finds_companies_by_their_people(account: Account, boss: Client) -> None:
    make_person(make_company(account, "Apex"), "Zoe Zander")
    make_company(account, "Ironbark")
    page = boss.get(f"/accounts/{account.pk}/companies?q=zander").content.decode()
    assert "Apex" in page and "Ironbark" not in page


def test_a_company_page_shows_only_contracts_that_the_reader_may_see(account: Account, boss: Client) -> None:
    project = make_project(account)
    company = make_company(account)
    make_contract(project, company, title="Secret works")
    reader = signed_in(make_member(project, Level.STANDARD))
    assert "Secret works" in boss.get(f"/companies/{company.pk}").content.decode()
    assert "Secret works" not in reader.get(f"/companies/{company.pk}").content.decode()


def test_a_project_is_created_in_its_zone_and_currency(account: Account, boss: Client) -> None:
    sent = {
        "number": "NB-020",
        "name": "Mill Street",
        "own_locale": "en-NZ",
        "currency": "NZD",
        "time_zone": "Pacific/Auckland",
    }
    response = boss.post(f"/accounts/{account.pk}/projects/new", sent)
    project = Project.objects.get()
    assert response.headers["Location"] == f"/projects/{project.pk}"
    assert (project.currency, project.time_zone, project.locale) == ("NZD", "Pacific/Auckland", "en-NZ")
    again = boss.post(f"/accounts/{account.pk}/projects/new", sent)
    assert again.status_code == 422 and "Project NB-020 exists already." in again.content.decode()
    wrong = boss.post(
        f"/accounts/{account.pk}/projects/new", {**sent, "currency": "dollars", "time_zone": "Mars/X"}
    )
    assert "Type the three letters of the currency" in wrong.content.decode()


def test_home_tells_who_i_am_on_each_project_and_what_waits(account: Account) -> None:
    project = make_project(account, "NB-014", "Harbour Tower")
    member = make_member(project, commitments=Level.READ_ONLY, head_contracts=Level.NONE)
    page = signed_in(member).get("/").content.decode()
    assert "NB-014 Harbour Tower" in page and "Read Only on Commitments" in page
    assert "You are on no project yet" in signed_in(make_person()).get("/").content.decode()


def test_home_finds_projects_by_word(account: Account) -> None:
    boss = signed_in(make_account_admin(account))
    make_project(account, "NB-014", "Harbour Tower")
    make_project(account, "NB-015", "Mill Street Library")
    page = boss.get("/?q=library").content.decode()
    assert "Mill Street Library</a>" in page and "NB-014 Harbour Tower</a>" not in page
    assert "No project matches" in boss.get("/?q=nothing").content.decode()
