"""An account, and a stand-in for DocuSign that it can be connected to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tallystick.access.actor import Actor
from tallystick.signing.docusign.models import DocusignConnection
from tests import factories as make
from tests.signing.docusign.linked import Linked
from tests.signing.docusign.stand_in import KEY, SECRET, StandIn


@pytest.fixture
def there(settings) -> Iterator[StandIn]:
    """DocuSign, as far as we need it."""
    started = StandIn.start()
    settings.DOCUSIGN_KEY, settings.DOCUSIGN_SECRET = KEY, SECRET
    settings.DOCUSIGN_SERVER = settings.DOCUSIGN_API_SERVER = started.url
    settings.PUBLIC_URL = "https://tally.example"
    started.redirect_uri = "https://tally.example/docusign/callback"
    yield started
    started.stop()


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
