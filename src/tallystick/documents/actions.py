"""Adding and removing papers, unlocking them, and storing signed versions."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tallystick.access.actor import Actor
from tallystick.audit.actions import record
from tallystick.claims.holds import Held, holds_on
from tallystick.claims.models import Claim
from tallystick.claims.storage import record_on
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Company
from tallystick.documents.examination import examine, result_of
from tallystick.documents.kinds import Accepted, accept, clean_name
from tallystick.documents.models import Attachment, SignedDocument, StoredFile
from tallystick.documents.policies import Owner, can_add, can_remove, can_store_signed, owner_of
from tallystick.documents.store import keep_chunks
from tallystick.pdf import IngestResult, IngestStatus
from tallystick.terms.context import text


def add_attachment(
    actor: Actor, owner: Owner, *, name: str, size: int, chunks: Iterable[bytes], answers: str = ""
) -> Attachment:
    """Keep an upload and attach it to ``owner``, under its own name. ``answers`` is the required paper that it is.

    Raises ``Refused`` or ``BadInput`` with the sentence for the person; nothing is kept then. The bytes are
    written before the transaction begins, so that a slow upload holds no lock.
    """
    can_add(actor, owner).require()
    answers = _required_paper(owner if isinstance(owner, Claim) else None, answers)
    accepted = accept(name, size, limit=settings.UPLOAD_MAX_BYTES)
    paper = attach(actor, owner, _keep(_account_of(owner), accepted, chunks), accepted.name)
    return answer_paper(actor, paper, answers) if answers else paper


def _keep(account: Account, accepted: Accepted, chunks: Iterable[bytes]) -> StoredFile:
    try:
        return keep_chunks(account, chunks, accepted.media_type)
    except OSError as cause:
        raise BadInput(
            f"{accepted.name} could not be kept: the server's disk did not take it. "
            "Nothing was lost that was there before; tell the administrator, then upload it again."
        ) from cause


def attach(actor: Actor, owner: Owner, stored: StoredFile, name: str) -> Attachment:
    """Attach what the store has already. The same bytes under the same name twice are one attachment."""
    return attach_all(actor, owner, [(stored, name)])[0]


@transaction.atomic
def attach_all(actor: Actor, owner: Owner, papers: Sequence[tuple[StoredFile, str]]) -> list[Attachment]:
    """Attach several papers that the store has already, in this order; all of them or none."""
    _lock(owner)
    can_add(actor, owner).require()
    link = _link(owner)
    there = {(a.file_id, a.name): a for a in Attachment.objects.filter(**link, deleted_at=None)}
    position = Attachment.objects.filter(**link).aggregate(last=Max("position"))["last"] or 0
    attached = []
    for stored, given in papers:
        name = clean_name(given)
        if (stored.pk, name) not in there:
            position += 1
            there[stored.pk, name] = Attachment.objects.create(
                **link, file=stored, name=name, position=position, uploaded_by_id=actor.login_id
            )
            _record(actor, "attachment.added", there[stored.pk, name])
        attached.append(there[stored.pk, name])
    return attached


@transaction.atomic
def remove_attachment(actor: Actor, attachment: Attachment) -> None:
    """Take a paper off; ``restore_attachment`` brings it back. Removing twice changes nothing."""
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    can_remove(actor, attachment).require()
    if attachment.deleted_at is None:
        attachment.deleted_at = clock.now()
        attachment.save(update_fields=["deleted_at"])
        _record(actor, "attachment.removed", attachment)


@transaction.atomic
def restore_attachment(actor: Actor, attachment: Attachment) -> Attachment:
    """Bring a removed paper back."""
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    can_remove(actor, attachment).require()
    if attachment.deleted_at is not None:
        attachment.deleted_at = None
        attachment.save(update_fields=["deleted_at"])
        _record(actor, "attachment.restored", attachment)
    return attachment


@transaction.atomic
def answer_paper(actor: Actor, attachment: Attachment, answers: str) -> Attachment:
    """Say which of the project's required papers this one is; empty: none of them. Whoever may add papers says so."""
    attachment = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("file", "uploaded_by", "claim__contract__project__account")
        .get(pk=attachment.pk)
    )
    can_add(actor, owner_of(attachment)).require()
    wanted = _required_paper(attachment.claim, answers)
    if attachment.answers != wanted:
        before, attachment.answers = attachment.answers, wanted
        attachment.save(update_fields=["answers"])
        _record(
            actor,
            "attachment.answered" if wanted else "attachment.answers_nothing",
            attachment,
            wanted or before,
        )
    return attachment


def _required_paper(claim: Claim | None, answers: str) -> str:
    """The project's required paper of this name, as the project spells it; empty for none of them."""
    wanted = " ".join(answers.split())
    if not wanted:
        return ""
    if claim is None:
        raise BadInput(text("Only papers of {a claim} can be required ones."))
    for name in claim.contract.project.required_papers:
        if name.casefold() == wanted.casefold():
            return str(name)
    raise BadInput(
        f"{wanted} is not among the papers that the project requires. Choose one of those offered.",
        {"answers": "Choose one of those offered."},
    )


def unlock_attachment(actor: Actor, attachment: Attachment, password: str) -> IngestResult:
    """Open a password-protected paper, so that its pages can join a backup. The password is not kept."""
    can_add(actor, owner_of(attachment)).require()
    known = result_of(attachment.file)
    if known is not None and known.status != IngestStatus.PASSWORD:
        return known
    result = examine(attachment.file, attachment.name, password=password)
    if result.status == IngestStatus.PASSWORD:
        raise BadInput(
            f"{attachment.name} did not open with this password. Type it again, or ask who made the file.",
            {"password": "The file did not open with this password."},
        )
    StoredFile.objects.filter(pk=attachment.file_id).update(unlocked_at=clock.now())
    return result


def store_signed(actor: Actor, claim: Claim, stored: StoredFile, name: str) -> SignedDocument:
    """Store the signed version of a certified claim; an earlier one is withdrawn, not deleted (R-COMPILE-6).

    The file is looked at before the transaction begins, so that one which is slow to read holds no lock.
    """
    can_store_signed(actor, claim).require()
    result = examine(stored, name)
    if not result.merged:
        raise BadInput(
            f"{name} can't be read as a PDF, so it can't be the signed version. {result.note}".strip()
        )
    return _keep_signed(actor, claim, stored, name)


@transaction.atomic
def store_signed_by(actor: Actor, claim: Claim, stored: StoredFile, name: str) -> SignedDocument:
    """Store what came back signed from a provider of signatures; the file was looked at before. Whoever asked for the
    signatures was allowed to, so nobody is asked again."""
    return _put_in_place(actor, claim, stored, name)


@transaction.atomic
def _keep_signed(actor: Actor, claim: Claim, stored: StoredFile, name: str) -> SignedDocument:
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("contract__project__account")
        .get(pk=claim.pk)
    )
    can_store_signed(actor, claim).require()
    return _put_in_place(actor, claim, stored, name)


def _put_in_place(actor: Actor, claim: Claim, stored: StoredFile, name: str) -> SignedDocument:
    now = clock.now()
    SignedDocument.objects.filter(claim=claim, withdrawn_at=None).update(withdrawn_at=now)
    signed = SignedDocument.objects.create(
        claim=claim,
        revision=claim.revision,
        file=stored,
        name=clean_name(name),
        stored_by_id=actor.login_id,
        stored_at=now,
    )
    record_on(actor, "signed_version.stored", claim, name=signed.name)
    return signed


def add_signed(
    actor: Actor, claim: Claim, *, name: str, size: int, chunks: Iterable[bytes]
) -> SignedDocument:
    """Keep an upload and store it as the claim's signed version. Only a PDF can be one."""
    can_store_signed(actor, claim).require()
    if held := holds_on([claim]):
        raise Held(held[claim.pk], "Or wait until it comes back signed.")
    accepted = accept(name, size, limit=settings.UPLOAD_MAX_BYTES)
    if accepted.media_type != "application/pdf":
        raise BadInput(
            f"{accepted.name} is no PDF. The signed version has to be one: save or scan it as PDF."
        )
    return store_signed(actor, claim, _keep(_account_of(claim), accepted, chunks), accepted.name)


@transaction.atomic
def withdraw_signed(actor: Actor, signed: SignedDocument) -> None:
    """Let the default PDF stand again in the signed version's place."""
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("contract__project__account")
        .get(pk=signed.claim_id)
    )
    can_store_signed(actor, claim).require()
    changed = SignedDocument.objects.filter(pk=signed.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    if changed:
        record_on(actor, "signed_version.withdrawn", claim, name=signed.name)


def signed_version(claim: Claim) -> SignedDocument | None:
    """The signed version in force: of the claim's current revision, not withdrawn."""
    return (
        SignedDocument.objects.filter(claim=claim, revision=claim.revision, withdrawn_at=None)
        .select_related("file")
        .first()
    )


def _account_of(owner: Owner) -> Account:
    if isinstance(owner, Company):
        return owner.account
    if isinstance(owner, Contract):
        return owner.project.account
    return owner.contract.project.account


def _link(owner: Owner) -> dict[str, Owner]:
    return {type(owner).__name__.lower(): owner}


def _lock(owner: Owner) -> None:
    """Hold the owner, so that positions are given out one at a time and its state is the newest."""
    type(owner)._default_manager.select_for_update().get(pk=owner.pk)
    owner.refresh_from_db()


def _record(actor: Actor, name: str, attachment: Attachment, paper: str = "") -> None:
    owner = owner_of(attachment)
    project_id = None
    if isinstance(owner, Contract):
        project_id = owner.project_id
    elif isinstance(owner, Claim):
        project_id = owner.contract.project_id
    record(
        actor.login_id,
        name,
        owner,
        account_id=attachment.file.account_id,
        project_id=project_id,
        actor_name=actor.name,
        facts={"name": attachment.name, **({"paper": paper} if paper else {})},
    )
