"""The frame around every page: where one is, which tools there are, what one started, who one is.

``shell`` is what ``base.html`` reads. Its number of queries does not depend on how much there is to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from tallystick import terms
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import can_see_directory, is_account_admin, level_of, visible_projects
from tallystick.directory.models import Account, Project
from tallystick.runs.queries import RunRow, tray
from tallystick.web.outcomes import Banner, Progress, outcome_of, progress_of, progress_text
from tallystick.web.people.contacts import is_only_contact, only_contract, place_in
from tallystick.web.points_of_view import point_of_view_choices

PROJECTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A tool in the rail."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    """A project in the switcher."""

    name: str
    number: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, of which one holds."""

    label: str
    value: str
    current: bool


@dataclass(frozen=True, slots=True)
class PointOfViewMenu:
    """The point of view in force and what else one may choose."""

    label: str
    url: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class TrayItem:
    """A piece of work in the tray."""

    title: str
    text: str
    url: str
    running: bool
    percent: int | None


@dataclass(frozen=True, slots=True)
class Tray:
    """What one started."""

    items: tuple[TrayItem, ...]
    running: int
    waiting: int
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of my menu."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything that the frame shows; the names are those of the templates."""

    locale: str
    zone: str
    user_name: str
    pov: PointOfViewMenu
    project: Project | None = None
    account: Account | None = None
    projects: tuple[ProjectChoice, ...] = ()
    tools: tuple[Place, ...] = ()
    runs_tray: Tray | None = None
    progress: tuple[Progress, ...] = ()
    banners: tuple[Banner, ...] = ()
    my_links: tuple[Link, ...] = ()
    sign_out_url: str = ""
    search_url: str = ""
    search_label: str = ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor. Made when a template first asks, so fragments pay nothing for it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: Any) -> Shell:
    words = terms.current()
    project: Project | None = getattr(request, "project", None)
    account: Account | None = getattr(request, "account", None)
    signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
    place = project or account
    locale, zone = words.locale.code, place.time_zone if place else "UTC"
    if not signed_in:
        return Shell(locale, zone, "", _point_of_view(request, ""))
    actor: Actor = request.actor
    runs = tray(request.user.pk)
    found = _search(request, project)
    return Shell(
        locale,
        zone,
        str(request.user),
        _point_of_view(request, reverse("point-of-view")),
        project=project,
        account=account,
        projects=_projects(actor, project),
        tools=tuple(
            _project_tools(request, actor, project) if project else _account_tools(request, actor, account)
        ),
        runs_tray=_tray(runs),
        progress=_progress(request, runs, project),
        banners=_banners(runs),
        my_links=tuple(_my_links(request, actor, account, project)),
        sign_out_url=reverse("sign-out"),
        search_url=found[0],
        search_label=found[1],
    )


def _point_of_view(request: Any, url: str) -> PointOfViewMenu:
    """The project's words (no choice of one's own), or one of the three whatever the project's are."""
    own = getattr(getattr(request, "user", None), "point_of_view", "")
    labels = dict(point_of_view_choices())
    choices = [Choice("The project’s own", "", not own)]
    choices += [Choice(label, value, own == value) for value, label in labels.items()]
    return PointOfViewMenu(labels[terms.current().point_of_view.value], url, tuple(choices) if url else ())


def _projects(actor: Actor, current: Project | None) -> tuple[ProjectChoice, ...]:
    rows = visible_projects(actor).filter(is_active=True).order_by("name", "pk")[:PROJECTS_SHOWN]
    return tuple(
        ProjectChoice(
            row.name,
            row.number,
            reverse("project", args=[row.pk]),
            current is not None and row.pk == current.pk,
        )
        for row in rows
    )


def _project_tools(request: Any, actor: Actor, project: Project) -> list[Place]:
    if is_only_contact(request):
        return _contact_tools(request, project)
    words = terms.current()
    downstream = level_of(actor, project, Tool.COMMITMENTS) >= Level.READ_ONLY
    upstream = level_of(actor, project, Tool.HEAD_CONTRACTS) >= Level.READ_ONLY
    directory = level_of(actor, project, Tool.DIRECTORY) >= Level.READ_ONLY
    offered: list[tuple[bool, str, str, str, list[int]]] = [
        (True, "Overview", "project", "overview", [project.pk]),
        (downstream or upstream, words("claims_tool"), "claims", "tally", [project.pk]),
        (downstream, words("commitments_tool"), "commitments", "contract", [project.pk]),
        (upstream, words("upstream_tool"), "head-contracts", "inbound", [project.pk]),
        (
            downstream or upstream,
            words.cap("billing_period", plural=True),
            "periods",
            "calendar",
            [project.pk],
        ),
        (directory, "People", "project-people", "user", [project.pk]),
        (directory, "Directory", "companies", "people", [project.account_id]),
        (
            level_of(actor, project, Tool.COMMITMENTS) >= Level.ADMIN,
            "Settings",
            "project-settings",
            "gear",
            [project.pk],
        ),
    ]
    return [
        Place(label, address(name, *arguments), icon, _is_current(request, name))
        for shown, label, name, icon, arguments in offered
        if shown and address(name, *arguments)
    ]


def _contact_tools(request: Any, project: Project) -> list[Place]:
    """A claim contact's own contracts, and of the project what is theirs: the contract, or the lists of several."""
    words = terms.current()
    contract = only_contract(request, project)
    if contract is not None:
        here = _is_current(request, "commitments") or _is_current(request, "claims")
        return [
            _my_contracts(request),
            Place(contract.number, reverse("contract", args=[contract.pk]), "contract", here),
        ]
    listed = (
        ("claims", words("claims_tool"), "tally"),
        ("commitments", words("commitments_tool"), "contract"),
    )
    return [
        _my_contracts(request),
        *(
            Place(label, reverse(name, args=[project.pk]), icon, _is_current(request, name))
            for name, label, icon in listed
        ),
    ]


def _my_contracts(request: Any) -> Place:
    return Place("My contracts", reverse("my-contracts"), "stack", _is_current(request, "my-contracts"))


def _account_tools(request: Any, actor: Actor, account: Account | None) -> list[Place]:
    mine = [_my_contracts(request)] if place_in(request).claims else []
    if is_only_contact(request):
        return mine
    places = [Place("Projects", reverse("home"), "building", _is_current(request, "home")), *mine]
    if account is None:
        return places
    if can_see_directory(actor, account):
        url = reverse("companies", args=[account.pk])
        places.append(Place("Directory", url, "people", _is_current(request, "companies")))
    if is_account_admin(actor, account.pk):
        url = reverse("account-access", args=[account.pk])
        places.append(Place("Access", url, "lock", _is_current(request, "account-access")))
        url = reverse("outbox", args=[account.pk])
        places.append(Place("Outbox", url, "mail", _is_current(request, "outbox")))
        url = reverse("account-settings", args=[account.pk])
        places.append(Place("Settings", url, "gear", _is_current(request, "account-settings")))
    return places


# Which tool a page belongs to, by the beginning of its address's name.
_ROOMS = {
    "commitments": ("commitment", "contract", "variation", "sov", "claim-contact", "private-list"),
    "head-contracts": ("head-contract",),
    "claims": ("claim", "backup"),
    "periods": ("period",),
    "companies": ("compan", "person", "directory", "insurance"),
    "project-people": ("member",),
    "account-access": ("template",),
    "project-settings": (
        "project-claiming",
        "project-contracts",
        "project-notifications",
        "project-checks",
        "project-papers",
        "project-law",
        "project-settings-history",
        "period-schedule",
    ),
    "account-settings": ("account-claiming", "account-beginnings", "docusign", "account-settings-history"),
    "outbox": ("message", "address"),
}


def _is_current(request: Any, tool: str) -> bool:
    match = getattr(request, "resolver_match", None)
    name = (match.url_name or "") if match else ""
    if name == tool:
        return True
    if tool == "head-contracts" and getattr(request, "is_upstream", False):
        return True
    if tool == "commitments" and getattr(request, "is_upstream", False):
        return False
    rooms = _ROOMS.get(tool, ())
    taken = (tool == "claims" and name.startswith("claim-contact")) or (
        tool == "periods" and name == "period-schedule"
    )
    return name.startswith(rooms) and not taken if rooms else False


def address(name: str, *arguments: object) -> str:
    """The address of a page, or nothing where this installation has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _tray(runs: list[RunRow]) -> Tray:
    items = tuple(
        TrayItem(
            run.title,
            progress_text(run) if run.is_active else outcome_of(run).title,
            reverse("run", args=[run.id]),
            run.is_active,
            run.percent if run.total else None,
        )
        for run in runs
    )
    running = sum(1 for run in runs if run.is_active)
    return Tray(items, running, len(runs) - running, reverse("runs"))


def _progress(request: Any, runs: list[RunRow], project: Project | None) -> tuple[Progress, ...]:
    """What goes on for this project stands on top of its pages, and turns into the banner there (R-COMPILE-5)."""
    match = getattr(request, "resolver_match", None)
    if project is None or (match and (match.url_name or "").startswith("run")):
        return ()
    return tuple(progress_of(run) for run in runs if run.is_active and run.project_id == project.pk)


def _banners(runs: list[RunRow]) -> tuple[Banner, ...]:
    """What ended and has not been dismissed: also for whoever left and came back (R-COMPILE-5)."""
    return tuple(banner_of(run) for run in runs if not run.is_active)


def banner_of(run: RunRow) -> Banner:
    """The banner of a run that has ended."""
    told = outcome_of(run)
    return Banner(
        id=f"run-{run.id}",
        tone=told.tone,
        title=told.title,
        text=told.text,
        summary=told.summary,
        dismiss_url=reverse("run-dismissal", args=[run.id]),
        actions=told.actions,
        details=told.details,
    )


def _my_links(request: Any, actor: Actor, account: Account | None, project: Project | None) -> list[Link]:
    links = [
        Link("Preferences", reverse("preferences"), "gear"),
        Link("How you sign in", reverse("own-sign-in"), "lock"),
    ]
    if not is_only_contact(request):
        links.append(Link("My projects", reverse("home"), "building"))
    if place_in(request).claims:
        links.append(Link("My contracts", reverse("my-contracts"), "stack"))
    if project is not None:
        links.append(Link("My access", reverse("my-access", args=[project.pk]), "eye"))
    if account is not None and is_account_admin(actor, account.pk):
        links.append(
            Link(f"Settings of {account.name}", reverse("account-settings", args=[account.pk]), "people")
        )
    return links


def _search(request: Any, project: Project | None) -> tuple[str, str]:
    """Where the search box leads: the list that one is in, else the project's claims or contracts."""
    here = getattr(request, "search", None)
    if here:
        return str(here[0]), str(here[1])
    if project is None:
        return "", ""
    if only_contract(request, project) is not None:
        return reverse("my-contracts"), "Search my contracts"
    words = terms.current()
    if url := address("claims", project.pk):
        return url, f"Search {words.plural('claim')}"
    return reverse("commitments", args=[project.pk]), f"Search {words.plural('commitment')}"
