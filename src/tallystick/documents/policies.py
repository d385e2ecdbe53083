"""Who may see, add and remove papers. A file is guarded by the policy of the thing that owns it (architecture §3)."""

from django.db.models import Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.models import AccountMembership
from tallystick.access.policies import is_account_admin
from tallystick.claims import policies as claims
from tallystick.claims.models import Claim
from tallystick.claims.states import EDITABLE, Side
from tallystick.contracts import policies as contracts
from tallystick.contracts.models import Contract
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Company, Project
from tallystick.documents.models import Attachment, Backup
from tallystick.terms.context import text

Owner = Claim | Contract | Company


def visible_to(actor: Actor) -> QuerySet[Attachment]:
    """Attachments of everything that the actor may see, removed ones left out."""
    attachments = Attachment.objects.filter(deleted_at=None)
    if actor.is_operator:
        return attachments
    return attachments.filter(
        Q(claim__in=claims.visible_to(actor))
        | Q(contract__in=contracts.visible_to(actor))
        | Q(company__in=companies_visible_to(actor))
    )


def companies_visible_to(actor: Actor) -> QuerySet[Company]:
    """Company records: for people with Read Only or more on the account's directory."""
    if actor.is_operator:
        return Company.objects.all()
    accounts = AccountMembership.objects.filter(
        person__login_id=actor.login_id or 0, person__is_active=True, directory__gte=Level.READ_ONLY
    ).values("person__account_id")
    return Company.objects.filter(account_id__in=accounts)


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
    """Take a paper off again: by the same rule as adding it, and on a claim not once it is certified."""
    owner = owner_of(attachment)
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
