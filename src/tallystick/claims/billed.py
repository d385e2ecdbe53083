"""What was billed to date on the lines of a contract, by its latest claim."""

from tallystick.claims.models import ClaimLine
from tallystick.claims.policies import latest_claim
from tallystick.contracts.models import Contract


def billed_to_date(contract: Contract) -> dict[int, int]:
    """Completed and stored to date by line of the schedule, minor units; empty before the first claim: two queries."""
    latest = latest_claim(contract)
    if latest is None:
        return {}
    return dict(ClaimLine.objects.filter(claim=latest).values_list("sov_line_id", "total_completed"))
