"""Who is asking. Every query and action takes an actor; nothing is loaded without one."""

from dataclasses import dataclass, field

from tallystick.access.levels import Level, Tool
from tallystick.directory.models import Login


@dataclass(frozen=True, slots=True)
class Actor:
    """A log-in that asks for something, or the operator of the server at its command line.

    ``levels`` remembers what was looked up for this request: (project id, tool) → level.
    ``contact_of`` holds designations where somebody loaded them ahead for many contracts: project id → contract ids.
    """

    login_id: int | None
    name: str
    is_operator: bool = False
    levels: dict[tuple[int, Tool], Level] = field(default_factory=dict, compare=False, repr=False)
    contact_of: dict[int, frozenset[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, login: Login) -> "Actor":
        """The actor behind a signed-in log-in."""
        return cls(login_id=login.pk, name=str(login))

    @classmethod
    def operator(cls) -> "Actor":
        """The person at the server's command line, who already holds every file and the database."""
        return cls(login_id=None, name="Operator", is_operator=True)

    @classmethod
    def nobody(cls) -> "Actor":
        """Somebody who has not signed in: sees nothing."""
        return cls(login_id=None, name="Nobody")
