"""Which providers there are, and which one a project uses. Each registers itself from ``apps.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tallystick.core.errors import ALLOWED, Decision, NotFound
from tallystick.directory.models import Account, Project
from tallystick.signing.models import Envelope, ProjectSigning
from tallystick.signing.seam import Capabilities, SignatureProvider

BUILTIN = "builtin"


def _always(_account: Account) -> Decision:
    return ALLOWED


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of provider.

    ``label`` is its name, ``send_label`` the button's (R-SIGN-1), both sentences of ``terms``. ``open`` gives the
    provider as an account has connected it; it imports what it needs then. ``ready`` says whether it can be used by
    the account now: connected, not in need of a new log-in; it is asked for pages, so one query at most.
    """

    name: str
    label: str
    send_label: str
    capabilities: Capabilities
    open: Callable[[Account], SignatureProvider]
    ready: Callable[[Account], Decision] = _always


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of provider known."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """All of them, the built-in one first."""
    return sorted(_kinds.values(), key=lambda kind: (kind.name != BUILTIN, kind.label))


def kind_named(name: str) -> Kind:
    """The kind of this name; ``NotFound`` where this installation has none."""
    if name not in _kinds:
        raise NotFound(f"This installation has no provider of signatures called {name}.")
    return _kinds[name]


def is_known(name: str) -> bool:
    """Whether there is such a kind."""
    return name in _kinds


def kind_for(project: Project) -> Kind:
    """The kind that the project sends with: what it chose, else the built-in one."""
    chosen = settings_of(project).provider
    return _kinds.get(chosen) or kind_named(BUILTIN)


def settings_of(project: Project) -> ProjectSigning:
    """How the project has its claims signed; the defaults, not saved, where nobody chose."""
    return ProjectSigning.objects.filter(project=project).first() or ProjectSigning(project=project)


def provider_of(envelope: Envelope) -> SignatureProvider:
    """The provider that has the envelope, as its account has connected it (load the claim with its account)."""
    return kind_named(envelope.provider).open(envelope.claim.contract.project.account)
