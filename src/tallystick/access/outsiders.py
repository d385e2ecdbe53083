"""What giving much to somebody of another company means, said before it is done (R-PERM-4, R-PERM-6)."""

from collections.abc import Mapping

from tallystick.access.levels import Level, Tool, tool_name
from tallystick.directory.models import Person
from tallystick.terms.context import text

_CONTRACTS = {Tool.COMMITMENTS: "{commitments}", Tool.HEAD_CONTRACTS: "{head_contracts}"}


def outsider_warnings(person: Person, levels: Mapping[Tool, Level]) -> list[str]:
    """A sentence for each level that shows or allows an outsider more than their own work needs."""
    return [] if person.company.is_own else warnings_of(levels)


def warnings_of(levels: Mapping[Tool, Level]) -> list[str]:
    """The sentences, for whoever is of another company."""
    said = []
    for tool in (Tool.COMMITMENTS, Tool.HEAD_CONTRACTS):
        level, named = levels.get(tool, Level.NONE), text(_CONTRACTS[tool])
        if level == Level.STANDARD:
            said.append(
                text(
                    "Standard on {tool} shows somebody of another company all {contracts} that are not private, those "
                    "of other companies among them. Read Only is enough for {a claim_contact}.",
                    tool=tool_name(tool),
                    contracts=named,
                )
            )
        elif level == Level.ADMIN:
            said.append(
                text(
                    "Admin on {tool} lets somebody of another company see and edit everything there, review their own "
                    "{claims} and ignore due dates. Read Only is enough for {a claim_contact}.",
                    tool=tool_name(tool),
                )
            )
    if levels.get(Tool.DIRECTORY, Level.NONE) == Level.ADMIN:
        said.append(
            "Admin on the Directory lets somebody of another company decide who is on the project, with which levels."
        )
    return said
