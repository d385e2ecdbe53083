"""The outbox of an account's administrators, and choosing which e-mails one gets (R-NOTIFY)."""

import pytest
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.notifications.actions import Recipient, notify, suppress_address
from tallystick.notifications.models import AddressState, Message, Preference
from tallystick.notifications.rules import optional_rules
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import MessageStatus as S
from tallystick.notifications.switches import token_of
from tests import factories as make
from tests.web.settings_page import save

pytestmark = pytest.mark.django_db


class Office:
    """An account with its administrator, and a contact who is written to."""

    def __init__(self):
        self.project = make.make_project()
        self.account = self.project.account
        self.boss = make.make_account_admin(self.account)
        self.person = make.make_person(make.make_company(self.account), "Carl Contact", email="carl@apex.com")
        self.client = make.signed_in(self.boss)

    def write(self, key="1", **more):
        values = {"count": 1, "project": "P", "pages": "1 page", "file": "Backup.pdf", "until": "Friday"}
        (message,) = notify(
            "backup.ready",
            account=self.account,
            project=self.project,
            to=[Recipient.of_person(more.pop("person", self.person))],
            key=key,
            thread=key,
            path="/backups/1/file",
            values=values | more,
        )
        return message

    def outbox(self, **query):
        return self.client.get(reverse("outbox", args=[self.account.pk]), query)


@pytest.fixture
def office():
    return Office()


def test_the_outbox_lists_and_narrows_what_was_written(office):
    office.write("1")
    send_due()
    office.write("2")
    other = make.make_person(make.own_company(office.account), "Bea Other", email="bea@apex.com")
    office.write("3", person=other)
    page = office.outbox().content.decode()
    assert page.count("Carl Contact") == 2 and "Bea Other" in page
    waiting = office.outbox(status="queued").content.decode()
    assert waiting.count("Carl Contact") == 1
    found = office.outbox(q="bea").content.decode()
    assert "Bea Other" in found and "Carl Contact" not in found
    assert "No message matches" in office.outbox(kind="claim.sent_back").content.decode()


def test_a_hundred_messages_come_in_pages_by_as_many_queries_as_one(office, django_assert_max_num_queries):
    for number in range(60):
        office.write(str(number))
    with django_assert_max_num_queries(20):
        page = office.outbox().content.decode()
    assert "1–50 of 60" in page
    assert "51–60 of 60" in office.outbox(page=2).content.decode()


def test_nobody_reads_the_messages_of_another_account(office):
    message = office.write()
    stranger = make.signed_in(make.make_account_admin(make.make_account()))
    assert stranger.get(reverse("message", args=[message.pk])).status_code == 404
    assert stranger.get(reverse("outbox", args=[office.account.pk])).status_code == 404
    project_admin = make.signed_in(make.make_member(office.project, Level.ADMIN))
    assert project_admin.get(reverse("message", args=[message.pk])).status_code == 404


def test_a_message_is_shown_as_it_looks_in_a_frame_that_can_do_nothing(office):
    message = office.write(file="<script>alert(1)</script>")
    page = office.client.get(reverse("message", args=[message.pk]))
    shown = page.content.decode()
    assert 'sandbox=""' in shown and reverse("message-html", args=[message.pk]) in shown
    assert "Message-ID" in shown
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = office.client.get(reverse("message-html", args=[message.pk]))
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert b"<script>" not in frame.content


def test_the_reason_for_not_sending_stands_there_and_an_address_is_released(office):
    state = suppress_address(office.account, office.person.email, "550 5.1.1 No such user")
    message = office.write()
    page = office.outbox(status="suppressed").content.decode()
    assert "carl@apex.com takes no mail: 550 5.1.1 No such user" in page
    refused = office.client.post(reverse("message-resending", args=[message.pk]), follow=True)
    assert "takes no mail" in refused.content.decode()
    assert Message.objects.filter(resend_of=message).count() == 0
    office.client.post(reverse("address-release", args=[state.pk]))
    assert not AddressState.objects.exists()
    for _ in range(2):
        office.client.post(reverse("message-resending", args=[message.pk]))
    assert [again.status for again in message.resent.all()] == [S.QUEUED]


def test_a_person_chooses_which_e_mails_to_get(office):
    client = make.signed_in(office.person)
    page = client.get(reverse("preferences")).content.decode()
    assert 'value="backup.ready" checked' in page
    assert "claim.sent_back" not in page
    client.post(reverse("notification-preferences"), {"kind": ["claim.approved"]})
    chosen = dict(Preference.objects.values_list("kind", "on"))
    assert [kind for kind, on in chosen.items() if on] == ["claim.approved"]
    assert set(chosen) == {rule.event for rule in optional_rules()}
    assert 'value="backup.ready" checked' not in client.get(reverse("preferences")).content.decode()
    assert office.write().status == S.SUPPRESSED


def test_a_project_chooses_whether_approvals_are_told(office):
    url = reverse("project-notifications", args=[office.project.pk])
    chosen = "mail:claim.approved"
    assert not office.client.get(url).context["form"][chosen].value()
    save(office.client, url, **{chosen: True})
    assert office.client.get(url).context["form"][chosen].value()


def test_the_link_in_a_message_only_asks_until_one_confirms_or_a_mail_program_posts(office, client):
    url = reverse("unsubscribe", args=[token_of(office.write().pk)])
    assert b"No more of these" in client.get(url).content
    assert not Preference.objects.exists()
    client.handler.enforce_csrf_checks = True
    answer = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert b"Switched off" in answer.content
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert Preference.objects.get().on is False
    assert client.get(reverse("unsubscribe", args=["nonsense"])).status_code == 404


def test_an_address_that_takes_no_mail_is_marked_where_its_person_stands(office):
    contract = make.make_contract(office.project)
    contact = make.make_claim_contact(contract, "Carl Contact")
    other = make.make_claim_contact(contract, "Dora Contact")
    suppress_address(office.account, contact.email.upper(), "550 No such user")
    outbox = reverse("outbox", args=[office.account.pk]) + "#addresses"
    page = office.client.get(reverse("contract-people", args=[contract.pk])).content.decode()
    assert page.count("Takes no mail") == 1 and outbox in page
    assert page.index("Carl Contact") < page.index("Takes no mail") < page.index("Dora Contact")
    assert outbox in office.client.get(reverse("person", args=[contact.pk])).content.decode()
    assert "Takes no mail" not in office.client.get(reverse("person", args=[other.pk])).content.decode()
    project_admin = make.signed_in(make.make_member(office.project, Level.ADMIN))
    page = project_admin.get(reverse("contract-people", args=[contract.pk])).content.decode()
    assert "Takes no mail" in page and outbox not in page
