"""Who may see, add and remove papers. A file is guarded by the policy of the thing that owns it (architecture §3)."""

from django.db.models import Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.policies import is_account_admin, visible_companies, visible_projects
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim
from tallystick.claims.states import EDITABLE, Side
from tallystick.contracts import policies as contracts
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Company, Project
from tallystick.documents.models import Attachment, Backup
from tallystick.terms.context import text

Owner = Claim | Contract | Company


def visible_to(actor: Actor, *, removed: bool = False) -> QuerySet[Attachment]:
    """Attachments of everything that the actor may see; the removed ones instead where one asks for them."""
    attachments = Attachment.objects.filter(deleted_at__isnull=not removed)
    if actor.is_operator:
        return attachments
    return attachments.filter(
        Q(claim__in=claims.visible_to(actor))
        | Q(contract__in=contracts.visible_to(actor))
        | Q(company__in=visible_companies(actor))
    )


def can_add(actor: Actor, owner: Owner) -> Decision:
    """Attach a paper. On a claim: its contact while the claim can be edited, an administrator at any time."""
    if isinstance(owner, Company):
        return _can_add_to_company(actor, owner)
    if isinstance(owner, Contract):
        return contracts.can_administer(actor, owner)
    return _can_add_to_claim(actor, owner)


def _can_add_to_company(actor: Actor, company: Company) -> Decision:
    if is_account_admin(actor, company.account_id):
        return ALLOWED
    return refused("Only an administrator of the account adds papers to a company's record.")


def _can_add_to_claim(actor: Actor, claim: Claim) -> Decision:
    side = claims.side_of(actor, claim.contract)
    if side is Side.ADMIN or (side is Side.CONTACT and claim.status in EDITABLE):
        return ALLOWED
    if side is None:
        return refused(
            text("Only {a claim_contact} of this contract or an administrator can add papers to {a claim}.")
        )
    return refused(
        text("Papers can be added until the {claim} is submitted. Ask for it to be sent back to add more.")
    )


def can_remove(actor: Actor, attachment: Attachment) -> Decision:
    """Take this paper off again, or bring it back."""
    return can_remove_from(actor, owner_of(attachment))


def can_remove_from(actor: Actor, owner: Owner) -> Decision:
    """Take papers off again: by the same rule as adding them, and on a claim not once it is certified."""
    if isinstance(owner, Claim) and owner.certified_at is not None:
        return refused(
            text("This {claim} is certified with the papers that it has. Reopen it to remove one.")
        )
    return can_add(actor, owner)


def owner_of(attachment: Attachment) -> Owner:
    """The claim, contract or company that the attachment belongs to."""
    owner = attachment.claim or attachment.contract or attachment.company
    if owner is None:
        raise ValueError("the database lets no attachment be without its owner")
    return owner


def can_compile(actor: Actor, project: Project) -> Decision:
    """Compile backups, and see those that were compiled: Admin on Commitments (R-COMPILE-3)."""
    return claims.can_administer_claims(actor, project, text("compile {claim_backups}"))


def backups_visible_to(actor: Actor, project: Project) -> QuerySet[Backup]:
    """Past backups of the project, for those who could compile them."""
    backups = Backup.objects.filter(project=project)
    return backups if can_compile(actor, project) else backups.none()


def backup_visible_to(actor: Actor, backup_id: int) -> Backup | None:
    """A backup that has not expired, of a project of the actor's where they could compile it."""
    backup = (
        Backup.objects.filter(pk=backup_id, project__in=visible_projects(actor), expires_at__gt=clock.now())
        .select_related("project__account")
        .first()
    )
    return backup if backup is not None and can_compile(actor, backup.project) else None


def can_store_signed(actor: Actor, claim: Claim) -> Decision:
    """Store a signed version: administrators, once the claim is certified (R-SIGN-2, R-COMPILE-6)."""
    if claims.side_of(actor, claim.contract) is not Side.ADMIN:
        return refused("Only an administrator stores the signed version.")
    if claim.certified_at is None:
        return refused(
            text(
                "Only {a claim} that is Approved, Approved as Noted or Pending Owner Approval can be signed."
            )
        )
    return ALLOWED
