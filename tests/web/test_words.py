"""Whose words a page speaks: the person's own, else the project's, else the account's (R-TERMS-3)."""

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.directory.models import Login, Person, Project
from tests.factories import make_account, make_account_admin, make_member, make_project, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def project() -> Project:
    return make_project(make_account(point_of_view="owner"), locale="en-US")


def tools(client: Client, project: Project) -> str:
    """The page that shows the project's tools."""
    return client.get(f"/projects/{project.pk}").content.decode()


def login_of(person: Person) -> Login:
    """The person's log-in."""
    assert person.login is not None
    return person.login


def test_a_project_speaks_as_its_account_does(project: Project) -> None:
    page = tools(signed_in(make_member(project, Level.ADMIN)), project)
    assert 'title="Funding"' in page and '<html lang="en-US"' in page


def test_a_projects_own_choice_wins_over_the_accounts(project: Project) -> None:
    project.point_of_view = "specialty_contractor"
    project.save()
    page = tools(signed_in(make_member(project, Level.ADMIN)), project)
    assert 'title="Client Contracts"' in page and "Funding" not in page


def test_a_persons_own_choice_wins_over_both(project: Project) -> None:
    admin = make_member(project, Level.ADMIN)
    client = signed_in(admin)
    client.post("/preferences/point-of-view", {"point_of_view": "general_contractor", "next": "/"})
    assert 'title="Prime Contracts"' in tools(client, project)
    client.post("/preferences/point-of-view", {"point_of_view": ""})
    assert 'title="Funding"' in tools(client, project)
    assert login_of(admin).point_of_view == ""


def test_nobody_elses_pages_change(project: Project) -> None:
    signed_in(make_member(project, Level.ADMIN)).post(
        "/preferences/point-of-view", {"point_of_view": "owner"}
    )
    project.point_of_view = "general_contractor"
    project.save()
    assert 'title="Prime Contracts"' in tools(signed_in(make_member(project, Level.ADMIN)), project)


def test_a_point_of_view_that_does_not_exist_is_refused_in_words(project: Project) -> None:
    admin = make_member(project, Level.ADMIN)
    response = signed_in(admin).post("/preferences/point-of-view", {"point_of_view": "martian"})
    assert response.status_code == 422 and "There is no such point of view" in response.content.decode()
    assert login_of(admin).point_of_view == ""


def test_preferences_are_saved_and_the_theme_goes_along_in_its_cookie(project: Project) -> None:
    admin = make_member(project, Level.ADMIN)
    client = signed_in(admin)
    sent = {"name": "Ann Admin", "point_of_view": "owner", "locale": "en-GB", "theme": "dark"}
    response = client.post("/preferences", sent)
    assert response.cookies["tallystick_theme"].value == "dark"
    login = login_of(admin)
    login.refresh_from_db()
    assert (login.name, login.point_of_view, login.locale, login.theme) == tuple(sent.values())
    page = client.get("/preferences").content.decode()
    assert 'data-theme="dark"' in page and "Your preferences are saved." in page
    client.post("/preferences", {**sent, "theme": "device"})
    assert "data-theme=" not in client.get("/preferences").content.decode()


def test_preferences_that_do_not_exist_are_told(project: Project) -> None:
    client = signed_in(make_member(project, Level.ADMIN))
    response = client.post("/preferences", {"name": "", "locale": "xx", "theme": "pink"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Name is needed." in page and page.count("Choose one of those offered.") >= 2


def test_the_account_and_the_project_choose_in_their_settings(project: Project) -> None:
    boss = signed_in(make_account_admin(project.account))
    sent = {
        "name": "Northbuild",
        "point_of_view": "general_contractor",
        "locale": "en-NZ",
        "time_zone": "Pacific/Auckland",
    }
    assert boss.post(f"/accounts/{project.account_id}/settings", sent).status_code == 302
    project.account.refresh_from_db()
    assert (project.account.point_of_view, project.account.locale) == ("general_contractor", "en-NZ")
    settings = {"name": project.name, "own_locale": "en-GB", "point_of_view": ""}
    assert boss.post(f"/projects/{project.pk}/settings", settings).status_code == 302
    assert 'title="Main Contracts"' in tools(boss, project)


def test_words_do_not_leak_into_the_next_request(project: Project) -> None:
    tools(signed_in(make_member(project, Level.ADMIN)), project)
    australian = make_project(locale="en-AU")
    page = tools(signed_in(make_member(australian, Level.ADMIN)), australian)
    assert 'title="Head Contracts"' in page
    assert '<html lang="en-AU"' in Client().get("/sign-in").content.decode()
