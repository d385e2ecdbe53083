"""The sample's ledgers say what its certificates say."""

import pytest

from tallystick.claims.models import Claim
from tallystick.claims.retention.ledger import contract_ledger
from tallystick.claims.retention.project_ledger import project_ledger
from tallystick.claims.states import CERTIFIED
from tallystick.contracts.models import Contract
from tallystick.directory.models import Project
from tests import factories as make

pytestmark = [pytest.mark.usefixtures("sample"), pytest.mark.django_db]


def test_every_ledger_equals_the_stored_certificates():
    lines = 0
    for project in Project.objects.all():
        for line in project_ledger(make.OPERATOR, project).rows:
            lines += 1
            claims = list(
                Claim.objects.filter(contract_id=line.contract_id, deleted_at=None).order_by("-number")
            )
            ledger = contract_ledger(Contract.objects.get(pk=line.contract_id))
            assert [row.claim_id for row in ledger.rows] == [claim.pk for claim in claims]
            for row, claim in zip(ledger.rows, claims, strict=True):
                assert row.work.after == claim.work_retention
                assert row.materials.after == claim.materials_retention
                assert row.total.retained == claim.retention_this_period
                assert row.total.released == claim.retention_released
                assert row.total.after == row.total.before + row.total.retained - row.total.released
            latest = next((claim for claim in claims if claim.status in CERTIFIED), None)
            assert line.held == ledger.held == (latest.total_retention if latest else 0)
            assert line.retained - line.released == line.held
    assert lines > 20
