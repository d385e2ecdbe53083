"""``tallystick compile-backup``: the main job, from the command line."""

# terms: allow-file claim, claims

import argparse
import json
import shutil
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tallystick.claims.models import Claim
    from tallystick.directory.models import Project


def main(argv: list[str]) -> int:
    """Compile; exit code 0 when everything is in, 3 when something was listed and embedded instead."""
    parser = argparse.ArgumentParser(
        prog="tallystick compile-backup",
        description="Make one PDF of the chosen claims, each with all of its papers.",
    )
    parser.add_argument("--project", required=True, metavar="NUMBER", help="the project's number")
    parser.add_argument("--account", metavar="NAME", help="where several accounts use the same number")
    parser.add_argument(
        "--period",
        type=_day,
        metavar="YYYY-MM-DD",
        help="claims of the period with this day in it",
    )
    parser.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="CONTRACT:N",
        help="one claim by its contract's number and its own; may be given several times",
    )
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="where to write the PDF")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    arguments = parser.parse_args(argv)

    from tallystick.cli.setup import use_django

    use_django()
    result = _compile(arguments)
    if arguments.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    else:
        _tell(result)
    return 3 if result["notes"] else 0


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{typed!r} is no day; write it as 2026-10-15") from problem


def _compile(arguments: argparse.Namespace) -> dict[str, Any]:
    from tallystick.access.actor import Actor
    from tallystick.documents.compiling import request_backup
    from tallystick.documents.models import Backup
    from tallystick.documents.store import local_copy
    from tallystick.pdf.merge import check_output
    from tallystick.pdf.model import PdfProblem
    from tallystick.runs.engine import run_inline
    from tallystick.runs.states import RunState

    output: Path = arguments.output
    try:
        check_output(output)
    except PdfProblem as problem:
        raise BadInput(str(problem)) from problem
    project = find_project(arguments.project, arguments.account)
    ids = list(_claims(project, arguments.period, arguments.claim).values_list("pk", flat=True))
    run = run_inline(request_backup(Actor.operator(), project, ids))
    if run.state != RunState.SUCCEEDED or run.result is None:
        raise BadInput(run.problem)
    backup = Backup.objects.get(pk=run.result["backup"])
    partial = output.with_name(output.name + ".part")
    try:
        shutil.copyfile(local_copy(backup.file_key), partial)
        partial.replace(output)
    except OSError as problem:
        raise BadInput(f"{output} can't be written ({problem.strerror}). Name another place.") from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return {"output": str(output), **run.result}


def find_project(number: str, account: str | None) -> "Project":
    """The project with this number; ``BadInput`` where none or several have it."""
    from tallystick.directory.models import Project

    projects = Project.objects.filter(number=number).select_related("account")
    if account:
        projects = projects.filter(account__name=account)
    found = list(projects[:2])
    if not found:
        raise BadInput(f"There is no project with the number {number}.")
    if len(found) > 1:
        raise BadInput(f"Several accounts have a project {number}. Say which by --account NAME.")
    return found[0]


def find_claim(project: "Project", name: str) -> "Claim":
    """The claim that ``CONTRACT:N`` names."""
    contract, _, number = name.rpartition(":")
    found = None
    wanted = number_in(number)
    if contract and wanted is not None:
        found = _claims_of(project).filter(contract__number=contract, number=wanted).first()
    if found is None:
        raise BadInput(f"{name} was not found. Write it as CONTRACT:NUMBER, for instance SC-004:3.")
    return found


def _claims_of(project: "Project") -> "QuerySet[Claim]":
    from tallystick.claims.models import Claim
    from tallystick.contracts.states import COMMITMENT_KINDS

    return Claim.objects.filter(
        contract__project=project, contract__kind__in=COMMITMENT_KINDS, deleted_at=None
    ).select_related("contract__project__account", "contract__company")


def _claims(project: "Project", day: date | None, named: list[str]) -> "QuerySet[Claim]":
    from tallystick.terms import text

    claims = _claims_of(project)
    if day is not None:
        claims = claims.filter(period__start__lte=day, period__end__gte=day)
    if named:
        claims = claims.filter(pk__in=[find_claim(project, name).pk for name in named])
    if not claims.exists():
        raise BadInput(text("No {claim} fits this choice, so there is nothing to compile."))
    return claims


def _tell(result: dict[str, Any]) -> None:
    from tallystick.documents.compilation import readable_size
    from tallystick.terms import text

    sys.stdout.write(
        text(
            "{output}: {claims:n}, {pages} pages, {size}\n",
            output=result["output"],
            n=result["claims"],
            pages=f"{result['pages']:,}",
            size=readable_size(result["size"]),
        )
    )
    for note in result["notes"]:
        sys.stdout.write(f"  not merged, embedded: {note['name']} ({note['claim']}): {note['note']}\n")
