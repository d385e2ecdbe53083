"""Three hundred claims to DocuSign in one batch, the worker killed in the middle, answers lost: one envelope each."""

from __future__ import annotations

import base64
import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim, ClaimLine
from tallystick.config.secret import token_keys
from tallystick.contracts.models import ClaimContact, Contract, SovLine
from tallystick.core import clock
from tallystick.documents.actions import signed_version
from tallystick.runs.states import RunState
from tallystick.signing.models import Envelope
from tallystick.signing.states import EnvelopeState as E
from tests import factories as make
from tests.scenarios.test_backup_worker import Workers, ended, until
from tests.signing.docusign.linked import Linked
from tests.signing.docusign.stand_in import KEY, SECRET, StandIn, stand_in_for
from tests.signing.site import SigningSite, work

MANY = 300
LOST = 6

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(settings, tmp_path: Path) -> Iterator[Workers]:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    started = Workers(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def there(settings) -> Iterator[StandIn]:
    with stand_in_for(settings) as started:
        yield started


@pytest.fixture
def keys(settings, tmp_path: Path) -> str:
    """The key that seals the tokens, known to the workers too."""
    told = f"t:{base64.b64encode(os.urandom(32)).decode()}"
    settings.TOKEN_KEYS = token_keys(told, tmp_path)
    return told


def copies(first: Claim, count: int) -> list[Claim]:
    """So many certified claims, each on a contract of its own: the first one's rows once more, for speed."""
    lines = list(SovLine.objects.filter(contract=first.contract).order_by("pk"))
    billed = {line.sov_line_id: line for line in ClaimLine.objects.filter(claim=first)}
    contacts = list(ClaimContact.objects.filter(contract=first.contract))

    def again(row, **changed):
        fresh = type(row).objects.get(pk=row.pk)
        fresh.pk, fresh._state.adding = None, True
        for name, value in changed.items():
            setattr(fresh, name, value)
        return fresh

    contracts = Contract.objects.bulk_create(
        again(first.contract, number=f"SC-{number:03}") for number in range(2, count + 1)
    )
    claims = Claim.objects.bulk_create(again(first, contract=contract) for contract in contracts)
    made: list[tuple[Claim, SovLine, SovLine]] = [
        (claim, line, again(line, contract=claim.contract)) for claim in claims for line in lines
    ]
    SovLine.objects.bulk_create(line for _, _, line in made)
    ClaimLine.objects.bulk_create(
        again(billed[old.pk], claim=claim, sov_line=line) for claim, old, line in made if old.pk in billed
    )
    ClaimContact.objects.bulk_create(
        again(contact, contract=contract) for contract in contracts for contact in contacts
    )
    return [first, *claims]


def test_a_batch_of_300_with_a_killed_worker_and_lost_answers_makes_one_envelope_each(workers, there, keys):
    site = SigningSite()
    boss = make.make_account_admin(site.project.account, "Bea Boss")
    Linked(there, site.project.account, Actor.of(boss.login)).connect()
    site.choose(provider="docusign", rule="all")
    claims = copies(site.ready("SC-001"), MANY)
    run = site.ask(*claims).run
    there.fail("create", "lost", LOST // 2)
    there.fail("create", "500-after", LOST - LOST // 2)
    environment = {
        "TALLYSTICK_TOKEN_KEYS": keys,
        "TALLYSTICK_URL": "https://tally.example",
        "TALLYSTICK_DOCUSIGN_KEY": KEY,
        "TALLYSTICK_DOCUSIGN_SECRET": SECRET,
        "TALLYSTICK_DOCUSIGN_SERVER": there.url,
        "TALLYSTICK_DOCUSIGN_API_SERVER": there.url,
    }
    worker = workers.start(**environment)
    until(lambda: len(there.envelopes) >= MANY // 3)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert len(there.envelopes) < MANY
    workers.start(**environment)
    run = ended(run)
    workers.stop()
    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 2), run.problem
    # Answers that were lost are looked for a minute later, in whichever worker is there then.
    with clock.at(clock.now() + timedelta(minutes=20)):
        work()
        work()

    keys_there = Counter(one.definition["transactionId"] for one in there.envelopes)
    assert len(keys_there) == MANY and set(keys_there.values()) == {1}
    rows = {str(row.key): row for row in Envelope.objects.select_related("claim")}
    assert rows.keys() == keys_there.keys() and len({row.claim_id for row in rows.values()}) == MANY
    assert {row.state for row in rows.values()} == {E.SENT}
    assert {row.provider_ref for row in rows.values()} == {one.id for one in there.envelopes}

    signed, declined, voided = there.envelopes[:5], there.envelopes[5], there.envelopes[6]
    there.later(hours=1)
    for kept in signed:
        kept.sign(kept.signers[0]["email"], there.now())
    declined.decline(declined.signers[0]["email"], "Wrong amount.", there.now())
    voided.void("By mistake", there.now())
    with clock.at(clock.now() + timedelta(hours=2)):
        work()
        work()
    states = dict(Envelope.objects.values_list("provider_ref", "state"))
    assert Counter(states.values()) == {E.SENT: MANY - 7, E.COMPLETED: 5, E.DECLINED: 1, E.VOIDED: 1}
    assert states[declined.id] == E.DECLINED and states[voided.id] == E.VOIDED
    for row in Envelope.objects.filter(state=E.COMPLETED).select_related("claim"):
        assert signed_version(row.claim) is not None
