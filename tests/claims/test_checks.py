"""What a claim is looked over for before it is submitted (R-CONTACT-3, domain §5.1, §6.5, §16.3)."""

from datetime import UTC, datetime

import pytest

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims import checks
from tallystick.claims.checks import Place, Rule, checks_of
from tallystick.claims.checks.settings import check_settings, set_checks
from tallystick.claims.creation import create_claim, delete_claim, restore_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.contracts.states import VariationStatus
from tallystick.contracts.variations import move_variation
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.directory import actions as directory
from tallystick.directory.models import Project
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus
BEFORE_DUE = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock.at(BEFORE_DUE):
        yield


class Job:
    """A subcontract of $50,000, $30,000 and $20,000 with its contact and an administrator."""

    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, **facts)
        self.contact = make.actor_of(make.make_claim_contact(self.contract))
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        self.period = make.open_period_of(self.project)

    def claim(self, **columns) -> Claim:
        claim = create_claim(self.contact, self.contract, self.period)
        return self.type(claim, **columns) if columns else self.read(claim)

    def type(self, claim, actor=None, **columns) -> Claim:
        edits = [
            EntryEdit(line.pk, **{name: values[at] for name, values in columns.items() if at < len(values)})
            for at, line in enumerate(lines_of(claim))
        ]
        save_entries(actor or self.contact, claim, edits)
        return self.read(claim)

    def read(self, claim) -> Claim:
        return Claim.objects.select_related("contract__project__account", "contract__company", "period").get(
            pk=claim.pk
        )

    def certify(self, claim) -> Claim:
        move_claim(self.admin, claim, S.UNDER_REVIEW)
        return move_claim(self.admin, claim, S.APPROVED)

    def said(self, claim, key, actor=None) -> list[str]:
        found = checks_of(actor or self.contact, self.read(claim))
        return [remark.full for one in found.findings if one.key == key for remark in one.remarks]

    def rule(self, **rules):
        directory.change_project((None, "x"), self.project, check_rules=rules)


# --- each check ----------------------------------------------------------------------------------------------


def test_a_claim_that_nothing_is_the_matter_with_has_no_remarks():
    job = Job()
    claim = job.claim(work=[10_000_00, 5_000_00])
    found = checks_of(job.contact, claim)
    assert found.findings == ()
    assert found.looked_at >= 10
    assert (found.to_fix, found.to_look_at) == (0, 0)


def test_a_stored_figure_that_a_fresh_calculation_does_not_give_is_told_with_both():
    job = Job()
    claim = job.claim(work=[10_000_00])
    ClaimLine.objects.filter(claim=claim, item_number="1").update(total_completed=10_000_01)
    said = job.said(claim, "arithmetic")
    assert "Line 1: the total to date is $10,000.01, computed again it is $10,000.00." in said
    assert any("line 4 is the sum of the totals to date" in one for one in said)


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("sum_to_date", "line 3 is line 1 and line 2"),
        ("total_retention", "line 5 is lines 5a and 5b"),
        ("payment_due", "line 8 is line 6 less line 7"),
        ("balance_to_finish", "line 9 is line 3 less line 6"),
    ],
)
def test_a_summary_that_does_not_add_up_names_the_rule(column, rule):
    job = Job()
    claim = job.claim(work=[10_000_00])
    Claim.objects.filter(pk=claim.pk).update(**{column: getattr(claim, column) + 1})
    assert any(rule in one for one in job.said(claim, "arithmetic"))


def test_a_claim_starts_from_what_the_one_before_ended_with():
    job = Job()
    first = job.certify(job.claim(work=[10_000_00]))
    second = job.claim(work=[1_000_00])
    assert job.said(second, "arithmetic") == []
    Claim.objects.filter(pk=first.pk).update(earned_less_retention=9_500_01)
    assert job.said(second, "arithmetic") == [
        "Progress claim 1 ended with $9,500.01, but this one starts from $9,500.00 (previous certificates)."
    ]


def test_over_claiming_is_told_with_the_excess_where_the_project_warns():
    job = Job()
    directory.change_project((None, "x"), job.project, over_claiming="warn")
    claim = job.claim(work=[51_000_00])
    (said,) = job.said(claim, "over_claiming")
    assert "goes beyond the scheduled value of $50,000.00 by $1,000.00" in said


def test_a_credit_line_is_over_claimed_below_its_value_and_not_above():
    job = Job(lines=[("Works", 50_000_00), ("Credit", -500_00)])
    directory.change_project((None, "x"), job.project, over_claiming="warn")
    claim = job.claim(work=[0, -500_00])
    assert job.said(claim, "over_claiming") == []
    job.type(claim, work=[0, -600_00])
    assert len(job.said(claim, "over_claiming")) == 1


@pytest.mark.parametrize(
    ("account", "contract", "project", "refuses"),
    [
        (False, "", "allow", False),
        (False, "", "refuse", True),
        (False, "allow", "refuse", False),
        (False, "refuse", "allow", True),
        (True, "allow", "allow", True),
    ],
)
def test_the_account_forbids_then_the_contract_then_the_project_decides(account, contract, project, refuses):
    job = Job()
    directory.change_project((None, "x"), job.project, over_claiming=project)
    type(job.project.account).objects.filter(pk=job.project.account_id).update(forbid_over_claiming=account)
    Contract.objects.filter(pk=job.contract.pk).update(over_claiming=contract)
    claim = job.claim()
    if refuses:
        with pytest.raises(BadInput, match="goes beyond"):
            job.type(claim, work=[50_000_01])
    else:
        assert job.said(job.type(claim, work=[50_000_01]), "over_claiming") == []


def test_a_line_that_grows_by_more_than_the_largest_step_is_asked_about():
    job = Job()
    claim = job.claim(work=[25_000_00, 15_000_01])
    assert job.said(claim, "jumps") == [
        "Line 2: 50% of its scheduled value in one period ($15,000.01): from 0% to 50%."
    ]
    directory.change_project((None, "x"), job.project, largest_jump_bp=10_000)
    assert job.said(claim, "jumps") == []


def test_work_taken_back_is_told_and_a_growing_credit_is_none():
    job = Job(lines=[("Works", 50_000_00), ("Credit", -5_000_00)])
    job.certify(job.claim(work=[10_000_00, -1_000_00]))
    claim = job.claim(work=[-500_00, -1_000_00])
    assert job.said(claim, "taken_back") == [
        "Line 1: −$500.00 this period takes the total to date back from $10,000.00 to $9,500.00."
    ]
    job.type(claim, work=[0, 400_00])
    assert len(job.said(claim, "taken_back")) == 1


def test_materials_that_nobody_uses_are_told_on_the_third_claim():
    job = Job()
    job.certify(job.claim(materials_new=[2_000_00]))
    second = job.claim(work=[0, 1_000_00])
    assert job.said(second, "materials_unused") == []
    job.certify(second)
    third = job.claim(work=[0, 1_000_00])
    assert job.said(third, "materials_unused") == [
        "Line 1: $2,000.00 of materials lie in store since claim 1 (3 progress claims), and none became work."
    ]
    job.type(third, work=[500_00], materials_previous=[1_500_00])
    assert job.said(third, "materials_unused") == []


def test_materials_used_in_between_begin_the_count_anew():
    job = Job()
    job.certify(job.claim(materials_new=[2_000_00]))
    job.certify(job.claim(work=[500_00], materials_previous=[1_500_00]))
    assert job.said(job.claim(work=[1_00]), "materials_unused") == []


def test_new_materials_each_time_while_nothing_moves():
    job = Job()
    job.certify(job.claim(materials_new=[2_000_00]))
    job.certify(job.claim(materials_new=[1_000_00]))
    claim = job.claim(materials_new=[500_00])
    assert job.said(claim, "materials_piling_up") == [
        "Line 1: materials came in on 3 progress claims since claim 1 and none became work: "
        "$3,500.00 are in store, $500.00 of them new."
    ]
    assert job.said(claim, "materials_unused") == []


def test_where_materials_move_by_themselves_none_are_asked_about():
    job = Job(stored_materials_mode="move")
    for _ in range(2):
        job.certify(job.claim(materials_new=[1_000_00]))
    assert job.said(job.claim(materials_new=[500_00]), "materials_piling_up") == []


def test_lines_of_a_variation_that_is_not_approved_any_more_block():
    job = Job()
    variation = make.make_variation(job.contract, number="V-007")
    claim = job.claim(work=[0, 0, 0, 1_000_00])
    delete_claim(job.admin, claim)
    move_variation(job.admin, variation, VariationStatus.VOID)
    restore_claim(job.admin, claim)
    assert job.said(claim, "variation_not_approved") == [
        "Line 1: variation V-007 is Void, but $1,000.00 is claimed on it to date."
    ]
    with pytest.raises(BadInput, match="not submitted: 1 thing has to be put right"):
        move_claim(job.contact, claim, S.UNDER_REVIEW)


@pytest.mark.parametrize(
    ("comment", "hits"),
    [("Includes V-012 as agreed on site", 1), ("see v-012.", 1), ("V-0123", 0), ("nothing", 0)],
)
def test_a_comment_that_names_a_pending_variation_is_pointed_out(comment, hits):
    job = Job()
    make.make_variation(job.contract, number="V-012", status=VariationStatus.PENDING)
    claim = job.claim(work=[1_000_00], comment=[comment])
    said = job.said(claim, "variation_mentioned")
    assert len(said) == hits
    assert all(
        "variation V-012, which is Pending: it can be claimed once it is approved" in one for one in said
    )


def test_an_approved_variation_may_be_named():
    job = Job()
    make.make_variation(job.contract, number="V-012")
    assert job.said(job.claim(work=[1_00], comment=["V-012"]), "variation_mentioned") == []


def test_a_claim_with_nothing_in_it_says_so():
    job = Job()
    assert job.said(job.claim(), "nothing_claimed") == [
        "Nothing is claimed: no work, no new materials, and no retention is released."
    ]


def test_a_final_claim_that_leaves_something_open_says_how_much():
    job = Job()
    claim = job.claim(work=[50_000_00, 30_000_00, 19_000_00])
    Claim.objects.filter(pk=claim.pk).update(is_final=True)
    said = job.said(claim, "final_incomplete")
    assert said == [
        "This is the final progress claim, but $1,000.00 of the contract sum of $100,000.00 is not completed.",
        "This is the final progress claim, but $4,950.00 of retention is still held.",
    ]


def test_typed_retention_is_held_against_the_contracts_rules():
    job = Job()
    claim = job.claim(work=[10_000_00, 10_000_00], work_retention=[1_000_00, 500_00])
    assert job.said(claim, "retention_by_hand") == [
        "Line 1: $1,000.00 of retention on work is typed, the contract’s rules retain $500.00."
    ]


def test_a_draft_after_the_due_day_will_be_late():
    job = Job()
    claim = job.claim(work=[1_00])
    assert job.said(claim, "late") == []
    with clock.at(datetime(2026, 3, 26, tzinfo=UTC)):
        assert job.said(claim, "late") == ["The due day was 25 Mar 2026: it will be marked as late."]
        move_claim(job.admin, claim, S.UNDER_REVIEW)
        assert job.said(claim, "late", job.admin) == ["It came after the due day, 25 Mar 2026."]


# --- what follows --------------------------------------------------------------------------------------------


def jumping(job):
    return job.claim(work=[50_000_00])


def test_what_warns_lets_a_claim_through_and_stays_visible_to_the_reviewer():
    job = Job()
    claim = jumping(job)
    assert checks_of(job.contact, claim).to_look_at == 1
    move_claim(job.contact, claim, S.UNDER_REVIEW)
    assert len(job.said(claim, "jumps", job.admin)) == 1


def test_what_blocks_keeps_a_contact_from_submitting_and_loses_nothing():
    job = Job()
    job.rule(jumps="block")
    claim = jumping(job)
    with pytest.raises(BadInput, match=r"1 thing has to be put right first\. Line 1: 100% of its") as problem:
        move_claim(job.contact, claim, S.UNDER_REVIEW, reason="I know")
    assert problem.value.fields == {}
    claim = job.read(claim)
    assert (claim.status, claim.assessed_this_period) == (S.DRAFT, 50_000_00)
    job.type(claim, work=[20_000_00])
    assert move_claim(job.contact, claim, S.UNDER_REVIEW).status == S.UNDER_REVIEW


def test_an_administrator_goes_ahead_with_a_reason_that_is_recorded():
    job = Job()
    job.rule(jumps="block")
    claim = jumping(job)
    with pytest.raises(BadInput, match="you can go ahead with a reason") as problem:
        move_claim(job.admin, claim, S.UNDER_REVIEW)
    assert "reason" in problem.value.fields
    move_claim(job.admin, claim, S.UNDER_REVIEW, reason="Delivered in one lot")
    event = Event.objects.get(name="claim.submitted", subject_id=str(claim.pk))
    recorded = str(event.changes) + str(event.facts)
    assert "Delivered in one lot" in recorded
    assert "100% of its scheduled value" in recorded


def test_what_is_off_is_not_looked_for():
    job = Job()
    job.rule(jumps="off")
    assert job.said(jumping(job), "jumps") == []


def test_a_certified_claim_is_final_and_not_looked_over():
    job = Job()
    claim = job.certify(jumping(job))
    assert checks_of(job.admin, claim).looked_at == 0


def test_who_may_not_see_the_lines_reads_nothing_about_them():
    job = Job(is_private=True, private_list_sees_sov=False)
    claim = jumping(job)
    onlooker = make.make_member(job.project, Level.READ_ONLY)
    make.contracts.add_to_private_list(make.OPERATOR, job.contract, onlooker)
    assert job.said(claim, "jumps", make.actor_of(onlooker)) == []


def test_the_number_of_queries_does_not_depend_on_lines_or_past(django_assert_max_num_queries):
    job = Job(lines=[(f"Line {n}", 1_000_00) for n in range(30)])
    for _ in range(3):
        job.certify(job.claim(work=[10_00] * 30, materials_new=[1_00] * 30))
    claim = job.claim(work=[900_00] * 30, comment=["V-1"] * 30)
    claim = job.read(claim)
    with django_assert_max_num_queries(9):
        found = checks_of(make.OPERATOR, claim)
    assert found.to_look_at >= 30


def test_each_check_has_words_of_its_own_and_is_registered_once():
    everything = checks.all_checks()
    assert len({one.key for one in everything}) == len(everything) >= 14
    assert all(one.title and one.help.endswith(".") for one in everything)
    with pytest.raises(ValueError, match="registered twice"):
        checks.check("late", title="x", help="y.", default=Rule.WARN, order=1)(lambda about: [])


# --- the project's choice ------------------------------------------------------------------------------------


def choose(job, actor, **values):
    return set_checks(
        actor,
        job.project,
        **{"rules": {}, "largest_jump_bp": 5_000, "required_papers": [], **values},
    )


def test_an_administrator_chooses_and_only_what_differs_is_kept():
    job = Job()
    choose(job, job.admin, rules={"jumps": "block", "late": "warn"}, largest_jump_bp=2_500)
    project = Project.objects.get(pk=job.project.pk)
    assert project.check_rules == {"jumps": "block"}
    assert project.largest_jump_bp == 2_500
    chosen = {one.key: one.rule for one in check_settings(project)}
    assert (chosen["jumps"], chosen["late"]) == (Rule.BLOCK, Rule.WARN)


def test_names_of_required_papers_lose_blanks_and_repetitions():
    job = Job()
    project = choose(
        job, job.admin, required_papers=["  Statutory   declaration ", "", "Insurance", "insurance"]
    )
    assert project.required_papers == ["Statutory declaration", "Insurance"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": {"jumps": "perhaps"}},
        {"largest_jump_bp": 0},
        {"largest_jump_bp": 10_001},
        {"required_papers": ["x" * 121]},
        {"required_papers": [f"Paper {n}" for n in range(21)]},
    ],
)
def test_what_makes_no_sense_is_not_kept(wrong):
    job = Job()
    with pytest.raises(BadInput):
        choose(job, job.admin, **wrong)


def test_a_contact_chooses_nothing():
    job = Job()
    with pytest.raises(Refused):
        choose(job, job.contact, rules={"jumps": "off"})


def test_a_remark_knows_where_it_can_be_put_right():
    job = Job()
    claim = jumping(job)
    (finding,) = checks_of(job.contact, claim).findings
    line = lines_of(claim)[0]
    assert (finding.remarks[0].place, finding.remarks[0].ref) == (Place.LINE, line.pk)
