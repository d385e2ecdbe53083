"""Checks on a claim's papers: what has to be there, and what was there before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q

from tallystick.claims.checks import Place, Remark, Rule, Subject, check
from tallystick.claims.fields import FieldRule, rule_of
from tallystick.claims.models import Claim
from tallystick.claims.policies import visible_to
from tallystick.directory.models import Project
from tallystick.documents.models import Attachment
from tallystick.terms.context import text


def missing_papers(project: Project, answered: Iterable[str]) -> list[str]:
    """The project's required papers that none of the attachments is, in their order."""
    there = {name.casefold() for name in answered if name}
    return [name for name in project.required_papers if name.casefold() not in there]


@check(
    "papers_missing",
    title="Required papers",
    help="Papers that every {claim} must bring, as listed below. On the Papers tab one says which paper is which.",
    default=Rule.BLOCK,
    order=70,
)
def papers_missing(about: Subject) -> Iterator[Remark]:
    """A required paper that no attachment of the claim is said to be."""
    any_needed = rule_of(about.project, "attachments") is FieldRule.REQUIRED
    if not about.project.required_papers and not any_needed:
        return
    answered = Attachment.objects.filter(claim=about.claim, deleted_at=None).values_list("answers", flat=True)
    if any_needed and not answered:
        yield Remark(text("No paper is attached. Add at least one under Papers."), Place.PAPERS)
    for name in missing_papers(about.project, answered):
        yield Remark(
            text("{name} is missing. Add it under Papers, and choose there that it is this.", name=name),
            Place.PAPERS,
        )


@check(
    "papers_again",
    title="The same paper again",
    help="A file that an earlier {claim} of the contract, or of another contract of the same company, brought before.",
    default=Rule.WARN,
    order=75,
)
def papers_again(about: Subject) -> Iterator[Remark]:
    """The same bytes stand on an earlier claim. Of claims that the reader may not see nothing is named."""
    here = list(
        Attachment.objects.filter(claim=about.claim, deleted_at=None).values_list(
            "pk", "file_id", "name", "uploaded_at"
        )
    )
    if not here:
        return
    claim = about.claim
    others = list(
        Attachment.objects.filter(
            Q(claim__contract_id=claim.contract_id, claim__number__lt=claim.number)
            | (
                Q(claim__contract__company_id=about.contract.company_id)
                & ~Q(claim__contract_id=claim.contract_id)
            ),
            file__in=[file for _, file, _, _ in here],
            deleted_at=None,
            claim__deleted_at=None,
        )
        .select_related("claim__contract")
        .order_by("uploaded_at", "pk")
    )
    seen = _visible(about, [one.claim for one in others if one.claim is not None])
    for pk, file, name, at in here:
        first = next((one for one in others if one.file_id == file and _is_earlier(one, claim, at, pk)), None)
        if first is not None and first.claim is not None:
            yield Remark(_again(about, name, first.claim, first.claim.pk in seen), Place.PAPER, pk)


def _is_earlier(other: Attachment, claim: Claim, at: object, pk: int) -> bool:
    """On the same contract the order of the claims counts, elsewhere which came first."""
    if other.claim is not None and other.claim.contract_id == claim.contract_id:
        return True
    return (other.uploaded_at, other.pk) < (at, pk)


def _visible(about: Subject, claims: list[Claim]) -> set[int]:
    elsewhere = {claim.pk for claim in claims if claim.contract_id != about.claim.contract_id}
    seen = {claim.pk for claim in claims} - elsewhere
    if elsewhere:
        seen |= set(visible_to(about.actor).filter(pk__in=elsewhere).values_list("pk", flat=True))
    return seen


def _again(about: Subject, name: str, claim: Claim, named: bool) -> str:
    if claim.contract_id == about.claim.contract_id:
        return text("{name} is the file that {claim:short} {number} brought.", name=name, number=claim.number)
    if named:
        return text(
            "{name} is the file that {claim:short} {number} of {contract} brought.",
            name=name,
            number=claim.number,
            contract=claim.contract.number,
        )
    return text(
        "{name} is a file that an earlier {claim:short} of {company} brought.",
        name=name,
        company=about.contract.company.name,
    )
