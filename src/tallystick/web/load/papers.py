"""Loading papers, signed versions and backups by their addresses: each through the policy of what owns it.

As ``load``: what is not there as far as the reader can know is 404, and the page gets its words and its clock.
"""

from __future__ import annotations

from tallystick.claims.models import Claim
from tallystick.claims.policies import visible_to as visible_claims
from tallystick.core.errors import NotFound
from tallystick.directory.models import Company
from tallystick.documents.models import Attachment, Backup, SignedDocument
from tallystick.documents.policies import Owner, backup_visible_to, owner_of, visible_to
from tallystick.web import load
from tallystick.web.request import PageRequest

_OWNERS = ("claim__contract__project__account", "contract__project__account", "company__account")


def paper_for(request: PageRequest, paper_id: int, *, removed_too: bool = False) -> Attachment:
    """A paper of something that the actor may see, with its owner at hand."""
    paper = _paper(request, paper_id, removed=False)
    if paper is None and removed_too:
        paper = _paper(request, paper_id, removed=True)
    if paper is None:
        raise NotFound("There is no such paper among those you may see. It may have been removed.")
    enter_owner(request, owner_of(paper))
    return paper


def _paper(request: PageRequest, paper_id: int, *, removed: bool) -> Attachment | None:
    return (
        visible_to(request.actor, removed=removed)
        .select_related("file", "uploaded_by", *_OWNERS)
        .filter(pk=paper_id)
        .first()
    )


def signed_for(request: PageRequest, signed_id: int) -> SignedDocument:
    """A signed version of a claim that the actor may see."""
    signed = (
        SignedDocument.objects.filter(pk=signed_id, claim__in=visible_claims(request.actor))
        .select_related("file", "claim__contract__project__account")
        .first()
    )
    if signed is None:
        raise NotFound("There is no such signed version among those you may see.")
    load.enter_project(request, signed.claim.contract.project)
    return signed


def backup_for(request: PageRequest, backup_id: int) -> Backup:
    """A backup that has not expired, for those who could compile it."""
    backup = backup_visible_to(request.actor, backup_id)
    if backup is None:
        raise NotFound(
            "There is no such compiled document, or it has expired. Choose the same ones and compile them again."
        )
    load.enter_project(request, backup.project)
    return backup


def enter_owner(request: PageRequest, owner: Owner) -> None:
    """The page is about the project of a claim or a contract, or the account of a company."""
    if isinstance(owner, Company):
        load.enter_account(request, owner.account)
    else:
        load.enter_project(request, (owner.contract if isinstance(owner, Claim) else owner).project)
