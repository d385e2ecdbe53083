"""The papers of a claim: which ones come with it, under which names, and handing them in as its claimant does."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

from tallystick.access.actor import Actor
from tallystick.claims.entries import Saved
from tallystick.claims.models import Claim
from tallystick.core.dates import add_months
from tallystick.demo.content import companies, people
from tallystick.demo.content.progress import dice
from tallystick.demo.letting import Let
from tallystick.demo.papers import awkward, formal, heavy, site
from tallystick.demo.papers.facts import ClaimFacts
from tallystick.directory.models import Account
from tallystick.documents.actions import answer_paper, attach, attach_all
from tallystick.documents.kinds import accept
from tallystick.documents.models import Attachment, StoredFile
from tallystick.documents.policies import Owner
from tallystick.documents.store import keep_bytes

STRUCTURE = frozenset(
    {"piling", "civil", "formwork", "reinforcement", "concrete", "premix", "steel", "precast"}
)
SERVICES = frozenset({"mechanical", "electrical", "hydraulic", "fire", "lifts"})
BY_THE_HOUR = frozenset({"crane", "cleaning", "security", "scaffolding"})
FIRST_PICTURES = 3
"""There is little to photograph in the first two periods; and the pictures have time to be made."""

LOCKED_WITH = "voltmere"
_LIMIT = 64 * 1024 * 1024


class Pictures(Protocol):
    """Where photographs and scans come from."""

    def get(self, name: str) -> bytes:
        """The bytes of the picture of that name."""

    def close(self) -> None:
        """No more pictures are wanted."""


class DrawnPictures:
    """Pictures made by another process while the first periods are played."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tallystick-sample-"))
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            [sys.executable, "-m", heavy.__name__, str(self._folder)],
            cwd=Path(__file__).parents[2],  # where the packages are, so that -m finds this one
        )
        self._kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes:
        """The bytes of a picture; waits until they are made."""
        if self._process is not None:
            if self._process.wait() != 0:
                raise RuntimeError("The sample's pictures could not be made; what went wrong stands above.")
            self._process = None
        if name not in self._kept:
            self._kept[name] = (self._folder / name).read_bytes()
        return self._kept[name]

    def close(self) -> None:
        """Take the folder away; end the process where it is still at work."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class Clerk:
    """Hands papers in and remembers what the store has, so that the same bytes are kept once."""

    def __init__(self, account: Account, pictures: Pictures) -> None:
        self.account, self.pictures = account, pictures
        self._stored: dict[str, StoredFile] = {}

    def hand_in(self, actor: Actor, let: Let, saved: Saved, period: int, month: date) -> list[Attachment]:
        """Attach everything that comes with the claim."""
        facts = facts_of(let, saved, month)
        papers = self._papers(let, saved.claim, facts, period)
        attached = attach_all(
            actor, saved.claim, [(self._stored_file(name, content), name) for name, content in papers]
        )
        for paper in attached:
            for required, begins in people.REQUIRED_PAPERS:
                if paper.name.startswith(begins):
                    answer_paper(actor, paper, required)
        return attached

    def attach(self, actor: Actor, owner: Owner, name: str, content: bytes) -> Attachment:
        """Attach one paper to a contract or a company's record."""
        return attach(actor, owner, self._stored_file(name, content), name)

    def _stored_file(self, name: str, content: bytes | str) -> StoredFile:
        """The bytes, or the picture of that name, in the store."""
        if isinstance(content, bytes):
            return self._keep(name, content)
        if content not in self._stored:
            self._stored[content] = self._keep(name, self.pictures.get(content))
        return self._stored[content]

    def _keep(self, name: str, data: bytes) -> StoredFile:
        return keep_bytes(self.account, data, accept(name, len(data), limit=_LIMIT).media_type)

    def _papers(
        self, let: Let, claim: Claim, facts: ClaimFacts, period: int
    ) -> Iterator[tuple[str, bytes | str]]:
        yield f"Tax invoice {facts.reference}.pdf", formal.tax_invoice(facts)
        if let.plan.kind == "subcontract" and dice(let.plan.number, period, "statement") % 5 < 2:
            yield f"Subcontractor statement {facts.month}.pdf", formal.subcontractor_statement(facts)
        yield from _text_extras(let, facts, period)
        if period >= FIRST_PICTURES:
            yield from _picture_extras(let, claim, facts, period)
        yield from _awkward_ones(let.plan.number, facts, period)


def _text_extras(let: Let, facts: ClaimFacts, period: int) -> Iterator[tuple[str, bytes]]:
    trade, roll = let.plan.trade, dice(let.plan.number, period, "extras") % 14
    if trade in STRUCTURE:
        if roll in (0, 1, 2, 3):
            yield f"Delivery dockets {facts.month}.pdf", site.delivery_dockets(facts)
        if roll in (3, 4) or (trade in ("concrete", "premix") and roll < 6):
            yield f"Test certificates {facts.month}.pdf", site.test_certificates(facts)
        if roll in (6, 7):
            yield f"Inspection and test plan {facts.contract_number}.pdf", site.inspection_checklist(facts)
    elif trade in SERVICES:
        if roll < 5:
            yield f"Monthly report {facts.month}.pdf", site.monthly_report(facts)
        if roll in (4, 5, 6):
            yield f"Marked-up plan {facts.month}.pdf", site.marked_up_plan(facts)
    elif trade in BY_THE_HOUR:
        if roll < 6:
            yield f"Timesheets {facts.month}.xlsx", _timesheets(facts, period)
        if roll in (5, 6, 7):
            yield f"Site diary {facts.month}.pdf", site.site_diary(facts)
    elif roll < 4:
        yield f"Marked-up plan {facts.month}.pdf", site.marked_up_plan(facts)
    elif roll < 6:
        yield f"Site diary {facts.month}.pdf", site.site_diary(facts)


def _picture_extras(let: Let, claim: Claim, facts: ClaimFacts, period: int) -> Iterator[tuple[str, str]]:
    number = let.plan.number
    roll = dice(number, period, "pictures") % 10
    if roll < 2 and let.plan.trade not in ("security", "premix"):
        first = dice(number, period, "photo")
        for index in range(1 + roll * 2):
            picture = (first + index * 5) % heavy.PHOTOGRAPHS
            yield f"IMG_{2000 + (first + index) % 7000}.jpg", f"photograph-{picture}.jpg"
    elif roll == 2:
        album = dice(number, period, "album") % heavy.ALBUMS
        yield f"Progress photographs {facts.month}.pdf", f"album-{album}.pdf"
    elif roll in (3, 4):
        scan = dice(number, period, "scan") % heavy.SCANS
        yield f"{_SCAN_NAMES[scan % len(_SCAN_NAMES)]} {claim.number}.pdf", f"scan-{scan}.pdf"


_SCAN_NAMES = (
    "Toolbox talks (scan)",
    "Daywork sheets (scan)",
    "Delivery records (scan)",
    "Permit to load (scan)",
    "Pre-start checks (scan)",
)


def _awkward_ones(number: str, facts: ClaimFacts, period: int) -> Iterator[tuple[str, bytes | str]]:
    """The files that make a real month: one of each kind, most of them in the last closed period."""
    match number, period:
        case "SC-011", 11:
            yield "Payroll summary.pdf", awkward.locked(site.site_diary(facts), LOCKED_WITH)
        case "SC-004", 10:
            yield "Bar schedule rev C.pdf", awkward.cut_off(site.inspection_checklist(facts))
        case "SC-002", 11:
            yield "Weighbridge export.pdf", awkward.garbled(77)
        case "SC-005", 11:
            yield "Forwarded dockets.pdf", awkward.misplaced(site.delivery_dockets(facts))
            yield "IMG_4410.jpg", f"photograph-{heavy.TURNED}.jpg"
        case "SC-006", 11:
            yield "Survey certificate (signed).pdf", awkward.signed_certificate()
        case "SC-012", 11:
            yield "Fax from council.tif", "fax.tif"
        case "SC-010", 12:
            yield "Clash at grid F.png", "screenshot.png"
        case "SC-014", 11:
            mail = awkward.forwarded_mail(
                f"{facts.contact.split()[0].lower()}@tallowmerelifts.example",
                f"claims@{people.ACCOUNT_DOMAIN}",
                f"Claim {facts.claim_number}, {facts.contract_number}",
                facts.end,
            )
            yield "RE Delivery advice.eml", mail
        case "SC-016", 11:
            yield "Photo of docket.pdf", "photograph-3.jpg"


_CREW = (
    "Tran, A.",
    "Kelly, B.",
    "Moretti, C.",
    "Singh, D.",
    "Walsh, E.",
    "Okafor, F.",
    "Rossi, H.",
    "Park, J.",
)


def _timesheets(facts: ClaimFacts, period: int) -> bytes:
    seed = dice(facts.contract_number, period, "hours")
    return awkward.timesheets(facts.company, facts.start, _CREW[: 3 + seed % 6], seed)


def facts_of(let: Let, saved: Saved, month: date) -> ClaimFacts:
    """The claim as its papers speak of it."""
    claim = saved.claim
    firm = companies.FIRMS[let.plan.trade]
    amounts = [(line.description, line.claimed_work + line.claimed_materials_new) for line in saved.lines]
    ranked = sorted((a for a in amounts if a[1]), key=lambda a: -abs(a[1]))
    return ClaimFacts(
        project=people.PROJECT_NAME,
        project_number=people.PROJECT_NUMBER,
        head_contractor=people.ACCOUNT,
        company=firm.name,
        trade=firm.trade,
        abn=firm.abn,
        address=firm.address,
        contact=firm.contact,
        contract_number=let.plan.number,
        contract_title=let.plan.title,
        claim_number=claim.number,
        reference=claim.reference,
        month=f"{month:%B %Y}",
        start=claim.period_start,
        end=claim.period_end,
        work_this_period=claim.claimed_this_period,
        retention_this_period=claim.claimed_this_period - claim.payment_due,
        due=claim.payment_due,
        tax=claim.tax,
        due_with_tax=claim.payment_due_with_tax,
        lines=tuple(ranked),
    )


def contract_facts(let: Let, signed_on: date) -> ClaimFacts:
    """The contract as its own papers and the insurer's speak of it; the cover runs for a year."""
    firm = companies.FIRMS[let.plan.trade]
    return ClaimFacts(
        project=people.PROJECT_NAME,
        project_number=people.PROJECT_NUMBER,
        head_contractor=people.ACCOUNT,
        company=firm.name,
        trade=firm.trade,
        abn=firm.abn,
        address=firm.address,
        contact=firm.contact,
        contract_number=let.plan.number,
        contract_title=let.plan.title,
        claim_number=0,
        reference="",
        month=f"{signed_on:%B %Y}",
        start=signed_on.replace(day=1),
        end=add_months(signed_on.replace(day=1), 12),
        work_this_period=0,
        retention_this_period=0,
        due=0,
        tax=0,
        due_with_tax=0,
        lines=(),
    )
