"""Writing contracts: the contract itself, its schedule of values, status and people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.levels import Level
from tallystick.access.policies import require_level
from tallystick.access.recording import record_in
from tallystick.audit.actions import changed
from tallystick.contracts.models import (
    ClaimContact,
    Contract,
    PrivateListMember,
    SlidingRule,
    SovLine,
    Variation,
)
from tallystick.contracts.policies import can_administer, can_change_sov, tool_of
from tallystick.contracts.states import (
    CONTRACT_TRANSITIONS,
    AccountingMethod,
    ContractStatus,
)
from tallystick.contracts.sub_sov import remove_lines, restart_breakdown
from tallystick.core import clock
from tallystick.core.arithmetic import extend
from tallystick.core.errors import BadInput, Refused
from tallystick.core.money import currency_exponent
from tallystick.directory.models import Company, Person, Project
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as typed or imported. By amount: ``scheduled_value`` in minor units. By unit: quantity and unit
    price (ten-thousandths each), of which the scheduled value follows. ``group`` is the heading it stands under."""

    description: str
    scheduled_value: int = 0
    item_number: str = ""
    cost_code: str = ""
    quantity: int = 0
    unit: str = ""
    unit_price: int = 0
    group: str = ""


MOST_RULES = 5


@dataclass(frozen=True, slots=True)
class RuleInput:
    """One rule of a sliding scale: rate in basis points until a limit (domain §6.6)."""

    rate_bp: int
    limit_kind: str
    limit_bp: int = 0
    limit_amount: int = 0


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
    """A contract in Draft. The currency is the project's unless another is given."""
    tool = tool_of(kind)
    require_level(actor, project, tool, Level.ADMIN, "create a contract").require()
    number = number.strip()
    if company.account_id != project.account_id:
        raise BadInput(f"{company} is not in this account's directory. Add it there first.")
    if Contract.objects.filter(project=project, number=number).exists():
        raise BadInput(
            f"{number} is the number of another contract of this project. Choose another.",
            {"number": "This number is taken."},
        )
    contract = Contract(
        project=project,
        kind=kind,
        number=number,
        title=title,
        company=company,
        **{"currency": project.currency, **facts},
    )
    contract.full_clean(validate_unique=False)
    contract.save()
    _make_rules(contract, sliding_rules)
    _record(actor, "contract.created", contract)
    return contract


CONTRACT_FACTS = frozenset(
    {
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
    }
)


@transaction.atomic
def change_contract(actor: Actor, contract: Contract, **values: Any) -> Contract:
    """Change a contract's facts. The accounting method is frozen once there are lines (domain §0)."""
    unknown = set(values) - CONTRACT_FACTS
    if unknown:
        raise ValueError(f"not a fact of a contract: {', '.join(sorted(unknown))}")
    contract = _locked(actor, contract)
    method = values.get("accounting_method", contract.accounting_method)
    if method != contract.accounting_method and contract.lines.exists():
        raise Refused(
            "The accounting method can't change while the contract has lines. "
            "Remove the lines first, or create the contract anew."
        )
    before = {key: getattr(contract, key) for key in values}
    for key, value in values.items():
        setattr(contract, key, value)
    contract.updated_at = clock.now()
    contract.full_clean(validate_unique=False)
    contract.save()
    differences = changed(before, values)
    _record(actor, "contract.changed", contract, {k: [str(a), str(b)] for k, (a, b) in differences.items()})
    return contract


@transaction.atomic
def set_sliding_rules(actor: Actor, contract: Contract, rules: Sequence[RuleInput]) -> list[SlidingRule]:
    """Replace the sliding scale; at most five rules. The next claims follow it, earlier ones keep their figures."""
    contract = _locked(actor, contract)
    if len(rules) > MOST_RULES:
        raise BadInput(f"A sliding scale has at most {MOST_RULES} rules. Remove some.")
    before = [
        RuleInput(r.rate_bp, r.limit_kind, r.limit_bp, r.limit_amount) for r in contract.sliding_rules.all()
    ]
    if list(rules) == before:
        return list(contract.sliding_rules.all())
    contract.sliding_rules.all().delete()
    made = _make_rules(contract, rules)
    _record(actor, "contract.changed", contract, {"sliding_rules": [len(before), len(rules)]})
    return made


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
    contract = _locked(actor, contract)
    source = ContractStatus(contract.status)
    if target not in CONTRACT_TRANSITIONS[source]:
        options = " or ".join(sorted(ContractStatus(s).label for s in CONTRACT_TRANSITIONS[source]))
        raise Refused(f"A contract that is {source.label} can become {options}, not {target.label}.")
    contract.status = target
    contract.updated_at = clock.now()
    contract.save(update_fields=["status", "updated_at"])
    _record(
        actor,
        "contract.status_changed",
        contract,
        facts={"source": source.label, "target": ContractStatus(target).label},
    )
    return contract


@transaction.atomic
def set_sov_lines(actor: Actor, contract: Contract, lines: Sequence[LineInput]) -> list[SovLine]:
    """Replace the contract's own schedule of values. Refused once a claim stands on it."""
    contract = _locked(actor, contract)
    can_change_sov(actor, contract).require()
    remove_lines(list(contract.lines.filter(variation=None)))  # their breakdown among them
    restart_breakdown(contract)
    made = _make_lines(contract, None, lines)
    _record(actor, "sov.lines_replaced", contract, {"lines": [None, len(made)]})
    return made


def make_lines(contract: Contract, variation: Variation, lines: Sequence[LineInput]) -> list[SovLine]:
    """The lines of a new variation; called by the action that creates it."""
    return _make_lines(contract, variation, lines)


def _make_lines(contract: Contract, variation: Variation | None, lines: Sequence[LineInput]) -> list[SovLine]:
    by_unit = contract.accounting_method == AccountingMethod.UNIT
    exponent = currency_exponent(contract.currency)
    made = []
    for position, line in enumerate(lines, 1):
        if not line.description.strip():
            raise BadInput(f"Line {position} has no description. Say what the work is.")
        made.append(
            SovLine(
                contract=contract,
                variation=variation,
                position=position,
                item_number=line.item_number or str(position),
                cost_code=line.cost_code,
                description=line.description.strip(),
                scheduled_value=(
                    extend(line.quantity, line.unit_price, exponent) if by_unit else line.scheduled_value
                ),
                quantity=line.quantity if by_unit else 0,
                unit=line.unit if by_unit else "",
                unit_price=line.unit_price if by_unit else 0,
                group=line.group.strip(),
            )
        )
    return SovLine.objects.bulk_create(made)


@transaction.atomic
def add_claim_contact(actor: Actor, contract: Contract, person: Person) -> ClaimContact:
    """Designate an employee of the contract company; adds them to the private list at once (R-PERM-3)."""
    contract = _locked(actor, contract)
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
    contact, created = ClaimContact.objects.get_or_create(contract=contract, person=person)
    PrivateListMember.objects.get_or_create(contract=contract, person=person)
    if created:
        _record(actor, "claim_contact.added", contract, facts={"person": person.name})
    return contact


@transaction.atomic
def remove_claim_contact(actor: Actor, contract: Contract, person: Person) -> None:
    """End the designation. The private list keeps the person until they are taken off it."""
    contract = _locked(actor, contract)
    removed, _ = ClaimContact.objects.filter(contract=contract, person=person).delete()
    if removed:
        _record(actor, "claim_contact.removed", contract, facts={"person": person.name})


@transaction.atomic
def add_to_private_list(actor: Actor, contract: Contract, person: Person) -> PrivateListMember:
    """Let somebody see a private contract without being an administrator (R-PERM-2)."""
    contract = _locked(actor, contract)
    if person.account_id != contract.project.account_id:
        raise BadInput(f"{person} is not in this account's directory. Add the person there first.")
    member, created = PrivateListMember.objects.get_or_create(contract=contract, person=person)
    if created:
        _record(actor, "private_list.added", contract, facts={"person": person.name})
    return member


@transaction.atomic
def remove_from_private_list(actor: Actor, contract: Contract, person: Person) -> None:
    """Take somebody off the list. A claim contact stays on it as long as they are designated."""
    contract = _locked(actor, contract)
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
        _record(actor, "private_list.removed", contract, facts={"person": person.name})


def _locked(actor: Actor, contract: Contract) -> Contract:
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("project", "company")
        .get(pk=contract.pk)
    )
    can_administer(actor, contract).require()
    return contract


def _record(
    actor: Actor,
    name: str,
    contract: Contract,
    changes: dict[str, list[Any]] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    record_in(contract.project, actor, name, contract, changes=changes, facts=facts)
