"""Settings saved by two people at once, each with an older page; and the history of all of it."""

from __future__ import annotations

import pytest

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.configuration.history import account_events, project_events, row_of
from tallystick.configuration.saving import (
    Overtaken,
    account_values,
    fingerprint,
    project_values,
    save_account,
    save_project,
)
from tallystick.core.errors import Refused
from tallystick.directory.models import Project
from tallystick.terms import dictionary, use
from tests import factories as make

pytestmark = pytest.mark.django_db

NAMES = ("over_claiming", "accept_late_claims", "paper_footer", "mail:claim.approved", "check:late")


@pytest.fixture
def project() -> Project:
    return make.make_project()


@pytest.fixture
def ann(project: Project) -> make.Actor:
    return make.actor_of(make.make_member(project, Level.ADMIN, name="Ann Admin"))


@pytest.fixture
def ben(project: Project) -> make.Actor:
    return make.actor_of(make.make_member(project, Level.ADMIN, name="Ben Builder"))


def page_of(project: Project) -> tuple[dict[str, object], dict[str, str]]:
    """What a page shows: the values, and the fingerprints that it sends back."""
    project.refresh_from_db()
    values = project_values(project, NAMES)
    return dict(values), {name: fingerprint(value) for name, value in values.items()}


def test_two_people_change_different_settings_of_one_page(project, ann, ben) -> None:
    typed, seen = page_of(project)
    save_project(ben, project, typed | {"over_claiming": "refuse"}, seen)
    result = save_project(ann, project, typed | {"paper_footer": "Northbuild Pty Ltd"}, seen)
    assert result.written == ("paper_footer",)
    assert result.others == ("When more is claimed on a line than its scheduled value: Refused",)
    project.refresh_from_db()
    assert (project.over_claiming, project.paper_footer) == ("refuse", "Northbuild Pty Ltd")


@pytest.mark.parametrize(
    ("name", "theirs", "mine", "told"),
    [
        ("over_claiming", "refuse", "warn", "Ben Builder changed this while the page was open: Refused."),
        ("paper_footer", "Theirs", "Mine", "Ben Builder changed this while the page was open: Theirs."),
        ("check:late", "off", "block", "Ben Builder changed this while the page was open: Off."),
    ],
)
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    project, ann, ben, name, theirs, mine, told
) -> None:
    typed, seen = page_of(project)
    save_project(ben, project, typed | {name: theirs}, seen)
    with pytest.raises(Overtaken) as caught:
        save_project(ann, project, typed | {name: mine, "accept_late_claims": True}, seen)
    assert caught.value.fields == {name: told}
    project.refresh_from_db()
    now = project_values(project, NAMES)
    assert now[name] == theirs
    assert now["accept_late_claims"] is False  # nothing of the page was saved
    again = seen | caught.value.seen
    assert save_project(ann, project, typed | {name: mine}, again).written == (name,)


def test_two_people_who_want_the_same_are_in_no_conflict(project, ann, ben) -> None:
    typed, seen = page_of(project)
    wanted = typed | {"mail:claim.approved": True, "check:late": "off"}
    assert save_project(ben, project, wanted, seen).written == ("mail:claim.approved", "check:late")
    assert save_project(ann, project, wanted, seen).written == ()
    assert Event.objects.filter(project=project, actor_name="Ann Admin").count() == 0


def test_line_endings_of_a_browser_are_no_change(project, ann) -> None:
    save_project(ann, project, {"invite_message": "Dear all,\r\nplease be early.\r\n"})
    project.refresh_from_db()
    assert project.invite_message == "Dear all,\nplease be early."
    assert save_project(ann, project, {"invite_message": "Dear all,\r\nplease be early."}).written == ()


def test_without_admin_on_commitments_nothing_is_saved(project) -> None:
    reader = make.actor_of(make.make_member(project, Level.STANDARD))
    with pytest.raises(Refused, match="You need Admin on the project's Commitments tool"):
        save_project(reader, project, {"paper_footer": "x"})
    with pytest.raises(Refused, match="Only an administrator of the account"):
        save_account(reader, project.account, {"forbid_over_claiming": True})


def test_the_history_says_who_from_and_to_in_the_readers_words(project, ann) -> None:
    save_project(ann, project, {"uninvited_claims": "none", "check:late": "off", "mail:claim.approved": True})
    save_project(ann, project, {"own_locale": "en-US", "point_of_view": "owner"})
    with use(dictionary("owner", "en-US")):
        rows = [row_of(event) for event in project_events(project)]
    said = [(row.who, change.label, change.before, change.after) for row in rows for change in row.changes]
    assert said[:6] == [
        ("Ann Admin", "Language", "As the account has it", "English (United States)"),
        ("Ann Admin", "Words used by", "As the account has it", "Owner"),
        (
            "Ann Admin",
            "What invoice contacts may bill without an invite to bill",
            "Work, materials and retainage",
            "Nothing: an invite to bill is needed",
        ),
        ("Ann Admin", "E-mail: An invoice was approved", "Off", "On"),
        ("Ann Admin", "Check: After the due day", "As usual", "Off"),
        ("Operator", f"Created the project {project}.", "", ""),
    ]


def test_an_accounts_history(project) -> None:
    boss = make.actor_of(make.make_account_admin(project.account, "Bea Boss"))
    account = project.account
    seen = {name: fingerprint(value) for name, value in account_values(account, ["locale"]).items()}
    save_account(boss, account, {"locale": "en-GB"}, seen)
    with pytest.raises(Overtaken, match="Somebody else changed “Language”"):
        save_account(boss, account, {"locale": "en-US"}, seen)
    save_account(boss, account, {"forbid_over_claiming": True})
    said = [
        (change.label, change.before, change.after)
        for event in account_events(account)
        for change in row_of(event).changes
    ]
    assert said[:2] == [
        ("Forbid over-claiming in every project", "Off", "On"),
        ("Language", "English (Australia)", "English (United Kingdom)"),
    ]


def test_a_setting_that_the_product_knows_no_longer_keeps_its_name_in_the_history(project) -> None:
    from tallystick.access.recording import record_in

    record_in(
        project,
        make.OPERATOR,
        "project.settings_changed",
        project,
        changes={"colour_of_paper": ["white", "buff"], "mail:gone.event": [True, False]},
    )
    row = row_of(project_events(project)[0])
    assert [(one.label, one.before, one.after) for one in row.changes] == [
        ("Colour of paper", "white", "buff"),
        ("Gone.event", "True", "False"),
    ]
