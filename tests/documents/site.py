"""A building site for stories about papers: a project, an open period, somebody who administers it, and claims."""

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.documents import compiling
from tallystick.documents.models import Backup
from tallystick.runs.engine import run_inline
from tallystick.runs.states import RunState
from tests import factories as make


class Site:
    """A project with an administrator and an open period."""

    def __init__(self, **project):
        self.project = make.make_project(**project)
        self.period = make.open_period_of(self.project)
        self.person = make.make_member(self.project, Level.ADMIN, name="Ana Ferreira")
        self.admin = make.actor_of(self.person)

    def claim(self, number: str = "", *, certify: bool = True, **contract) -> Claim:
        """A claim of $10,000.00 on a contract of its own."""
        made = make.make_contract(self.project, number=number, **contract)
        claim = create_claim(self.admin, made, self.period)
        line = lines_of(claim)[0]
        claim = save_entries(self.admin, claim, [EntryEdit(line.pk, work=10_000_00)]).claim
        if certify:
            move_claim(self.admin, claim, ClaimStatus.UNDER_REVIEW)
            claim = move_claim(self.admin, claim, ClaimStatus.APPROVED)
        return claim

    def compile(self, *claims: Claim) -> Backup:
        """The backup of these claims, compiled here and now."""
        run = run_inline(compiling.request_backup(self.admin, self.project, [c.pk for c in claims]))
        assert run.state == RunState.SUCCEEDED, run.problem
        return Backup.objects.get(pk=run.result["backup"])
