"""Who builds Ropewalk Quarter. The numbers are from the range kept free for fiction; the domains can't exist."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tallystick.demo.content.business_numbers import fictional_abn


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the directory with the person who claims for it."""

    serial: int
    name: str
    trade: str
    address: str
    contact: str
    domain: str

    @property
    def abn(self) -> str:
        return fictional_abn(self.serial)

    @property
    def phone(self) -> str:
        return f"(02) 5550 {1000 + self.serial * 7:04d}"

    @property
    def email(self) -> str:
        return f"accounts@{self.domain}.example"

    @property
    def contact_email(self) -> str:
        return f"{self.contact.split()[0].lower()}@{self.domain}.example"


_DATA = tomllib.loads((Path(__file__).parent / "companies.toml").read_text(encoding="utf-8"))

OWN = Firm(**_DATA["own"])
CLIENT = Firm(**_DATA["client"])
FIRMS: dict[str, Firm] = {key: Firm(**facts) for key, facts in _DATA["firms"].items()}
"""By trade key, in the order in which they come on site."""
