"""Accounts, companies, people, projects."""

import pytest
from django.core.exceptions import ValidationError

from tallystick.core.errors import BadInput
from tallystick.directory import actions
from tallystick.directory.models import Login
from tests import factories as make

pytestmark = pytest.mark.django_db
BY = (None, "Operator")


def test_an_account_begins_with_its_own_company():
    account = make.make_account("Northbuild")
    assert make.own_company(account).name == "Northbuild"


def test_a_log_in_works_across_accounts():
    first = make.make_person(email="Robin@Example.com")
    second = make.make_person(email="robin@example.com")
    assert first.account != second.account
    assert first.login == second.login
    assert Login.objects.count() == 1


def test_an_address_is_once_in_a_directory_however_it_is_written():
    person = make.make_person(email="robin@example.com")
    with pytest.raises(BadInput, match="in the directory already"):
        make.make_person(person.company, email="ROBIN@example.com")


def test_an_address_needs_an_at_sign():
    with pytest.raises(BadInput, match="not an e-mail address"):
        make.make_person(email="robin")


def test_a_company_name_is_once_in_a_directory():
    company = make.make_company(name="Apex Concrete")
    with pytest.raises(BadInput, match="in the directory already"):
        make.make_company(company.account, name="apex concrete")
    make.make_company(name="Apex Concrete")


def test_a_project_number_is_once_in_an_account():
    project = make.make_project(number="2201")
    with pytest.raises(BadInput, match="exists already"):
        make.make_project(project.account, number="2201")


def test_a_project_is_in_a_real_time_zone():
    with pytest.raises(ValidationError, match="not a time zone name"):
        make.make_project(time_zone="Sydney time")


def test_only_settings_of_a_project_are_changed():
    with pytest.raises(ValueError, match="not a project setting"):
        actions.change_project(BY, make.make_project(), currency="USD")
