"""An account, and a stand-in for DocuSign that it can be connected to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tallystick.access.actor import Actor
from tallystick.signing.docusign.models import DocusignConnection
from tests import factories as make
from tests.signing.docusign.linked import Linked
from tests.signing.docusign.stand_in import StandIn, stand_in_for


@pytest.fixture
def there(settings) -> Iterator[StandIn]:
    """DocuSign, as far as we need it."""
    with stand_in_for(settings) as started:
        yield started


@pytest.fixture
def linked(transactional_db: None, there: StandIn) -> Linked:
    """An account that is connected."""
    boss = make.make_account_admin(make.make_account("Northbuild"), "Bea Boss")
    found = Linked(there, boss.account, Actor.of(boss.login))
    found.connect()
    return found


@pytest.fixture
def connection(linked: Linked) -> DocusignConnection:
    return linked.connection
