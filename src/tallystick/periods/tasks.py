"""What the worker does for this room."""

from tallystick.periods.scheduling import create_due_periods
from tallystick.runs.periodic import register

# A period begins at midnight where the project is; half a minute later nobody has noticed.
register(create_due_periods, every_seconds=30.0)
