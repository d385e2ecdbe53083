"""The tools that have a level of their own and the four levels (R-PERM-1)."""

from django.db import models

from tallystick.terms.context import text


class Level(models.IntegerChoices):
    """What a person may do with one tool in one project; each level includes the ones below it."""

    NONE = 0, "None"
    READ_ONLY = 1, "Read Only"
    STANDARD = 2, "Standard"
    ADMIN = 3, "Admin"


class Tool(models.TextChoices):
    """Tools with a level. The claims tool has none: it follows these (R-PERM-1)."""

    COMMITMENTS = "commitments", "Commitments"
    HEAD_CONTRACTS = "head_contracts", "Head Contracts"  # terms: allow head contracts
    DIRECTORY = "directory", "Directory"


_NAMES = {
    Tool.COMMITMENTS: "{commitments_tool}",
    Tool.HEAD_CONTRACTS: "{upstream_tool}",
    Tool.DIRECTORY: "Directory",
}


def tool_name(tool: Tool) -> str:
    """What the dictionary in force calls the tool."""
    return text(_NAMES[tool])
