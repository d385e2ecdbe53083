"""Payment law as data, business days, and the dates that follow from both. Guidance, never advice.

``jurisdictions.toml`` holds the facts with their sources and how far each may be trusted; ``table`` reads it and
refuses a wrong row. ``deadlines(place, role, …)`` gives the dates with their reckoning; ``telling`` says them in words.
"""

from tallystick.jurisdictions.deadlines import Deadline, Deadlines, Giver, NoRule, Step, deadlines
from tallystick.jurisdictions.model import Basis, Confidence, Place, Role, Rule
from tallystick.jurisdictions.table import TableFault, table

__all__ = [
    "Basis",
    "Confidence",
    "Deadline",
    "Deadlines",
    "Giver",
    "NoRule",
    "Place",
    "Role",
    "Rule",
    "Step",
    "TableFault",
    "deadlines",
    "table",
]
