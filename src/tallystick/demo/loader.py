"""Loading the sample project: ``load_sample`` at the first start and by ``bin/tallystick demo``."""

import sys
import time
from typing import TextIO

from django.db import transaction

from tallystick.core import clock
from tallystick.demo.billing import Stage, play_periods
from tallystick.demo.cast import Cast, set_up_account, set_up_other_account, signing_trades
from tallystick.demo.content import companies, people
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.letting import let_commitments, let_head_contract


def play(calendar: Calendar, *, smaller: bool = False) -> Stage:
    with clock.at(calendar.moment(-1, 0)):
        cast = set_up_account()
    head_contract = let_head_contract(cast, calendar)
    stage = Stage(cast, calendar, let_commitments(cast, calendar, smaller=smaller), head_contract)
    play_periods(stage)
    return stage
