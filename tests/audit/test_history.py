"""History is appended to, never rewritten."""

import pytest

from tallystick.audit.actions import changed, record
from tallystick.audit.models import Event
from tallystick.audit.queries import history
from tallystick.terms import dictionary, use
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_an_event_that_no_room_declares_is_a_fault():
    project = make.make_project()
    with pytest.raises(ValueError, match="not registered"):
        record(None, "thing.happened", project, account_id=project.account_id, actor_name="x")


def test_events_are_never_changed_or_deleted():
    make.make_project()
    event = Event.objects.latest("pk")
    event.actor_name = "Somebody else"
    with pytest.raises(TypeError, match="never rewritten"):
        event.save()
    with pytest.raises(TypeError, match="never rewritten"):
        Event.objects.update(actor_name="x")
    with pytest.raises(TypeError, match="never deleted"):
        Event.objects.all().delete()


def test_a_history_reads_in_the_words_in_force():
    contract = make.make_contract()
    make.make_claim_contact(contract, "Robin Chau")
    with use(dictionary(locale="en-US")):
        sentences = [row.text for row in history(contract)]
    assert f"made Robin Chau an invoice contact of {contract}" in sentences


def test_only_differences_are_changes():
    assert changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": [2, 3]}
