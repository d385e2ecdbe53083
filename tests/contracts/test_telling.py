"""Who is told by e-mail of a commitment and of its breakdown, and who is not (R-NOTIFY-1, R-NOTIFY-3, domain §13)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.contracts.actions import add_to_private_list
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import visible_to
from tallystick.contracts.recipients import distribution_of
from tallystick.contracts.sending import can_send, send_contract
from tallystick.contracts.sight import sights_of
from tallystick.contracts.states import ContractStatus, SubSovStatus
from tallystick.contracts.sub_sov import (
    ask_for_breakdown,
    move_breakdown,
    save_breakdown,
    take_over_whole_lines,
    use_breakdown,
)
from tallystick.contracts.sub_sov_policies import can_ask_for_breakdown
from tallystick.core import clock
from tallystick.core.errors import Refused
from tallystick.directory.models import ClaimDistribution
from tallystick.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
B = SubSovStatus


MORNING = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock.at(MORNING):
        yield


class Job:
    """A private subcontract with a contact, and people of the builder on the distribution list."""

    def __init__(self):
        self.project = make.make_project(name="Harbour Tower")
        self.contract = make.make_contract(self.project, number="SC-001")
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")
        self.boss = make.make_member(self.project, Level.ADMIN, name="Ann Admin")
        self.admin = make.actor_of(self.boss)
        self.carl = make.actor_of(self.contact)

    def list(self, *people):
        for person in people:
            ClaimDistribution.objects.create(project=self.project, person=person)

    def break_down(self):
        use_breakdown(self.admin, self.contract, True)
        take_over_whole_lines(self.carl, self.contract)


@pytest.fixture
def job():
    return Job()


def told():
    return [(message.event, message.name) for message in Message.objects.order_by("created_at", "pk")]


def test_a_commitment_is_sent_to_each_of_its_contacts_with_its_link(job):
    assert send_contract(job.admin, job.contract, once="one") == ["Carl Contact"]
    (message,) = Message.objects.all()
    assert message.subject == "Harbour Tower: Ann Admin has sent you SC-001 Concrete works"
    for twin in (message.text, message.html):
        assert make.leads_to(twin) == [f"/contracts/{job.contract.pk}"]
        assert "$100,000.00" in twin
    assert "List-Unsubscribe" not in message.headers
    assert history(job.contract)[-1].text == f"e-mailed the link of {job.contract} to Carl Contact"


def test_the_same_press_sends_once_and_another_anew(job):
    send_contract(job.admin, job.contract, once="one")
    assert send_contract(job.admin, job.contract, once="one") == []
    send_contract(job.admin, job.contract, once="two")
    assert Message.objects.count() == 2
    assert [row.name for row in history(job.contract)].count("contract.sent") == 2


def test_there_has_to_be_somebody_to_send_it_to(job):
    nobody = make.make_contract(job.project)
    assert "no claim contact" in can_send(job.admin, nobody).reason.lower().replace("progress ", "")
    assert "Only commitments are sent" in can_send(job.admin, make.make_head_contract(job.project)).reason
    assert not can_send(job.carl, job.contract)
    job.contact.is_active = False
    job.contact.save()
    with pytest.raises(Refused, match="to write to"):
        send_contract(job.admin, job.contract, once="one")
    void = make.make_contract(job.project, status=ContractStatus.VOID)
    assert "void" in can_send(job.admin, void).reason


def test_contacts_are_asked_for_the_breakdown_in_the_words_of_the_field(job):
    use_breakdown(job.admin, job.contract, True)
    assert told() == []
    assert ask_for_breakdown(job.admin, job.contract, once="one") == ["Carl Contact"]
    assert ask_for_breakdown(job.admin, job.contract, once="one") == []
    (message,) = Message.objects.all()
    assert message.subject == (
        "Harbour Tower: Ann Admin invites you to break down your schedule of values for this commitment"
    )
    assert make.leads_to(message.text) == [f"/contracts/{job.contract.pk}/breakdown"]


def test_a_breakdown_is_asked_for_only_while_it_is_theirs_to_write(job):
    assert not can_ask_for_breakdown(job.admin, job.contract)
    job.break_down()
    assert not can_ask_for_breakdown(job.carl, job.contract)
    move_breakdown(job.carl, job.contract, B.UNDER_REVIEW)
    job.contract.refresh_from_db()
    assert "Under Review" in can_ask_for_breakdown(job.admin, job.contract).reason


def test_the_distribution_list_is_told_what_comes_in_and_that_it_came_again(job):
    job.list(job.boss)
    job.break_down()
    move_breakdown(job.carl, job.contract, B.UNDER_REVIEW)
    with clock.at(MORNING + timedelta(hours=1)):
        move_breakdown(job.admin, job.contract, B.REVISE_AND_RESUBMIT, reason="Split the footings.")
    with clock.at(MORNING + timedelta(hours=2)):
        move_breakdown(job.carl, job.contract, B.UNDER_REVIEW)
    assert told() == [
        ("sub_sov.submitted", "Ann Admin"),
        ("sub_sov.sent_back", "Carl Contact"),
        ("sub_sov.submitted", "Ann Admin"),
    ]
    first, _, again = Message.objects.order_by("created_at", "pk")
    assert "was submitted for approval" in first.subject
    assert "was revised and resubmitted" in again.subject
    assert first.headers["References"] == again.headers["References"]
    assert "List-Unsubscribe" in first.headers


def test_contacts_are_never_told_what_an_administrator_does_with_the_breakdown_but_to_send_it_back(job):
    use_breakdown(job.admin, job.contract, True)
    take_over_whole_lines(job.admin, job.contract)
    save_breakdown(job.admin, job.contract, {})
    for target in (B.UNDER_REVIEW, B.DRAFT, B.UNDER_REVIEW, B.APPROVED, B.DRAFT):
        move_breakdown(job.admin, job.contract, target)
    assert told() == []


def test_nobody_learns_of_a_private_contract_by_being_on_the_list(job):
    reader = make.make_member(job.project, Level.READ_ONLY, name="Rita Reader")
    listed = make.make_member(job.project, Level.READ_ONLY, name="Lisa Listed")
    without = make.make_member(job.project, Level.NONE, name="Nina None")
    stranger = make.make_person(make.own_company(job.project.account), "Stan Stranger")
    owner = make.make_account_admin(job.project.account, "Olga Owner")
    gone = make.make_member(job.project, Level.ADMIN, name="Gus Gone")
    gone.is_active = False
    gone.save()
    add_to_private_list(job.admin, job.contract, listed)
    abroad = make.make_company(job.project.account)
    outside = make.make_member(job.project, Level.READ_ONLY, company=abroad, name="Ozzie Outside")
    guest = make.make_member(job.project, Level.STANDARD, company=abroad, name="Greta Guest")
    everybody = [job.boss, reader, listed, without, stranger, owner, gone, outside, guest]
    job.list(*everybody)
    assert [to.name for to in distribution_of(job.contract)] == ["Ann Admin", "Lisa Listed", "Olga Owner"]
    Contract.objects.update(is_private=False)
    job.contract.refresh_from_db()
    assert [to.name for to in distribution_of(job.contract)] == [
        "Ann Admin",
        "Greta Guest",
        "Lisa Listed",
        "Olga Owner",
        "Rita Reader",
    ]
    for contract in (job.contract, make.make_contract(job.project)):
        sights = sights_of(job.project, everybody)
        for person in everybody:
            sees = visible_to(make.actor_of(person)).filter(pk=contract.pk).exists()
            assert (person.pk in sights and sights[person.pk].sees(contract)) == sees, person.name


def test_the_list_is_not_told_of_contracts_with_the_client(job):
    job.list(job.boss)
    assert distribution_of(make.make_head_contract(job.project)) == []


class TestPages:
    """The buttons beside Create and Save."""

    @pytest.fixture
    def client(self, job):
        return make.signed_in(job.boss)

    def facts(self, job, **more):
        from tallystick.web.contracts.forms import facts_seen

        return {
            "number": "SC-001",
            "title": "Concrete",
            "company": job.contract.company_id,
            "seen": facts_seen(job.contract),
            "once": "abc",
        } | more

    def test_save_and_email_saves_and_sends_once(self, job, client):
        address = reverse("contract-edit", args=[job.contract.pk])
        for _ in range(2):
            reply = client.post(address, self.facts(job, then="email"), follow=True)
            assert reply.status_code == 200
        assert told() == [("contract.sent", "Carl Contact")]
        assert "SC-001 Concrete" in Message.objects.get().subject
        assert "on its way already" in reply.content.decode()

    def test_save_alone_sends_nothing(self, job, client):
        client.post(reverse("contract-edit", args=[job.contract.pk]), self.facts(job))
        assert told() == []

    def test_nothing_is_saved_where_nobody_could_be_told(self, job, client):
        job.contract.claim_contacts.all().delete()
        page = client.get(reverse("contract-edit", args=[job.contract.pk])).content.decode()
        assert "to write to. Add one under People first." in page
        reply = client.post(reverse("contract-edit", args=[job.contract.pk]), self.facts(job, then="email"))
        assert reply.status_code == 422 and "to write to" in reply.content.decode()
        job.contract.refresh_from_db()
        assert job.contract.title == "Concrete works"

    def new(self, job, company, **more):
        return {
            "kind": "subcontract",
            "number": "SC-900",
            "title": "Piling",
            "company": company.pk,
            "accounting_method": "amount",
            "once": "abc",
            "then": "email",
        } | more

    def test_create_and_email_brings_in_the_default_contact(self, job, client):
        person = make.make_person(make.make_company(job.project.account, "Pile Co"), "Petra Pile")
        company = person.company
        address = reverse("commitments", args=[job.project.pk])
        refused = client.post(address, self.new(job, company))
        assert refused.status_code == 422 and "no default contact" in refused.content.decode()
        assert not Contract.objects.filter(number="SC-900").exists()
        company.default_contact = person
        company.save()
        reply = client.post(address, self.new(job, company), follow=True)
        client.post(address, self.new(job, company))
        made = Contract.objects.get(number="SC-900")
        assert [contact.person for contact in made.claim_contacts.all()] == [person]
        assert told() == [("contract.sent", "Petra Pile")]
        assert "on its way to Petra Pile" in reply.content.decode()
        assert visible_to(make.actor_of(person)).filter(pk=made.pk).exists()

    def test_the_people_page_and_the_breakdown_send_too(self, job, client):
        reply = client.post(
            reverse("contract-sending", args=[job.contract.pk]), {"once": "x"}, follow=True
        ).content.decode()
        assert "An e-mail is on its way to Carl Contact." in reply
        use_breakdown(job.admin, job.contract, True)
        reply = client.post(
            reverse("sub-sov-invite", args=[job.contract.pk]), {"once": "x"}, follow=True
        ).content.decode()
        assert "An e-mail is on its way to Carl Contact." in reply
        assert {event for event, _ in told()} == {"contract.sent", "sub_sov.invited"}
