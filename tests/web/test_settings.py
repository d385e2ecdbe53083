"""The settings of a project and of an account in the browser: sections, words, what overrides what, other people."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.access.people import deactivate_person
from tallystick.directory.models import Project
from tests import factories as make
from tests.web.settings_page import filled, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make.make_project(make.make_account("Northbuild Constructions"), "NB-014", "Harbour Tower")


@pytest.fixture
def admin(project: Project) -> Client:
    return make.signed_in(make.make_member(project, Level.ADMIN, name="Ann Admin"))


@pytest.fixture
def boss(project: Project) -> Client:
    return make.signed_in(make.make_account_admin(project.account, "Bea Boss"))


def at(name: str, project: Project) -> str:
    return reverse(name, args=[project.account_id if name.startswith("account") else project.pk])


def words(response) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


SECTIONS = [
    ("project-settings", "General and words"),
    ("period-schedule", "Billing periods"),
    ("project-claiming", "Progress claims"),
    ("project-notifications", "E-mails"),
    ("project-contracts", "New commitments"),
    ("project-checks", "Checks and required papers"),
    ("project-papers", "Papers"),
    ("project-law", "Payment law"),
    ("project-settings-history", "History"),
]


@pytest.mark.parametrize(("name", "label"), SECTIONS)
def test_every_section_has_a_page_of_its_own_and_leads_to_the_others(project, admin, name, label) -> None:
    page = admin.get(at(name, project)).content.decode()
    assert f"<h1>{label}</h1>" in page
    assert f'href="{at(name, project)}" aria-current="page">{label}</a>' in page
    for other, _ in SECTIONS:
        assert f'href="{at(other, project)}"' in page
    assert re.search(r'aria-current="true" title="Settings"', page), (
        "the rail shows that one is in the settings"
    )


def test_the_list_of_claims_leads_to_them_for_whoever_may_change_them(project, admin) -> None:
    assert at("project-claiming", project) in admin.get(at("claims", project)).content.decode()
    reader = make.signed_in(make.make_member(project, Level.STANDARD))
    assert "/settings" not in reader.get(at("claims", project)).content.decode()


@pytest.mark.parametrize(
    ("section", "changes", "stored"),
    [
        ("project-settings", {"name": "Harbour Tower East"}, {"name": "Harbour Tower East"}),
        ("project-settings", {"own_locale": "en-GB"}, {"own_locale": "en-GB", "locale": "en-GB"}),
        ("project-settings", {"point_of_view": "owner"}, {"point_of_view": "owner"}),
        ("project-claiming", {"uninvited_claims": "work"}, {"uninvited_claims": "work"}),
        ("project-claiming", {"over_claiming": "refuse"}, {"over_claiming": "refuse"}),
        ("project-claiming", {"accept_late_claims": True}, {"accept_late_claims": True}),
        ("project-claiming", {"shows_claimed": False}, {"shows_claimed": False}),
        ("project-notifications", {"remind_every_days": "2"}, {"remind_every_days": 2}),
        ("project-notifications", {"invite_message": "Be early."}, {"invite_message": "Be early."}),
        ("project-notifications", {"weekly_digest": True}, {"weekly_digest": True}),
        ("project-checks", {"check:late": "off"}, {"check_rules": {"late": "off"}}),
        ("project-checks", {"largest_jump_bp": "25 %"}, {"largest_jump_bp": 2500}),
        (
            "project-checks",
            {"required_papers": "Docket\n\n Docket \nLog"},
            {"required_papers": ["Docket", "Log"]},
        ),
        ("project-papers", {"paper_footer": "ABN 53 004"}, {"paper_footer": "ABN 53 004"}),
        ("project-papers", {"stamp_backup_pages": True}, {"stamp_backup_pages": True}),
        ("project-law", {"jurisdiction": "au-nsw"}, {"jurisdiction": "au-nsw"}),
    ],
)
def test_each_setting_is_kept_and_told(project, admin, section, changes, stored) -> None:
    response = save(admin, at(section, project), **changes)
    assert (response.status_code, response.headers["Location"]) == (302, at(section, project))
    project.refresh_from_db()
    assert {name: getattr(project, name) for name in stored} == stored
    assert "The settings are saved." in words(admin.get(at(section, project)))
    (who,) = {row.who for row in admin.get(at("project-settings-history", project)).context["rows"][:1]}
    assert who == "Ann Admin"
    save(admin, at(section, project))
    assert "Nothing was changed." in words(admin.get(at(section, project)))


@pytest.mark.parametrize(
    ("section", "typed", "told"),
    [
        ("project-settings", {"name": ""}, "Name is needed."),
        ("project-settings", {"name": "x" * 201}, "This is longer than 200 characters. Shorten it."),
        ("project-settings", {"own_locale": "xx-XX"}, "Choose one of those offered."),
        ("project-settings", {"point_of_view": "banker"}, "Choose one of those offered."),
        ("project-claiming", {"over_claiming": "maybe"}, "Choose one of those offered."),
        ("project-claiming", {"uninvited_claims": ""}, "is needed."),
        ("project-notifications", {"remind_every_days": "7"}, "Choose one of those offered."),
        ("project-notifications", {"remind_every_days": "-1"}, "Choose one of those offered."),
        ("project-notifications", {"remind_every_days": "two"}, "Choose one of those offered."),
        ("project-notifications", {"invite_message": "x" * 2001}, "This is longer than 2000 characters."),
        ("project-checks", {"largest_jump_bp": "much"}, "“much”"),
        ("project-checks", {"largest_jump_bp": "0"}, "The largest step lies above 0 % and up to 100 %."),
        ("project-checks", {"check:late": "explode"}, "Choose one of those offered."),
        ("project-checks", {"required_papers": "x" * 121}, "is longer than 120 characters. Shorten it."),
        ("project-contracts", {"work_retention_bp": "ten"}, "“ten”"),
        ("project-contracts", {"work_retention_bp": "101"}, "100"),
        (
            "project-contracts",
            {"retention_cap": "percent_revised"},
            "Type the percentage at which nothing more",
        ),
        ("project-contracts", {"retention_cap": "amount"}, "Type the amount at which nothing more is held."),
        ("project-contracts", {"retention_cap_amount": "-5"}, "This can't be negative."),
        ("project-contracts", {"subcontract_method": "barter"}, "Choose one of those offered."),
        ("project-papers", {"paper_footer": "x" * 301}, "This is longer than 300 characters."),
        ("project-law", {"jurisdiction": "zz"}, "Choose one of those offered."),
    ],
)
def test_what_makes_no_sense_is_told_and_what_was_typed_is_kept(project, admin, section, typed, told) -> None:
    address = at(section, project)
    sent = filled(admin, address, **typed)
    response = admin.post(address, sent)
    assert response.status_code == 422
    assert told in words(response)
    form = response.context["form"]
    for name, value in sent.items():
        if not name.startswith("seen:"):
            shown = form[name].value()
            assert str(shown) == str(value) or (value == "on" and shown is True)
    before = Project.objects.get(pk=project.pk)
    project.refresh_from_db()
    assert {f.name: getattr(before, f.name) for f in Project._meta.fields} == {
        f.name: getattr(project, f.name) for f in Project._meta.fields
    }


def test_an_old_page_is_told_by_field_who_changed_what_and_saves_on_the_second_press(
    project, admin, boss
) -> None:
    address = at("project-claiming", project)
    mine = filled(admin, address, over_claiming="warn")
    save(boss, address, over_claiming="refuse", accept_late_claims=True)
    response = admin.post(address, mine)
    assert response.status_code == 409
    assert "Bea Boss changed this while the page was open: Refused." in words(response)
    form = response.context["form"]
    assert form["over_claiming"].value() == "warn"
    project.refresh_from_db()
    assert project.over_claiming == "refuse"
    again = mine | {f"seen:{name}": print_ for name, print_ in form.seen.items()}
    response = admin.post(address, again, follow=True)
    assert "Meanwhile somebody else changed “Accept late progress claims: On”. That stays as it is." in words(
        response
    )
    project.refresh_from_db()
    assert (project.over_claiming, project.accept_late_claims) == ("warn", True)


def test_what_the_account_forbids_is_shown_with_its_reason_and_can_not_be_chosen(
    project, admin, boss
) -> None:
    save(boss, at("account-claiming", project), forbid_over_claiming=True)
    address = at("project-claiming", project)
    page = admin.get(address)
    assert "Northbuild Constructions refuses it on all its projects, so there is no choice here." in words(
        page
    )
    field = page.context["form"]["over_claiming"]
    assert field.field.disabled and field.value() == "refuse"
    assert at("account-claiming", project) not in page.content.decode()
    assert at("account-claiming", project) in boss.get(address).content.decode()
    sent = filled(admin, address, accept_late_claims=True) | {"over_claiming": "allow"}
    assert admin.post(address, sent).status_code == 302
    project.refresh_from_db()
    assert (project.over_claiming, project.accept_late_claims) == ("allow", True)  # its own choice waits


def test_the_accounts_words_reach_projects_without_their_own(project, admin, boss) -> None:
    address = at("project-settings", project)
    assert "As the account has it: English (Australia)" in words(admin.get(address))
    save(boss, at("account-settings", project), locale="en-US", point_of_view="specialty_contractor")
    page = words(admin.get(address))
    assert "As the account has it: English (United States)" in page
    assert "As the account has it (Specialty contractor)" in page
    assert "Progress billings" in page
    save(admin, address, own_locale="en-GB", point_of_view="owner")
    assert "Payment applications" in words(admin.get(address))
    save(admin, address, own_locale="", point_of_view="")
    assert "Progress billings" in words(admin.get(address))


def test_a_new_project_follows_the_account_unless_it_says_otherwise(project, boss) -> None:
    save(boss, at("account-settings", project), locale="en-NZ", time_zone="Pacific/Auckland")
    address = at("project-new", project)
    address = reverse("project-new", args=[project.account_id])
    form = boss.get(address).context["form"]
    assert form["time_zone"].value() == "Pacific/Auckland"
    typed = {
        "number": "NB-015",
        "name": "Mill",
        "own_locale": "",
        "currency": "NZD",
        "time_zone": "Pacific/Auckland",
    }
    assert boss.post(address, typed).status_code == 302
    made = Project.objects.get(number="NB-015")
    assert (made.own_locale, made.locale) == ("", "en-NZ")


def test_the_distribution_list_is_kept_on_the_page_of_e_mails(project, admin) -> None:
    person = make.make_member(project, commitments=Level.READ_ONLY, name="Rita Reader")
    page = admin.get(at("project-notifications", project))
    assert "Nobody is on it yet." in words(page)
    add = at("distribution", project)
    assert admin.post(add, {"person": ""}).status_code == 422
    assert admin.post(add, {"person": "999999"}).status_code == 404
    assert admin.post(add, {"person": "x"}).status_code == 404
    upstream = make.make_member(project, head_contracts=Level.ADMIN)
    assert admin.post(add, {"person": upstream.pk}).status_code == 422
    for _ in range(2):
        said = words(admin.post(add, {"person": person.pk}, follow=True))
        assert "Rita Reader is on the distribution list." in said
    deactivate_person(make.OPERATOR, person)
    assert "Deactivated: gets no e-mails" in words(admin.get(at("project-notifications", project)))
    removal = reverse("distribution-removal", args=[project.pk, person.pk])
    said = words(admin.post(removal, follow=True))
    assert "Rita Reader is not on the distribution list any more." in said
    told = words(admin.get(at("project-settings-history", project)))
    assert "Put Rita Reader on the distribution list of NB-014 Harbour Tower." in told
    assert "Took Rita Reader off the distribution list of NB-014 Harbour Tower." in told


def test_in_a_large_project_the_person_is_found_by_name(project, admin) -> None:
    for number in range(32):
        make.make_member(project, Level.STANDARD, name=f"Ted Builder {number}")
    make.make_member(project, Level.STANDARD, name="Vera Vance")
    address = at("project-notifications", project)
    page = admin.get(address)
    assert sum(len(people) for _, people in page.context["choices"]) == 30
    assert "There are more. Find them by name, address or company." in words(page)
    page = admin.get(address, {"find": "vance vera"})
    assert [one.name for _, people in page.context["choices"] for one in people] == ["Vera Vance"]
    assert "matches “nobody like this”" in words(admin.get(address, {"find": "nobody like this"}))


def test_the_list_costs_as_much_for_five_people_as_for_one(
    project, admin, django_assert_max_num_queries
) -> None:
    counts = []
    for number in range(5):
        person = make.make_member(project, Level.ADMIN, company=make.make_company(project.account))
        project.distribution.create(person=person)
        make.make_member(project, Level.ADMIN, company=make.make_company(project.account))
        if number in (0, 4):
            with django_assert_max_num_queries(40) as asked:
                admin.get(at("project-notifications", project))
            counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_a_schedule_that_somebody_else_changed_is_told(project, admin, boss, held_clock) -> None:
    address = at("period-schedule", project)
    seen = admin.get(address).context["seen"]
    rule = {"frequency": "manual", "start_day": "1", "end_day": "31", "due_day": "20", "due_month": "0"}
    assert boss.post(address, rule | {"seen": seen, "due_day": "5", "due_month": "1"}).status_code == 302
    response = admin.post(address, rule | {"seen": seen})
    assert response.status_code == 409
    assert "Bea Boss changed the schedule while this page was open." in words(response)
    assert response.context["form"]["due_day"].value() == "20"
    assert admin.post(address, rule | {"seen": response.context["seen"]}).status_code == 302
    project.period_schedule.refresh_from_db()
    assert project.period_schedule.due_day == 20
    told = words(admin.get(at("project-settings-history", project)))
    assert "Due on day 5 20 Ann Admin" in told


COMMITMENT = {
    "subcontract_method": "amount",
    "purchase_order_method": "unit",
    "is_private": False,
    "uses_sub_sov": True,
    "retain_work": True,
    "work_retention_bp": "7.5",
    "retention_cap": "amount",
    "retention_cap_amount": "50,000",
}


def test_the_form_of_a_new_commitment_begins_with_what_the_project_chose(project, admin) -> None:
    save(admin, at("project-contracts", project), **COMMITMENT)
    told = words(admin.get(at("project-settings-history", project)))
    assert "Rate on work 0% 7.5% Ann Admin" in told
    assert "The most that is held, as an amount $0.00 $50,000.00 Ann Admin" in told
    form = admin.get(at("commitment-new", project)).context["form"]
    shown = {name: form[name].value() for name in ("work_retention_bp", "is_private", "uses_sub_sov")}
    assert shown == {"work_retention_bp": "7.5", "is_private": False, "uses_sub_sov": True}
    assert "As usual: subcontracts by amount, purchase orders by quantity and unit price" in words(
        admin.get(at("commitment-new", project))
    )
    company = make.make_company(project.account)
    typed = {"number": "PO-1", "title": "Bolts", "company": company.pk, "kind": "purchase_order"}
    typed |= {"work_retention_bp": "7.5", "uses_sub_sov": "on"}
    assert admin.post(at("commitments", project), typed).status_code == 302
    made = project.contracts.get(number="PO-1")
    assert (made.accounting_method, made.work_retention_bp, made.uses_sub_sov) == ("unit", 750, True)
    assert (made.is_private, made.retention_cap_amount) == (False, 50_000_00)


def test_a_rate_that_is_typed_is_held_where_the_project_usually_holds_none(project, admin) -> None:
    save(admin, at("project-contracts", project), retain_work=False, work_retention_bp="5")
    form = admin.get(at("commitment-new", project)).context["form"]
    assert form["work_retention_bp"].value() == "0"
    company = make.make_company(project.account)
    for number, typed in (("SC-1", "0"), ("SC-2", "10")):
        sent = {"number": number, "title": "Works", "company": company.pk, "work_retention_bp": typed}
        assert admin.post(at("commitments", project), sent).status_code == 302
    held = dict(project.contracts.values_list("number", "retain_work"))
    assert held == {"SC-1": False, "SC-2": True}


def test_what_new_projects_begin_with_is_chosen_once_for_the_account(project, admin, boss) -> None:
    address = at("account-beginnings", project)
    assert admin.get(address).status_code == 403
    assert address in boss.get(at("project-claiming", project)).content.decode()
    assert address not in admin.get(at("project-claiming", project)).content.decode()
    save(
        boss, address, due_day="20", uninvited_claims="none", paper_footer="Northbuild", work_retention_bp="5"
    )
    typed = {
        "number": "NB-015",
        "name": "Mill",
        "own_locale": "",
        "currency": "AUD",
        "time_zone": "Australia/Perth",
    }
    assert boss.post(reverse("project-new", args=[project.account_id]), typed).status_code == 302
    made = Project.objects.get(number="NB-015")
    assert (made.uninvited_claims, made.paper_footer) == ("none", "Northbuild")
    assert boss.get(at("commitment-new", made)).context["form"]["work_retention_bp"].value() == "5"
    assert boss.get(at("period-schedule", made)).context["form"].initial["due_day"] == 20
    told = words(boss.get(at("account-settings-history", project)))
    assert "Progress claims are due on day 25 20 Bea Boss" in told
    project.refresh_from_db()
    assert project.uninvited_claims == "all"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"start_day": "first"}, "Type a whole number."),
        ({"start_day": "40"}, "Type a day of the month, from 1 to 31."),
        ({"retention_cap": "amount"}, "Choose one of those offered."),
        ({"retention_cap": "percent_original"}, "Type the percentage at which nothing more is held."),
        ({"due_month": "9"}, "Choose one of those offered."),
        ({"paper_footer": "x" * 301}, "This is longer than 300 characters."),
    ],
)
def test_beginnings_that_make_no_sense_are_told(project, boss, typed, told) -> None:
    response = save(boss, at("account-beginnings", project), **typed)
    assert response.status_code == 422 and told in words(response)


def test_numbering_is_shown_by_an_example(project, boss) -> None:
    address = at("account-claiming", project)
    response = save(boss, address, claim_numbering="{contract}")
    assert response.status_code == 422 and "Put {number} into it" in words(response)
    save(boss, address, claim_numbering="{contract}/{number:3}")
    assert "The fourth progress claim of SC-012 would be SC-012/004 ." in words(boss.get(address))
