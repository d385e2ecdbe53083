"""The month on a project's page: groups that lead to the list, one click for each, and what a stale page says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.notifications.models import Message
from tallystick.periods.actions import open_period
from tallystick.periods.models import Invite
from tallystick.signing.models import Envelope
from tallystick.web.dashboard.month import MOST_SEEN, read_ids, write_ids
from tests import factories as make
from tests.dashboard.month_story import March, day
from tests.dashboard.story import S, a_claim, month
from tests.web.test_query_counts import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def march():
    with day(20):
        yield March()


@pytest.fixture
def admin(march) -> Client:
    return make.signed_in(march.admin_person)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def page_of(client: Client, march, query: str = "") -> str:
    answer = client.get(f"/projects/{march.project.pk}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(page: str, state: str) -> dict[str, str]:
    """What the button of a group sends."""
    for form in re.findall(r"<form method=\"post\" action=\"[^\"]*/month/.*?</form>", page, re.DOTALL):
        fields = dict(re.findall(r'name="(once|period|state|seen)" value="([^"]*)"', form))
        if fields["state"] == state:
            return fields
    raise AssertionError(f"no button for {state}")


def press(client: Client, march, page: str, state: str, do: str) -> str:
    answer = client.post(f"/projects/{march.project.pk}/month/{do}", form_of(page, state), follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_each_group_leads_to_the_list_narrowed_to_it_and_its_count_agrees(march, admin):
    march.more("Second Tiling")
    page = page_of(admin, march)
    links = re.findall(r'<a class="filter [^"]*" href="([^"]+status=(\w+))".*?<b>(\d+)</b>', page)
    links = [
        (url.replace("&amp;", "&"), state, count) for url, state, count in links if "period=all" not in url
    ]
    assert len(links) == 12
    for url, state, count in links:
        rows = re.findall(r'name="(?:claim|contract)" value="(\d+)"', admin.get(url).content.decode())
        assert len(rows) == int(count), state


def test_what_waits_for_me_stands_first_and_opens_the_first_to_review(march, admin):
    page = page_of(admin, march)
    stages = re.findall(r"<h3>([^<]+)</h3>", page.partition('id="month"')[2])
    assert stages[:4] == [
        "Waiting for you", "Before they can claim", "Waiting for the contract companies", "Done",
    ]  # fmt: skip
    first = march.contracts["under_review"].claims.get()
    assert re.search(rf'<a class="btn [^"]*" href="/claims/{first.pk}/review">Review</a>', page)


def test_invites_go_out_with_one_click_and_the_page_says_to_whom(march, admin):
    march.more("Second Tiling")
    page = page_of(admin, march)
    said = press(admin, march, page, "not_invited", "invites")
    assert "2 contracts are invited." in said
    assert "SC-03 Apex Concrete: invited" in said
    assert (
        "Not invited" not in text_of(page_of(admin, march)).partition("of them done")[2].partition("Done")[0]
    )


def test_a_double_click_sends_once_and_says_the_same(march, admin):
    page = page_of(admin, march)
    sent = form_of(page, "not_invited")
    told = []
    for _ in range(2):
        answer = admin.post(f"/projects/{march.project.pk}/month/invites", sent)
        told.append((answer.status_code, answer["Location"]))
    assert told[0] == told[1] == (302, f"/projects/{march.project.pk}?period={march.period.pk}")
    assert Invite.objects.get(contract=march.contracts["not_invited"]).times_sent == 1
    assert "1 contract is invited." in text_of(page_of(admin, march))


def test_certified_claims_go_for_signature_with_one_click(march, admin):
    page = page_of(admin, march)
    fields = form_of(page, "approved")
    answer = admin.post(f"/projects/{march.project.pk}/month/signatures", fields)
    run = Envelope.objects.get().run
    assert answer["Location"] == f"/projects/{march.project.pk}?period={march.period.pk}#run-{run.pk}"
    after = page_of(admin, march)
    assert "1 out for signature" in text_of(after)
    with pytest.raises(AssertionError, match="no button for approved"):
        form_of(after, "approved")


def test_a_claim_that_can_not_be_signed_says_why_in_its_row(march, admin):
    fields = form_of(page_of(admin, march), "approved")
    march.contracts["approved"].claim_contacts.all().delete()
    answer = admin.post(f"/projects/{march.project.pk}/month/signatures", fields, follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/claims?period={march.period.pk}&status=approved")
    assert "no progress claim contact" in text_of(answer.content.decode())
    assert not Envelope.objects.exists()


def test_a_stale_page_tells_what_has_changed(march, admin):
    moved = march.more("Moved Masonry")
    page = page_of(admin, march)
    a_claim(moved, march.period, 1_000_00)
    march.more("New Nickel")
    said = press(admin, march, page, "not_invited", "invites")
    assert "1 contract is invited. 1 left out." in said
    assert "Moved Masonry: not “Not invited” any more, but “Draft”" in said
    assert "1 contract has come into “Not invited” since; nothing was sent there." in said


def test_a_group_is_reminded_and_once_a_day(march, admin):
    said = press(admin, march, page_of(admin, march), "draft", "reminders")
    assert "1 contract is reminded." in said
    again = press(admin, march, page_of(admin, march), "draft", "reminders")
    assert "Nobody was reminded. 1 left out." in again
    assert "Drafty Doors: They were reminded today already." in again
    assert Message.objects.filter(event="claim.reminder").count() == 1


def test_after_the_due_day_buttons_stay_and_say_why_they_do_nothing(march, admin):
    with day(26):
        client = make.signed_in(march.admin_person)
        page = page_of(client, march)
    said = text_of(page)
    assert (
        "The due date of this billing period was 25 Mar 2026. Give the contracts an extension first." in said
    )
    assert f'href="/periods/{march.period.pk}#extensions"' in page
    assert "1 past the due day" in said


def test_an_earlier_period_can_be_chosen(march, admin):
    open_period(march.admin, march.project, start=month(4)[0], end=month(4)[1], due=month(4)[2])
    page = page_of(admin, march)
    assert f'href="?period={march.period.pk}"' in page
    earlier = text_of(page_of(admin, march, f"?period={march.period.pk}"))
    assert "due 25 Mar 2026 · closed" in earlier
    assert "Not billed" in earlier or "Not claimed" in earlier
    for odd in ("?period=all", "?period=999999", "?period=%C2%B2", "?period=-1"):
        assert "1–30 Apr 2026" in text_of(page_of(admin, march, odd))


def test_a_reader_sees_the_groups_and_no_button(march):
    reader = make.make_member(march.project, Level.READ_ONLY)
    march.more("Open Oysters", is_private=False)
    page = page_of(make.signed_in(reader), march)
    assert "Open Oysters" in page
    assert "/month/" not in page
    for state, do in (("not_invited", "invites"), ("invited", "reminders")):
        answer = make.signed_in(reader).post(
            f"/projects/{march.project.pk}/month/{do}",
            {"period": march.period.pk, "state": state, "seen": "1-99"},
        )
        assert answer.status_code == 403


def test_a_contact_of_several_contracts_is_led_to_what_waits_for_them(march):
    contact = march.contacts["draft"]
    second = make.make_contract(march.project, march.contracts["draft"].company, number="SC-90")
    from tallystick.contracts.actions import add_claim_contact

    add_claim_contact(make.OPERATOR, second, contact)
    page = page_of(make.signed_in(contact), march)
    assert f"/my/contracts?project={march.project.pk}" in page
    assert "Waiting for you" in page
    assert "Apex Concrete" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {"state": "approved"},
        {"state": ""},
        {"period": ""},
        {"period": "²"},
        {"period": "99999999999999999999"},
        {"seen": ""},
        {"seen": "x-y,1-,-,9" + "9" * 40},
        {"seen": "1-999999999"},
    ],
)
def test_what_is_garbled_sends_nothing_and_is_no_fault(march, admin, sent):
    fields = {"period": march.period.pk, "state": "not_invited", "seen": ""} | sent
    answer = admin.post(f"/projects/{march.project.pk}/month/invites", fields)
    assert answer.status_code in (302, 404, 422)
    assert not Invite.objects.filter(contract=march.contracts["not_invited"]).exists()


def test_a_period_of_another_project_is_not_there(march, admin):
    other = make.open_period_of(make.make_project(march.project.account))
    answer = admin.post(
        f"/projects/{march.project.pk}/month/invites",
        {"period": other.pk, "state": "not_invited", "seen": "1"},
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "ids", [(), (1,), (1, 2, 3), (9, 1, 2, 4, 5), tuple(range(100, 2100)), (7, 5_000_000_000)]
)
def test_ids_come_back_as_they_were_shown(ids):
    assert read_ids(write_ids(ids)) == frozenset(ids)


def test_no_more_ids_are_read_than_a_project_holds():
    assert len(read_ids(f"1-{MOST_SEEN * 3}")) == 0
    assert len(read_ids(",".join(f"{n}-{n + 9}" for n in range(0, MOST_SEEN * 2, 10)))) <= MOST_SEEN


def test_the_page_asks_as_often_for_many_contracts_as_for_few(march, admin):
    address = f"/projects/{march.project.pk}"
    before = asked(admin, address)
    for number in range(6):
        a_claim(march.more(f"Company {number}"), march.period, 1_000_00, S.UNDER_REVIEW)
    assert asked(admin, address) == before <= 34
