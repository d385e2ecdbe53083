"""Writing contracts: the contract itself, its schedule of values, status and people."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.policies import require_level
from tallystick.audit.actions import changed
from tallystick.contracts.defaults import begins_with
from tallystick.contracts.models import (
    ClaimContact,
    Contract,
    PrivateListMember,
    SlidingRule,
)
from tallystick.contracts.policies import can_change_company, tool_of
from tallystick.contracts.retention_words import RuleInput, scale_in_words, told
from tallystick.contracts.sov import LineInput, set_sov_lines
from tallystick.contracts.states import (
    CONTRACT_TRANSITIONS,
    ContractStatus,
)
from tallystick.contracts.writing import locked, record
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Company, Person, Project
from tallystick.directory.people import give_log_in
from tallystick.terms.context import text

__all__ = [
    "CONTRACT_FACTS",
    "MOST_RULES",
    "LineInput",
    "RuleInput",
    "add_claim_contact",
    "add_to_private_list",
    "change_contract",
    "create_contract",
    "move_contract",
    "remove_claim_contact",
    "remove_from_private_list",
    "rules_of",
    "set_sliding_rules",
    "set_sov_lines",
]

MOST_RULES = 5


@transaction.atomic
def create_contract(
    actor: Actor,
    project: Project,
    *,
    kind: str,
    number: str,
    title: str,
    company: Company,
    sliding_rules: Sequence[RuleInput] = (),
    **facts: Any,
) -> Contract:
    """A contract in Draft. The currency is the project's unless another is given; a commitment begins with what the
    project chose for new ones, where ``facts`` do not say otherwise (``defaults.begins_with``)."""
    tool = tool_of(kind)
    require_level(actor, project, tool, Level.ADMIN, "create a contract").require()
    number = number.strip()
    _check_company(project, company)
    _check_number(project, number)
    contract = Contract(
        project=project,
        kind=kind,
        number=number,
        title=title,
        company=company,
        **{
            "currency": project.currency,
            **begins_with(project, kind, str(facts.get("currency", ""))),
            **facts,
        },
    )
    contract.full_clean(validate_unique=False)
    contract.save()
    _make_rules(contract, sliding_rules)
    record(actor, "contract.created", contract)
    if contract.uses_sub_sov:
        record(actor, "sub_sov.enabled", contract)
    return contract


def _check_number(project: Project, number: str, *, besides: Contract | None = None) -> None:
    others = Contract.objects.filter(project=project, number=number)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise BadInput(
            f"{number} is the number of another contract of this project. Choose another.",
            {"number": "This number is taken."},
        )


def _check_company(project: Project, company: Company) -> None:
    if company.account_id != project.account_id:
        raise BadInput(f"{company} is not in this account's directory. Add it there first.")


CONTRACT_FACTS = frozenset(
    {
        "number",
        "company",
        "title",
        "contract_date",
        "description",
        "is_private",
        "private_list_sees_sov",
        "accounting_method",
        "stored_materials_mode",
        "retain_work",
        "work_retention_bp",
        "retain_materials",
        "materials_retention_bp",
        "retention_cap",
        "retention_cap_bp",
        "retention_cap_amount",
        "tax_bp",
        "tax_basis",
        "over_claiming",
        "schedule_days",
        "payment_days",
        "law_role",
    }
)


@transaction.atomic
def change_contract(actor: Actor, contract: Contract, **values: Any) -> Contract:
    """Change a contract's facts; saving what is there already changes nothing.

    The accounting method is frozen once there are lines (domain §0), the company once there are claims. Where claims
    may follow from what changes, ``claims.contract_terms.change_terms`` is the way in.
    """
    unknown = set(values) - CONTRACT_FACTS
    if unknown:
        raise ValueError(f"not a fact of a contract: {', '.join(sorted(unknown))}")
    contract = locked(actor, contract)
    method = values.get("accounting_method", contract.accounting_method)
    if method != contract.accounting_method and contract.lines.exists():
        raise Refused(
            "The accounting method can't change while the contract has lines. "
            "Remove the lines first, or create the contract anew."
        )
    if "number" in values:
        values["number"] = values["number"].strip()
        _check_number(contract.project, values["number"], besides=contract)
    if "company" in values and values["company"] != contract.company:
        _check_company(contract.project, values["company"])
        can_change_company(actor, contract).require()
    before = {key: getattr(contract, key) for key in values}
    differences = changed(before, values)
    if not differences:
        return contract
    for key, value in values.items():
        setattr(contract, key, value)
    contract.updated_at = clock.now()
    contract.full_clean(validate_unique=False)
    contract.save()
    record(actor, "contract.changed", contract, told(contract, differences))
    return contract


@transaction.atomic
def set_sliding_rules(actor: Actor, contract: Contract, rules: Sequence[RuleInput]) -> list[SlidingRule]:
    """Replace the sliding scale; at most five rules. The next claims follow it, earlier ones keep their figures."""
    contract = locked(actor, contract)
    if len(rules) > MOST_RULES:
        raise BadInput(f"A sliding scale has at most {MOST_RULES} rules. Remove some.")
    before = rules_of(contract)
    if list(rules) == before:
        return list(contract.sliding_rules.all())
    contract.sliding_rules.all().delete()
    made = _make_rules(contract, rules)
    words = [scale_in_words(contract, which) for which in (before, rules)]
    record(actor, "contract.changed", contract, {"sliding scale": list(words)})
    return made


def rules_of(contract: Contract) -> list[RuleInput]:
    """The contract's sliding scale as it could be typed."""
    return [
        RuleInput(r.rate_bp, r.limit_kind, r.limit_bp, r.limit_amount) for r in contract.sliding_rules.all()
    ]


def _make_rules(contract: Contract, rules: Sequence[RuleInput]) -> list[SlidingRule]:
    return SlidingRule.objects.bulk_create(
        SlidingRule(
            contract=contract,
            position=position,
            rate_bp=rule.rate_bp,
            limit_kind=rule.limit_kind,
            limit_bp=rule.limit_bp,
            limit_amount=rule.limit_amount,
        )
        for position, rule in enumerate(rules, 1)
    )


@transaction.atomic
def move_contract(actor: Actor, contract: Contract, target: ContractStatus) -> Contract:
    """Move a contract to another status by the table in ``states``."""
    contract = locked(actor, contract)
    source = ContractStatus(contract.status)
    if target not in CONTRACT_TRANSITIONS[source]:
        options = " or ".join(sorted(ContractStatus(s).label for s in CONTRACT_TRANSITIONS[source]))
        raise Refused(f"A contract that is {source.label} can become {options}, not {target.label}.")
    if (
        target in (ContractStatus.DRAFT, ContractStatus.VOID)
        and contract.claims.filter(deleted_at=None).exists()
    ):
        raise Refused(
            text(
                "{Claims} were made on {number}, so it can't become {target}. "
                "Terminate it instead: what was certified stays.",
                number=contract.number,
                target=ContractStatus(target).label,
            )
        )
    contract.status = target
    contract.updated_at = clock.now()
    contract.save(update_fields=["status", "updated_at"])
    record(
        actor,
        "contract.status_changed",
        contract,
        facts={"source": source.label, "target": ContractStatus(target).label},
    )
    return contract


@transaction.atomic
def add_claim_contact(actor: Actor, contract: Contract, person: Person) -> ClaimContact:
    """Designate an employee of the contract company; adds them to the private list at once (R-PERM-3).

    Somebody without a log-in gets one, so that the links in their e-mails let them do the whole job.
    """
    contract = locked(actor, contract)
    if person.company_id != contract.company_id:
        raise BadInput(
            text(
                "{person} works for {employer}, not for {company}. "
                "{A claim_contact} is always an employee of the contract company: "
                "add the person to that company in the directory first.",
                person=person.name,
                employer=person.company.name,
                company=contract.company.name,
            )
        )
    _check_active(person)
    give_log_in((actor.login_id, actor.name), person)
    contact, created = ClaimContact.objects.get_or_create(contract=contract, person=person)
    PrivateListMember.objects.get_or_create(contract=contract, person=person)
    if created:
        record(actor, "claim_contact.added", contract, facts={"person": person.name})
    return contact


@transaction.atomic
def remove_claim_contact(actor: Actor, contract: Contract, person: Person) -> None:
    """End the designation. The private list keeps the person until they are taken off it."""
    contract = locked(actor, contract)
    removed, _ = ClaimContact.objects.filter(contract=contract, person=person).delete()
    if removed:
        record(actor, "claim_contact.removed", contract, facts={"person": person.name})


@transaction.atomic
def add_to_private_list(actor: Actor, contract: Contract, person: Person) -> PrivateListMember:
    """Let somebody see a private contract without being an administrator (R-PERM-2)."""
    contract = locked(actor, contract)
    if person.account_id != contract.project.account_id:
        raise BadInput(f"{person} is not in this account's directory. Add the person there first.")
    _check_active(person)
    member, created = PrivateListMember.objects.get_or_create(contract=contract, person=person)
    if created:
        record(actor, "private_list.added", contract, facts={"person": person.name})
    return member


def _check_active(person: Person) -> None:
    if not person.is_active:
        raise BadInput(f"{person.name} is deactivated. Reactivate the person in the directory first.")


@transaction.atomic
def remove_from_private_list(actor: Actor, contract: Contract, person: Person) -> None:
    """Take somebody off the list. A claim contact stays on it as long as they are designated."""
    contract = locked(actor, contract)
    if contract.claim_contacts.filter(person=person).exists():
        raise Refused(
            text(
                "{person} is {a claim_contact} of this contract and needs to see it. "
                "End the designation first, then take the person off the list.",
                person=person.name,
            )
        )
    removed, _ = PrivateListMember.objects.filter(contract=contract, person=person).delete()
    if removed:
        record(actor, "private_list.removed", contract, facts={"person": person.name})
