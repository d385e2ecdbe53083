"""The certificate of an insurance: one of the papers of the company that is insured (R-INSURANCE-1)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.policies import can_manage_account
from tallystick.core.errors import BadInput
from tallystick.directory.models import Company, Insurance
from tallystick.documents.models import Attachment, InsuranceCertificate


@transaction.atomic
def set_certificate(actor: Actor, insurance: Insurance, paper: Attachment | None) -> None:
    """Say which of the company's papers is the certificate; ``None``: none is."""
    can_manage_account(actor, insurance.company.account).require()
    if paper is None:
        InsuranceCertificate.objects.filter(insurance=insurance).delete()
        return
    if paper.company_id != insurance.company_id or paper.deleted_at is not None:
        raise BadInput(
            f"{paper.name} is not among the papers of {insurance.company.name}. Choose one of those offered.",
            {"paper": "Choose one of those offered."},
        )
    InsuranceCertificate.objects.update_or_create(insurance=insurance, defaults={"attachment": paper})


def papers_to_choose(company: Company) -> QuerySet[Attachment]:
    """The company's papers that are there, the latest first."""
    return Attachment.objects.filter(company=company, deleted_at=None).order_by("-uploaded_at", "-pk")


def with_certificates(insurances: QuerySet[Insurance]) -> QuerySet[Insurance]:
    """Each with its certificate at hand, by one more query."""
    links = InsuranceCertificate.objects.select_related("attachment")
    return insurances.prefetch_related(Prefetch("certificate", queryset=links))


def certificate_of(insurance: Insurance) -> Attachment | None:
    """The paper, unless it was removed from the company's record or nobody has given one."""
    link = getattr(insurance, "certificate", None)
    if link is None or link.attachment.deleted_at is not None:
        return None
    paper: Attachment = link.attachment
    return paper
