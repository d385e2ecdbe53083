"""Setting and releasing retention on chosen lines, and claims for a release alone (domain §2.2, §4, §6.6, §16)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims import calc
from tallystick.claims.calc.retention_entry import Holding, Release, SetRetention, changed
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.retention import change_retention, preview, retention_sheet
from tallystick.claims.retention.releasing import create_release_claim, create_release_claims
from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.core.errors import BadInput, Refused, Stale
from tallystick.periods.actions import close_period
from tests import factories as make

S, HOW = ClaimStatus, calc.RetentionEntry
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Story:
    """A contract of two lines, a first claim of 25,000.00 and 12,500.00, administrators and contacts."""

    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(
            self.project,
            number="SC-1",
            lines=[("Footings", 100_000_00), ("Slab", 50_000_00)],
            **{"work_retention_bp": 1000, "tax_bp": 0, **facts},
        )
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))

    def claim(self, *work, **more):
        claim = create_claim(self.admin, self.contract, self.period, **more)
        return self.typed(claim, work=work)

    def typed(self, claim, **columns):
        edits = [
            EntryEdit(line.pk, **{name: values[i] for name, values in columns.items() if i < len(values)})
            for i, line in enumerate(lines_of(claim))
        ]
        return save_entries(self.admin, claim, edits).claim

    def certified(self, claim):
        move_claim(self.admin, claim, S.UNDER_REVIEW)
        return move_claim(self.admin, claim, S.APPROVED)

    def contact(self, level=Level.READ_ONLY):
        return make.actor_of(make.make_claim_contact(self.contract, level=level))


def ids(claim, *positions):
    lines = lines_of(claim)
    return [line.pk for line in (lines if not positions else [lines[p] for p in positions])]


def amounts(claim, column):
    return [getattr(line, column) for line in lines_of(claim)]


# --- the worked examples ---------------------------------------------------------------------------------------


def test_an_amount_gives_its_rate_and_a_rate_its_amount_w19():
    story = Story()
    claim = story.claim(25_000_00, 12_500_00)
    change_retention(story.admin, claim, ids(claim, 0), SetRetention(work=Holding(HOW.AMOUNT, 1_250_00)))
    change_retention(story.admin, claim, ids(claim, 1), SetRetention(work=Holding(HOW.RATE, 500)))
    sheet = retention_sheet(story.admin, claim)
    assert [(row.work.this, row.work.rate_bp) for row in sheet.rows] == [(1_250_00, 500), (625_00, 500)]
    assert sheet.total.after == 1_875_00


def test_releasing_one_line_whole_and_half_of_another_w19():
    story = Story()
    story.certified(story.claim(25_000_00, 12_500_00))
    claim = story.claim(0, 0)
    change_retention(story.admin, claim, ids(claim, 0), Release(percent_bp=10_000))
    saved = change_retention(story.admin, claim, ids(claim, 1), Release(amount=625_00))
    assert amounts(claim, "work_retention_held") == [0, 625_00]
    assert saved.claim.retention_released == 3_125_00
    assert saved.claim.payment_due == 3_125_00
    assert [row.text for row in history(claim)][-1].endswith(": $625.00 in all")


def test_a_release_alone_w6():
    story = Story(work_retention_bp=500)
    story.contract = make.make_contract(
        story.project, lines=[("Everything", 80_000_00)], work_retention_bp=500, tax_bp=0
    )
    story.certified(story.claim(80_000_00))
    claim = create_release_claim(story.admin, story.contract, story.period)
    assert (claim.claim_type, claim.number) == (ClaimType.RELEASE, 2)
    assert (claim.total_retention, claim.earned_less_retention) == (0, 80_000_00)
    assert (claim.previous_certificates, claim.payment_due) == (76_000_00, 4_000_00)


def test_held_is_what_was_held_with_this_period_less_what_is_released_w7():
    story = Story()
    story.contract = make.make_contract(
        story.project, lines=[("Everything", 100_000_00)], work_retention_bp=200, tax_bp=0
    )
    story.certified(story.claim(50_000_00))
    claim = story.claim(10_000_00)
    change_retention(story.admin, claim, ids(claim), SetRetention(work=Holding(HOW.AMOUNT, 500_00)))
    saved = change_retention(story.admin, claim, ids(claim), Release(amount=200_00))
    assert saved.claim.total_retention == 1_300_00
    assert saved.claim.earned_less_retention == 58_700_00


def test_this_period_is_held_on_this_period_alone_w8():
    story = Story()
    story.certified(story.claim(20_000_00, 0))
    claim = story.claim(30_000_00, 0)
    assert amounts(claim, "work_retention_this")[0] == 3_000_00
    assert amounts(claim, "work_retention_held")[0] == 5_000_00


def test_no_more_is_released_than_was_held_with_this_period_w9():
    story = Story(retain_materials=True, materials_retention_bp=500)
    first = story.typed(story.claim(25_000_00, 0), materials_new=[16_000_00])
    story.certified(first)
    claim = story.typed(story.claim(10_000_00, 0), materials_new=[4_000_00])
    line = retention_sheet(story.admin, claim).rows[0]
    assert (line.work.releasable, line.materials.releasable) == (3_500_00, 1_000_00)
    with pytest.raises(BadInput, match="more than the retention held on these lines"):
        change_retention(story.admin, claim, ids(claim, 0), Release(amount=4_500_01))
    with pytest.raises(BadInput, match="more than the retention held"):
        change_retention(story.admin, claim, ids(claim, 0), Release(amount=1_000_01, work=False))
    with pytest.raises(BadInput, match=r"\$3,500.00 at most"):
        save_entries(story.admin, claim, [EntryEdit(ids(claim, 0)[0], work_released=3_500_01)])
    saved = change_retention(story.admin, claim, ids(claim, 0), Release(amount=4_500_00))
    assert saved.claim.total_retention == 0


def test_a_cap_leaves_room_for_two_thousand_over_two_lines_w14():
    story = Story(retention_cap="amount", retention_cap_amount=10_000_00)
    story.certified(story.claim(80_000_00, 0))
    claim = story.claim(10_000_00, 20_000_00)
    assert sum(amounts(claim, "work_retention_this")) == 2_000_00
    assert amounts(claim, "work_retention_this") == [666_67, 1_333_33]
    assert claim.total_retention == 10_000_00


# --- in bulk -----------------------------------------------------------------------------------------------------


def test_an_amount_is_spread_over_the_lines_by_their_work_to_the_cent():
    story = Story()
    claim = story.claim(10_000_00, 20_000_00)
    change_retention(story.admin, claim, ids(claim), SetRetention(work=Holding(HOW.AMOUNT, 1_000_00)))
    assert amounts(claim, "work_retention_this") == [333_33, 666_67]
    change_retention(story.admin, claim, ids(claim), SetRetention(work=Holding()))
    assert amounts(claim, "work_retention_this") == [1_000_00, 2_000_00]


def test_more_than_the_work_or_on_no_work_can_t_be_held():
    story = Story()
    claim = story.claim(10_000_00, 0)
    with pytest.raises(BadInput, match="more retention than there is work on these lines"):
        change_retention(story.admin, claim, ids(claim), SetRetention(work=Holding(HOW.AMOUNT, 10_000_01)))
    with pytest.raises(BadInput, match="None of these lines has work this period"):
        change_retention(story.admin, claim, ids(claim, 1), SetRetention(work=Holding(HOW.AMOUNT, 1_00)))
    with pytest.raises(BadInput, match="between 0 % and 100 %"):
        change_retention(story.admin, claim, ids(claim), SetRetention(work=Holding(HOW.RATE, 10_001)))
    with pytest.raises(BadInput, match="Choose lines first"):
        change_retention(story.admin, claim, [], Release(percent_bp=10_000))


def test_a_preview_says_what_saving_would_and_writes_nothing():
    story = Story()
    story.certified(story.claim(25_000_00, 12_500_00))
    claim = story.claim(1_000_00, 0)
    before = Claim.objects.get(pk=claim.pk)
    change = Release(percent_bp=5_000)
    told = preview(story.admin, claim, ids(claim), change)
    assert Claim.objects.get(pk=claim.pk).version == before.version
    assert [row.changes for row in told.rows] == [True, True]
    change_retention(story.admin, claim, ids(claim), change)
    assert told.total == retention_sheet(story.admin, claim).total
    assert told.total.released == 1_300_00 + 625_00


def test_a_stale_page_and_the_same_change_twice():
    story = Story()
    story.certified(story.claim(25_000_00, 12_500_00))
    claim = story.claim(0, 0)
    saved = change_retention(story.admin, claim, ids(claim), Release(percent_bp=10_000))
    with pytest.raises(Stale):
        change_retention(story.admin, claim, ids(claim), Release(amount=1_00), version=claim.version - 1)
    again = change_retention(story.admin, claim, ids(claim), Release(percent_bp=10_000))
    assert again.claim.version == saved.claim.version
    assert sum("release of retention" in row.text for row in history(claim)) == 1


# --- who, and on which claims ------------------------------------------------------------------------------------


def test_contacts_release_in_the_current_period_and_administrators_always():
    story = Story()
    contact = story.contact()
    story.certified(story.claim(25_000_00, 12_500_00))
    claim = story.claim(0, 0)
    change_retention(contact, claim, ids(claim), Release(amount=100_00))
    close_period(make.OPERATOR, story.period)
    claim = Claim.objects.get(pk=claim.pk)
    with pytest.raises(Refused, match="not open"):
        change_retention(contact, claim, ids(claim), Release(amount=200_00))
    with pytest.raises(Refused, match="not open"):
        save_entries(contact, claim, [EntryEdit(ids(claim)[0], work_released=1_00)])
    save_entries(contact, claim, [EntryEdit(ids(claim)[0], work=1_00)])
    change_retention(story.admin, claim, ids(claim), Release(amount=200_00))


def test_a_contact_needs_standard_for_a_claim_of_a_release_alone():
    story = Story()
    reader, standard = story.contact(), story.contact(Level.STANDARD)
    story.certified(story.claim(25_000_00, 12_500_00))
    with pytest.raises(Refused, match="You need Standard"):
        create_release_claim(reader, story.contract, story.period)
    assert create_release_claim(standard, story.contract, story.period).payment_due == 3_750_00


def test_a_release_holds_no_work_and_work_no_release():
    story = Story()
    story.certified(story.claim(25_000_00, 12_500_00))
    release = create_release_claim(story.admin, story.contract, story.period, percent_bp=5_000)
    line = ids(release)[0]
    for edit in (
        EntryEdit(line, work=1),
        EntryEdit(line, materials_new=1),
        EntryEdit(line, work_retention=1),
    ):
        with pytest.raises(BadInput, match="for the release of retention only"):
            save_entries(story.admin, release, [edit])
    with pytest.raises(Refused, match="no work to retain on"):
        change_retention(story.admin, release, [line], SetRetention(work=Holding(HOW.RATE, 500)))
    save_entries(story.admin, release, [EntryEdit(line, work=0, work_released=0)])
    story.certified(release)
    work = story.claim(1_000_00, 0, claim_type=ClaimType.WORK)
    with pytest.raises(BadInput, match="for work and materials only"):
        save_entries(story.admin, work, [EntryEdit(ids(work)[0], work_released=1)])
    with pytest.raises(Refused, match="for work and materials only"):
        change_retention(story.admin, work, ids(work), Release(amount=1))


def test_releasing_on_many_contracts_answers_for_each():
    story = Story()
    story.certified(story.claim(25_000_00, 12_500_00))
    empty = make.make_contract(story.project, number="SC-2", tax_bp=0)
    done, left = create_release_claims(story.admin, [story.contract, empty], story.period, percent_bp=5_000)
    assert done.claim.retention_released == 1_875_00
    assert left.reason.startswith("No retention is held on SC-2")
    assert not empty.claims.exists()
    (again,) = create_release_claims(story.admin, [story.contract], story.period)
    assert "is Draft" in again.reason


def test_a_claim_may_be_meant_to_be_the_last():
    story = Story()
    assert story.claim(1_00, 0, is_final=True).is_final
    assert story.contract.claims.get().billing_date == date(2026, 3, 25)


# --- properties --------------------------------------------------------------------------------------------------

MONEY = st.integers(0, 10**9)


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=6), st.integers(0, 10_000), st.data())
def test_a_release_never_goes_beyond_what_is_held(work, rate, data):
    terms = calc.ContractTerms(work_retention_bp=rate, materials_retention_bp=rate, retain_materials=True)
    lines = [
        calc.LineInput(
            calc.LineTerms(key=n, scheduled_value=10**12), entry=calc.LineEntry(work=w, materials_new=m)
        )
        for n, (w, m) in enumerate(work)
    ]
    now = calc.calculate(terms, lines)
    held = now.totals.retention_held
    amount = data.draw(st.integers(0, held))
    for change, expected in (
        (Release(amount=amount), amount),
        (Release(percent_bp=10_000), held),
    ):
        entries = changed([(line.entry, row) for line, row in zip(lines, now.lines, strict=True)], change)
        after = calc.calculate(
            terms,
            [calc.LineInput(line.terms, entry=entry) for line, entry in zip(lines, entries, strict=True)],
        )
        assert not after.refusals
        assert after.totals.retention_released == expected
        assert after.totals.retention_held == held - expected
        assert all(row.work_retention_held >= 0 and row.materials_retention_held >= 0 for row in after.lines)
