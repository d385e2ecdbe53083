"""Loading the sample project: ``load_sample`` at the first start and by ``bin/tallystick demo``."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TextIO

from django.db import transaction

from tallystick.claims.models import Claim
from tallystick.core import clock
from tallystick.demo.attaching import Clerk, DrawnPictures, Pictures
from tallystick.demo.billing import Stage, play_periods
from tallystick.demo.cast import set_up_account, set_up_other_account, signing_trades
from tallystick.demo.content import companies, people
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.epilogue import play_epilogue
from tallystick.demo.insuring import insure
from tallystick.demo.letting import let_commitments, let_head_contract
from tallystick.demo.signing import play_signing
from tallystick.directory.models import Account, Project
from tallystick.documents.models import Attachment

LogIn = tuple[str, str, str, str]
"""Name, e-mail address, password, and in one sentence what the person may do."""


def load_sample(stdout: TextIO) -> None:
    """Load the sample project, all of it or nothing. Loaded already, it says so and changes nothing."""
    if is_loaded():
        stdout.write(f"The sample project {people.PROJECT_NAME} is there already; nothing was changed.\n")
        return
    stdout.write(f"Loading the sample project {people.PROJECT_NAME} …\n")
    stage = load(Calendar(clock.now() - timedelta(minutes=2)))
    stdout.write(
        f"Loaded {len(stage.let)} commitments, {len(stage.periods)} billing periods, "
        f"{Claim.objects.count()} claims and {Attachment.objects.count()} papers.\n"
    )


def is_loaded() -> bool:
    """Whether the sample's account, or one of its name, is in the database."""
    return (
        Account.objects.filter(name=people.ACCOUNT).exists()
        or Project.objects.filter(number=people.PROJECT_NUMBER, name=people.PROJECT_NAME).exists()
    )


def sample_logins() -> list[LogIn]:
    """Who can sign in to the sample."""
    logins = [(c.name, c.email, people.PASSWORD, c.role) for c in people.COLLEAGUES]
    for trade, role in signing_trades().items():
        firm = companies.FIRMS[trade]
        logins.append((firm.contact, firm.contact_email, people.PASSWORD, role))
    name, email = people.OTHER_ADMINISTRATOR
    logins.append(
        (name, email, people.PASSWORD, "Another company's administrator: sees nothing of this project")
    )
    return logins


def load(calendar: Calendar, *, only: Collection[str] = (), pictures: Pictures | None = None) -> Stage:
    """Play the sample for a calendar, in one transaction.

    ``only`` keeps to the commitments of those numbers; ``pictures`` come from elsewhere (both for tests).
    """
    pictures = pictures or DrawnPictures()
    try:
        with _without_collector(), transaction.atomic():
            return _play(calendar, pictures, only)
    finally:
        pictures.close()


def _play(calendar: Calendar, pictures: Pictures, only: Collection[str]) -> Stage:
    with clock.at(calendar.moment(-1, 0)):
        cast = set_up_account()
        set_up_other_account()
    head_contract = let_head_contract(cast, calendar)
    let = let_commitments(cast, calendar, only)
    stage = Stage(cast, calendar, let, head_contract, Clerk(cast.account, pictures))
    play_periods(stage)
    insure(stage)
    play_epilogue(stage)
    play_signing(stage)
    return stage


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of rows come and go without a cycle among them: looking for one costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
