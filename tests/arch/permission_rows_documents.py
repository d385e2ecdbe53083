"""Rows of the permission matrix for papers, claims' PDFs and backups, and the things that their addresses name."""

import tempfile
from datetime import timedelta
from pathlib import Path

from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.directory.models import Person
from tallystick.documents.actions import add_attachment
from tallystick.documents.models import Backup, SignedDocument
from tallystick.documents.store import put, scratch_folder
from tallystick.documents.thumbnails import thumbnail_path
from tallystick.runs.actions import request_run
from tests import factories as make
from tests.arch.permission_world import (
    COMPANY_ADMIN,
    COMPANY_READER,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    NOT_TAKEN,
    PROJECT_ADMIN,
    Row,
    World,
)

BACKUP_READER = "s444444oo"
# The claim is a draft: nobody can store a signed version of it yet.
NOT_SIGNED_YET = "s44434433"

DOCUMENTS: dict[str, Row] = {
    # Papers: of a draft, to which its contact adds
    "claim-uploads": (CONTRACT_READER, CONTRACT_READER),
    "contract-uploads": (CONTRACT_READER, CONTRACT_ADMIN),
    "company-uploads": (COMPANY_READER, COMPANY_ADMIN),
    "paper": (CONTRACT_READER, NOT_TAKEN),
    "paper-thumbnail": (CONTRACT_READER, NOT_TAKEN),
    "paper-answer": (NOT_TAKEN, CONTRACT_READER),
    "paper-removal": (NOT_TAKEN, CONTRACT_READER),
    "paper-restoration": (NOT_TAKEN, CONTRACT_READER),
    "paper-unlocking": (NOT_TAKEN, CONTRACT_READER),
    # The claim's own PDF
    "claim-pdf": (CONTRACT_READER, NOT_TAKEN),
    "claim-signed-version": (NOT_TAKEN, NOT_SIGNED_YET),
    "signed-version-withdrawal": (NOT_TAKEN, CONTRACT_ADMIN),
    # Backups
    "backups": (PROJECT_ADMIN, PROJECT_ADMIN),
    "backups-compile": (PROJECT_ADMIN, PROJECT_ADMIN),
    "backup-file": (BACKUP_READER, NOT_TAKEN),
}


def add_documents(world: World) -> None:
    """Add what the addresses of documents name to ``world.ids``; the claim is there already."""
    claim = Claim.objects.select_related("contract__project__account", "period").get(pk=world.ids["claim_id"])
    data = b"%PDF-1.4 a docket"
    paper = add_attachment(make.OPERATOR, claim, name="Docket.pdf", size=len(data), chunks=[data])
    thumbnail = thumbnail_path(paper.file.sha256)
    thumbnail.parent.mkdir(parents=True, exist_ok=True)
    thumbnail.write_bytes(b"\x89PNG")
    world.ids["paper_id"] = paper.pk
    world.ids["signed_id"] = _signed(world, claim, paper.file).pk
    world.ids["backup_id"] = _backup(world, claim).pk


def _signed(world: World, draft: Claim, file: object) -> SignedDocument:
    contact = Person.objects.get(pk=world.ids["person_id"])
    company = Contract.objects.select_related("company").get(pk=draft.contract_id).company
    contract = make.make_contract(draft.contract.project, company)
    make.contracts.add_claim_contact(make.OPERATOR, contract, contact)
    claim = create_claim(make.OPERATOR, contract, draft.period)
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    claim = move_claim(make.OPERATOR, claim, ClaimStatus.APPROVED)
    return SignedDocument.objects.create(claim=claim, revision=claim.revision, file=file, name="Signed.pdf")


def _backup(world: World, claim: Claim) -> Backup:
    project = claim.contract.project
    run = request_run(
        "test.backup",
        account_id=project.account_id,
        project_id=project.pk,
        title="A backup",
        params={"by": "Somebody"},
        asked_by_id=None,
    )
    with tempfile.NamedTemporaryFile(dir=scratch_folder(), delete=False) as file:
        file.write(b"%PDF-1.7 a backup")
    put(f"backups/{run.pk}.pdf", Path(file.name))
    return Backup.objects.create(
        project=project,
        run=run,
        selection=[claim.pk],
        digest="0" * 64,
        file_key=f"backups/{run.pk}.pdf",
        file_name="Backup.pdf",
        size=17,
        plan_digest="1" * 64,
        page_count=1,
        manifest_sha256="2" * 64,
        expires_at=clock.now() + timedelta(days=1),
    )
