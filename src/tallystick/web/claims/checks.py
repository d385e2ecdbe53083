"""The panel of checks on a claim's pages: how many things there are, with figures, and where to put them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.access.policies import can_change_project
from tallystick.claims.checks import Finding, Place, Remark, checks_of
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import can_move, side_of
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, Side

MOST_SHOWN = 8
"""Remarks of one check that are shown at once; the others unfold."""


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """A sentence and the address where it can be put right."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A check with its remarks, the first few apart from the rest."""

    key: str
    title: str
    blocks: bool
    first: tuple[ShownRemark, ...]
    more: tuple[ShownRemark, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands over a claim's tabs."""

    summary: str
    tone: str
    icon: str
    findings: tuple[ShownFinding, ...]
    looked_at: int
    is_open: bool
    must: str
    """What is said of a check that blocks."""
    can_pass: bool
    settings_url: str
    url: str
    version: int

    @property
    def blocks(self) -> bool:
        """Whether something has to be put right before the claim is submitted."""
        return any(one.blocks for one in self.findings)


def panel_of(actor: Actor, claim: Claim, lines: Sequence[ClaimLine] | None = None) -> Panel | None:
    """The panel for claimant and reviewer alike; an onlooker has none, and a certified claim is final."""
    side = side_of(actor, claim.contract)
    if side is None or claim.status in CERTIFIED:
        return None
    found = checks_of(actor, claim, lines)
    editable = claim.status in EDITABLE
    admin = side is Side.ADMIN
    return Panel(
        summary=_summary(found.to_fix, found.to_look_at, editable=editable),
        tone="bad" if found.to_fix else "warn" if found.to_look_at else "ok",
        icon="warning" if found.to_fix else "info" if found.to_look_at else "check",
        findings=tuple(_shown(claim, one) for one in found.findings),
        looked_at=found.looked_at,
        is_open=bool(found.to_fix),
        must="To fix" if editable else "Not put right",
        can_pass=admin
        and editable
        and bool(found.to_fix)
        and bool(can_move(actor, claim, ClaimStatus.UNDER_REVIEW)),
        settings_url=reverse("project-checks", args=[claim.contract.project_id])
        if can_change_project(actor, claim.contract.project)
        else "",
        url=reverse("claim-checks", args=[claim.pk]),
        version=claim.version,
    )


def _summary(to_fix: int, to_look_at: int, *, editable: bool) -> str:
    if not to_fix and not to_look_at:
        return "nothing to fix"
    parts = []
    if to_fix:
        parts.append(f"{to_fix} to fix" if editable else f"{to_fix} not put right")
    if to_look_at:
        parts.append(f"{to_look_at} worth a look")
    return ", ".join(parts)


def _shown(claim: Claim, finding: Finding) -> ShownFinding:
    remarks = tuple(ShownRemark(remark.full, _address(claim, remark)) for remark in finding.remarks)
    return ShownFinding(
        finding.key, finding.title, finding.blocks, remarks[:MOST_SHOWN], remarks[MOST_SHOWN:]
    )


def _address(claim: Claim, remark: Remark) -> str:
    at = [claim.pk]
    if remark.place is Place.LINE:
        return reverse("claim", args=at) + f"#l{remark.ref}"
    if remark.place is Place.PAPER:
        return reverse("claim-papers", args=at) + f"#file-{remark.ref}"
    if remark.place is Place.PAPERS:
        return reverse("claim-papers", args=at) + "#papers"
    return reverse("claim-details" if remark.place is Place.DETAILS else "claim-summary", args=at)
