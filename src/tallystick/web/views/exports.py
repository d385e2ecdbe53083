"""Everything that can be taken away as .xlsx or .csv (``?as=csv``): each by the loader of its page (domain §6.9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.access.levels import Level, Tool
from tallystick.access.policies import require_level
from tallystick.audit.queries import history
from tallystick.claims.exporting import claim_lines_table, claim_tables, claims_table
from tallystick.claims.models import Claim
from tallystick.claims.policies import can_edit_entries
from tallystick.claims.queries import matching_rows
from tallystick.claims.retention.ledger import contract_ledger
from tallystick.claims.retention.ledger_export import ledger_table, project_ledger_table
from tallystick.claims.retention.project_ledger import project_ledger
from tallystick.claims.storage import lines_of
from tallystick.contracts import queries as contracts
from tallystick.contracts.exporting import contracts_table, sov_tables, variations_table
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer, can_see_sov
from tallystick.core.dates import format_instant
from tallystick.directory.models import Project
from tallystick.payments.exporting import payments_table
from tallystick.payments.queries import payments_of
from tallystick.periods.queries import periods_of
from tallystick.sheets.table import Column, Kind, Row, Table
from tallystick.terms import current, text
from tallystick.web import load
from tallystick.web.claims.listing import wanted_of
from tallystick.web.claims.selection import chosen_claim_ids
from tallystick.web.exports import dated, export, wants_csv
from tallystick.web.request import PageRequest
from tallystick.web.views.claims import check_sees_claims
from tallystick.web.views.project_retention import ledger_wanted

MOST_EVENTS = 20_000


# --- a claim -------------------------------------------------------------------------------------------------


@require_safe
def claim_export(request: PageRequest, claim_id: int) -> HttpResponseBase:
    """The claim's continuation sheet and summary; while it can be typed into, to be filled in and dropped back."""
    claim = load.claim_for(request, claim_id)
    can_see_sov(request.actor, claim.contract).require()
    editable = bool(can_edit_entries(request.actor, claim))

    def tables() -> list[Table]:
        lines = lines_of(claim)
        if wants_csv(request):
            return [claim_lines_table(claim, lines)]
        return claim_tables(claim, lines, editable=editable)

    return export(
        request, claim.contract.project, tables, name=lambda: _claim_name(claim), subject=str(claim.contract)
    )


def _claim_name(claim: Claim) -> str:
    revision = f" r{claim.revision}" if claim.revision else ""
    return f"{current().cap('claim')} - {claim.contract.number} - {claim.number}{revision}"


@require_safe
def claim_history_export(request: PageRequest, claim_id: int) -> HttpResponseBase:
    """What was done to a claim, a row a change."""
    claim = load.claim_for(request, claim_id)
    can_see_sov(request.actor, claim.contract).require()
    project = claim.contract.project
    return export(
        request,
        project,
        lambda: [history_table(claim, project)],
        name=lambda: f"{_claim_name(claim)} - History",
    )


def history_table(subject: Claim | Contract, project: Project) -> Table:
    """The history of a claim or contract."""
    columns = [
        Column("When", width=22),
        Column("Who", width=22),
        Column("What", width=56),
        Column("Changed", width=30),
        Column("From", width=22),
        Column("To", width=22),
    ]
    rows: list[Row] = []
    for event in history(subject, limit=MOST_EVENTS):
        said = [format_instant(event.at, project.time_zone, project.locale), event.actor, event.text]
        rows += [Row([*said, field, before, after]) for field, before, after in event.changes] or [
            Row([*said, None, None, None])
        ]
    return Table("History", columns, rows)


# --- a project's claims --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def claims_export(request: PageRequest, project_id: int) -> HttpResponseBase:
    """The list of claims as it is narrowed by the address; a POST exports what is ticked."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    posted = request.method == "POST"
    wanted = wanted_of(project, request.POST if posted else request.GET)
    ticked = None
    if posted and not request.POST.get("all_matching"):
        contracts_ticked = [int(value) for value in request.POST.getlist("contract") if _is_id(value)]
        ticked = (set(chosen_claim_ids(request, project)), set(contracts_ticked))

    def tables() -> list[Table]:
        rows = matching_rows(
            request.actor,
            project,
            period=wanted.period,
            filters=wanted.filters,
            sort=wanted.sort,
            search=wanted.search,
        )
        if ticked is not None and any(ticked):
            claim_ids, contract_ids = ticked
            rows = [
                row
                for row in rows
                if (row.claim_id in claim_ids if row.claim_id else row.contract_id in contract_ids)
            ]
        return [claims_table(current()("claims_tool"), rows, project)]

    return export(
        request,
        project,
        tables,
        name=lambda: dated(project, f"{project.number} - {current()('claims_tool')}"),
    )


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 18


@require_safe
def ledger_export(request: PageRequest, project_id: int) -> HttpResponseBase:
    """The project's retention ledger as it is narrowed by the address."""
    project = load.project_for(request, project_id)
    check_sees_claims(request, project)
    wanted = ledger_wanted(request.GET)
    return export(
        request,
        project,
        lambda: [project_ledger_table(list(project_ledger(request.actor, project, wanted).rows))],
        name=lambda: dated(project, f"{project.number} - {text('{Retention} ledger')}"),
    )


# --- contracts -----------------------------------------------------------------------------------------------


@require_safe
def commitments_export(request: PageRequest, project_id: int) -> HttpResponseBase:
    """The list of commitments as it is narrowed by the address."""
    return _contracts(request, project_id, upstream=False)


@require_safe
def head_contracts_export(request: PageRequest, project_id: int) -> HttpResponseBase:
    """The list of head contracts."""
    return _contracts(request, project_id, upstream=True)


def _contracts(request: PageRequest, project_id: int, *, upstream: bool) -> HttpResponseBase:
    project = load.project_for(request, project_id)
    tool = Tool.HEAD_CONTRACTS if upstream else Tool.COMMITMENTS
    require_level(request.actor, project, tool, Level.READ_ONLY, "see these contracts").require()
    company = request.GET.get("company", "")
    wanted = contracts.ContractFilter(
        text=" ".join(request.GET.get("q", "").split())[:120],
        status=request.GET.get("status", "")[:20],
        company=int(company) if _is_id(company) else 0,
        sort=request.GET.get("sort", "number"),
    )

    def tables() -> list[Table]:
        found = contracts.contracts_of(request.actor, project, upstream=upstream)
        rows = contracts.rows(list(contracts.narrowed(found, wanted)))
        return [contracts_table(_tool(upstream), rows, current().cap)]

    return export(
        request, project, tables, name=lambda: dated(project, f"{project.number} - {_tool(upstream)}")
    )


def _tool(upstream: bool) -> str:
    return current()("upstream_tool" if upstream else "commitments_tool")


@require_safe
def sov_export(request: PageRequest, contract_id: int) -> HttpResponseBase:
    """The schedule of values with its variations; what was exported can be imported again."""
    contract = load.contract_for(request, contract_id)
    can_see_sov(request.actor, contract).require()
    return _of_contract(request, contract, lambda: sov_tables(contract), lambda: text("{Sov}"))


@require_safe
def variations_export(request: PageRequest, contract_id: int) -> HttpResponseBase:
    """The contract's variations."""
    contract = load.contract_for(request, contract_id)
    return _of_contract(
        request,
        contract,
        lambda: [variations_table(contract, contracts.variations_of(contract))],
        lambda: text("{Variations}"),
    )


@require_safe
def contract_history_export(request: PageRequest, contract_id: int) -> HttpResponseBase:
    """What was done to the contract."""
    contract = load.contract_for(request, contract_id)
    can_administer(request.actor, contract).require()
    return _of_contract(
        request, contract, lambda: [history_table(contract, contract.project)], lambda: "History"
    )


@require_safe
def contract_ledger_export(request: PageRequest, contract_id: int) -> HttpResponseBase:
    """The contract's retention ledger."""
    contract = load.contract_for(request, contract_id)
    return _of_contract(
        request,
        contract,
        lambda: [ledger_table(contract, contract_ledger(contract))],
        lambda: text("{Retention} ledger"),
    )


@require_safe
def payments_export(request: PageRequest, contract_id: int) -> HttpResponseBase:
    """The contract's payments."""
    contract = load.contract_for(request, contract_id)
    return _of_contract(
        request, contract, lambda: [payments_table(contract, payments_of(contract))], lambda: "Payments"
    )


def _of_contract(
    request: PageRequest,
    contract: Contract,
    tables: Callable[[], Sequence[Table]],
    what: Callable[[], str],
) -> HttpResponseBase:
    return export(
        request,
        contract.project,
        tables,
        name=lambda: dated(contract.project, f"{contract.number} - {what()}"),
        subject=str(contract),
    )


# --- periods -------------------------------------------------------------------------------------------------


@require_safe
def periods_export(request: PageRequest, project_id: int) -> HttpResponseBase:
    """The project's billing periods."""
    project = load.project_for(request, project_id)

    def tables() -> list[Table]:
        columns = [
            Column("From", Kind.DAY),
            Column("To", Kind.DAY),
            Column("Due", Kind.DAY),
            Column("Status"),
            Column(text("{Claims}"), Kind.COUNT),
            Column("Extensions", width=50),
        ]
        rows = [
            Row(
                [
                    row.start,
                    row.end,
                    row.due,
                    str(row.status.label),
                    row.claims,
                    "; ".join(f"{one.contract} until {one.due.isoformat()}" for one in row.extensions)
                    or None,
                ]
            )
            for row in periods_of(request.actor, project)
        ]
        return [Table(text("{Billing_periods}"), columns, rows)]

    return export(
        request,
        project,
        tables,
        name=lambda: dated(project, f"{project.number} - {text('{Billing_periods}')}"),
    )
