"""What nobody means to send: each gets an answer in words and changes nothing."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.core.ids import number_in
from tests import factories as make
from tests.site import Site

FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site.create()


@pytest.fixture
def boss(site: Site) -> Client:
    return make.signed_in(site.boss)


@pytest.mark.parametrize("text", ["", "-1", "²", "١٢", "1.0", "9" * 19, "9" * 5000, "x", " 1", "+1"])
def test_what_no_database_holds_is_no_number(text: str) -> None:
    assert number_in(text) is None


def test_a_number_that_a_page_sent_is_read() -> None:
    assert number_in("0") == 0 and number_in("007") == 7 and number_in("9" * 18) == int("9" * 18)


@pytest.mark.parametrize("one", ["²", "9" * 20, "9" * 3000, "١"])
def test_papers_asked_for_by_nonsense_are_none(site: Site, boss: Client, one: str) -> None:
    for name, owner in (
        ("claim", site.claim),
        ("contract", site.contract),
        ("company", site.contract.company),
    ):
        assert boss.get(reverse(f"{name}-uploads", args=[owner.pk]), {"checking": one}).status_code == 200


@pytest.mark.parametrize("person", ["²", "9" * 20, "9" * 5000])
def test_a_person_who_is_no_number_is_not_there(site: Site, boss: Client, person: str) -> None:
    assert boss.post(reverse("private-list", args=[site.contract.pk]), {"person": person}).status_code == 404


@pytest.mark.parametrize("version", ["²", "9" * 5000])
def test_a_version_that_is_no_number_is_out_of_date(site: Site, boss: Client, version: str) -> None:
    site.claim.refresh_from_db()
    before = (site.claim.status, site.claim.version)
    for name in ("claim-entries", "claim-status", "claim-details"):
        answer = boss.post(
            reverse(name, args=[site.claim.pk]),
            {"version": version, "target": "approved", "billing_date": "x"},
        )
        assert answer.status_code in (302, 409, 422), name
    site.claim.refresh_from_db()
    assert (site.claim.status, site.claim.version) == before


@pytest.mark.parametrize("body", ["[" * 100_000, '{"cells": {"%s": {}}}' % ("9" * 5000)])
def test_json_that_is_made_to_break_readers_is_refused(site: Site, boss: Client, body: str) -> None:
    answer = boss.post(reverse("claim-entries", args=[site.claim.pk]), body, content_type="application/json")
    assert answer.status_code == 422 and "can't be read" in json.loads(answer.content)["problem"]


@pytest.mark.parametrize(
    "wanted", ["xyz", "home", "claims", "__class__", "%", "//evil.example", "https://evil.example/"]
)
def test_an_address_to_go_on_to_begins_with_a_slash(boss: Client, wanted: str) -> None:
    answer = boss.get("/sign-in", {"next": wanted})
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    answer = boss.post(reverse("point-of-view"), {"point_of_view": "", "next": wanted})
    assert answer.status_code == 302 and answer.headers["Location"] == "/"


def test_a_host_that_is_not_ours_is_told_in_words(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = Client().get("/sign-in", headers={"host": "evil.example", "referer": "http://evil.example/x"})
    assert answer.status_code == 400 and "Something broke" not in answer.content.decode()


def test_a_character_that_no_database_keeps_is_refused_everywhere(site: Site, boss: Client) -> None:
    for name, address in site.pages().items():
        mark = "&" if "?" in address else "?"
        assert boss.get(f"{address}{mark}q=a%00b&status=%00&page=%00").status_code in (403, 422), name
    answer = boss.post(
        reverse("claim-status", args=[site.claim.pk]), {"target": "approved", "reason": "a\0b"}
    )
    assert answer.status_code == 422 and "NUL" in answer.content.decode()
    site.claim.refresh_from_db()
    assert site.claim.status == "under_review"


def test_a_form_with_too_many_fields_says_so(site: Site, boss: Client, settings: Any) -> None:
    fields = "&".join(f"work-{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = boss.post(reverse("claim-entries", args=[site.claim.pk]), fields, content_type=FORM)
    assert answer.status_code == 413 and "Nothing was saved" in answer.content.decode()


def test_a_body_that_is_too_large_says_so(site: Site, boss: Client, settings: Any) -> None:
    body = "work-1=" + "1" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = boss.post(reverse("claim-entries", args=[site.claim.pk]), body, content_type=FORM)
    assert answer.status_code == 413 and "Nothing was saved" in answer.content.decode()


@pytest.mark.parametrize("name", ["claim-status", "claim-deletion", "period-closure", "sign-out"])
def test_an_address_for_forms_alone_says_so(site: Site, boss: Client, name: str) -> None:
    of = {"claim-status": site.claim.pk, "claim-deletion": site.claim.pk, "period-closure": site.period.pk}
    answer = boss.get(reverse(name, args=[of[name]] if name in of else []))
    assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
    assert "Only a form leads here" in answer.content.decode()


def test_a_step_taken_from_a_grid_that_was_refused_leads_back_to_the_page(site: Site, boss: Client) -> None:
    entries = reverse("claim-entries", args=[site.claim.pk])
    page = reverse("claim", args=[site.claim.pk])
    answer = boss.post(
        reverse("claim-status", args=[site.claim.pk]),
        {"target": "approved"},
        headers={"referer": f"http://testserver{entries}", "accept": "text/html"},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == page and answer.status_code == 200
