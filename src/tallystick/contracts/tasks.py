"""What the worker does for this room."""

from typing import Any
from uuid import UUID

from tallystick.contracts.sub_sov_mail import KIND, send_to_contacts
from tallystick.runs.context import Context
from tallystick.runs.kinds import run_kind


@run_kind(KIND)
def tell_that_it_was_sent_back(run_id: UUID, context: Context) -> dict[str, Any]:
    """Mail the contacts of a contract why their breakdown came back."""
    params = context.params
    sent = context.step("mail", send_to_contacts, params["contract"], params["reason"], params["by"])
    return {"sent": sent}
