"""``tallystick attach``: files onto a claim, a contract or a company's record."""

# terms: allow-file claim

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.core.errors import BadInput, TallystickProblem

if TYPE_CHECKING:
    from tallystick.documents.policies import Owner


def main(argv: list[str]) -> int:
    """Attach; one line per file, exit code 3 when one of them was not taken."""
    parser = argparse.ArgumentParser(
        prog="tallystick attach", description="Attach files to a claim, a contract or a company's record."
    )
    parser.add_argument("--project", metavar="NUMBER", help="the project's number, for a claim or a contract")
    parser.add_argument(
        "--account", metavar="NAME", help="where several accounts use the same number or name"
    )
    owner = parser.add_mutually_exclusive_group(required=True)
    owner.add_argument("--claim", metavar="CONTRACT:N")
    owner.add_argument("--contract", metavar="NUMBER")
    owner.add_argument("--company", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)

    from tallystick.cli.setup import use_django

    use_django()
    target = _owner(arguments)
    results = [_attach(target, path) for path in arguments.files]
    if arguments.json:
        sys.stdout.write(json.dumps(results, ensure_ascii=False, indent=2) + "\n")
    else:
        for result in results:
            sys.stdout.write(f"{result['name']}: {result['outcome']}\n")
    return 0 if all(result["attached"] for result in results) else 3


def _attach(owner: "Owner", path: Path) -> dict[str, str | bool]:
    from tallystick.access.actor import Actor
    from tallystick.documents.actions import add_attachment
    from tallystick.documents.examination import examine
    from tallystick.documents.store import CHUNK

    try:
        with path.open("rb") as source:
            attachment = add_attachment(
                Actor.operator(),
                owner,
                name=path.name,
                size=path.stat().st_size,
                chunks=iter(lambda: source.read(CHUNK), b""),
            )
        result = examine(attachment.file, attachment.name)
    except OSError as problem:
        return {"name": path.name, "attached": False, "outcome": f"can't be read: {problem.strerror}"}
    except TallystickProblem as problem:
        return {"name": path.name, "attached": False, "outcome": str(problem)}
    return {"name": attachment.name, "attached": True, "outcome": result.note or "attached"}


def _owner(arguments: argparse.Namespace) -> "Owner":
    from tallystick.cli.compile_backup import find_claim, find_project
    from tallystick.contracts.models import Contract
    from tallystick.directory.models import Company

    if arguments.company:
        companies = Company.objects.filter(name=arguments.company)
        if arguments.account:
            companies = companies.filter(account__name=arguments.account)
        found = list(companies[:2])
        if len(found) != 1:
            raise BadInput(
                f"{'No' if not found else 'More than one'} company is called {arguments.company}. "
                "Check the name, or say which account by --account NAME."
            )
        return found[0]
    if not arguments.project:
        raise BadInput("Say which project by --project NUMBER.")
    project = find_project(arguments.project, arguments.account)
    if arguments.claim:
        return find_claim(project, arguments.claim)
    contract = Contract.objects.filter(project=project, number=arguments.contract).first()
    if contract is None:
        raise BadInput(f"Project {project.number} has no contract {arguments.contract}.")
    return contract
