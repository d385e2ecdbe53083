"""The table reads itself strictly: a wrong row says which it is and what is wrong."""

import pytest

from tallystick.jurisdictions.model import Role
from tallystick.jurisdictions.table import FILE, TableFault, read_table, table
from tallystick.terms import PointOfView, dictionary, use
from tallystick.terms.choosing import locale_choices
from tallystick.terms.context import text

GOOD = """
[[place]]
key = "xx"
name = "Exampleland"
law = "xx"
country = "AU"
subdivision = "NSW"
holidays_checked_to = 2027

[[shutdown]]
law = "xx"
first = "12-24"
last = "01-05"
source = "an Act"
confidence = "A"

[[rule]]
key = "xx-sub"
law = "xx"
role = "subcontract"
act = "Payments Act"
dated_by = "contract"
cites_act = true
answer = "payment_schedule"
answer_days = 10
pay_days = 15
basis = "business"
silence = "All of it is payable."
source = "an Act"
answer_confidence = "A"
pay_confidence = "B"
"""


def read(source: str = GOOD) -> object:
    return read_table(source, "laws.toml")


def test_a_good_table_is_read() -> None:
    found = read_table(GOOD, "laws.toml")

    (rule,) = found.rules
    assert rule.role is Role.SUB and rule.confidence == "B"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('role = "subcontract"', 'role = "tenant"', r"rule 1 \(xx-sub\): role “tenant” is none of"),
        ("answer_days = 10", "answer_days = 0", r"rule 1 \(xx-sub\): answer_days has to be from 1 to 365"),
        ("answer_days = 10", 'answer_days = "ten"', "answer_days has to be a int"),
        ("answer_days = 10", "answer_days = true", "answer_days has to be a int"),
        ("answer_days = 10\n", "", "answer_days is needed"),
        ("pay_days = 15\n", "", "either pay_days or pay_unknown"),
        ("pay_days = 15", "pay_days = 15\npay_longest = 20", "pay_longest and pay_void go together"),
        (
            "pay_days = 15",
            "pay_days = 15\npay_longest = 12\npay_void = 10",
            "pay_days is more than pay_longest",
        ),
        ("cites_act = true", "cites_act = 1", "cites_act has to be a bool"),
        ("cites_act = true", "cites_act = true\ncite_act = true", "there is no field called cite_act"),
        ('act = "Payments Act"\n', "", "act is needed"),
        ('act = "Payments Act"', 'act = " "', "act is empty"),
        ('answer = "payment_schedule"', 'answer = "claim"', "no statutory term"),
        ('silence = "All of it is payable."', 'silence = "All of it"', "silence does not end in a full stop"),
        (
            'silence = "All of it is payable."',
            'silence = "All of {the_claim}."',
            r"rule 1 \(xx-sub\): silence",
        ),
        ('answer_confidence = "A"', 'answer_confidence = "D"', "answer_confidence “D” is none of A, B, C"),
        ("cites_act = true", "cites_act = true\nvalid_from = 2026-13-01", "is no TOML"),
        (
            "cites_act = true",
            "cites_act = true\nvalid_from = 2026-02-02\nvalid_to = 2026-01-01",
            "valid_from is after",
        ),
        ("cites_act = true", "cites_act = true\nvalid_from = 2026-02-02T10:00:00", "without a time"),
        ("cites_act = true", "cites_act = true\npaper = false", "instead is needed"),
        ('basis = "business"', 'basis = "business"\npay_less_days = 7', "due_days is needed"),
        ('first = "12-24"', 'first = "12-32"', r"shutdown 1 \(xx\): first “12-32” is no day of the year"),
        ('first = "12-24"', 'first = "24 Dec"', "is no day of the year"),
        ('key = "xx"\n', 'key = "Exampleland!"\n', "is no key such as au-nsw"),
        ('country = "AU"', 'country = "ZZ"', r"place 1 \(xx\): the package “holidays” knows no country ZZ"),
        ('subdivision = "NSW"', 'subdivision = "NSX"', "knows no subdivision NSX of AU"),
        (
            'law = "xx"\ncountry',
            'law = "yy"\ncountry',
            "laws.toml, place xx: no rule is of the law yy",
        ),
        ("[[shutdown]]", "[[closing]]", "there is no table called closing"),
    ],
)
def test_a_wrong_row_is_named(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(TableFault, match=said):
        read(GOOD.replace(old, new, 1))


def test_two_rules_may_not_hold_on_the_same_day() -> None:
    rule = GOOD[GOOD.index("[[rule]]") :]
    second = rule.replace('"xx-sub"', '"xx-sub-2"').replace("cites_act", "valid_from = 2026-01-01\ncites_act")

    with pytest.raises(TableFault, match="xx-sub and xx-sub-2 hold on the same days"):
        read(GOOD + second)
    with pytest.raises(TableFault, match="more than one rule is called xx-sub"):
        read(GOOD + rule)
    ended = GOOD.replace("cites_act", "valid_to = 2025-12-31\ncites_act")
    assert len(read_table(ended + second, "laws.toml").rules) == 2


def test_our_table_has_every_state_with_its_source() -> None:
    keys = {place.key for place in table().places}

    assert {
        "au-nsw", "au-vic", "au-qld", "au-wa", "au-sa", "au-tas", "au-act", "au-nt", "nz", "gb-eng"
    } <= keys  # fmt: skip
    assert all(rule.source and rule.act for rule in table().rules)
    assert FILE.exists()


def test_its_sentences_can_be_filled_in_every_dictionary() -> None:
    for locale, _ in locale_choices():
        for view in PointOfView:
            with use(dictionary(view, locale)):
                for rule in table().rules:
                    for sentence in (rule.instead, rule.silence, rule.note, rule.pay_unknown):
                        assert "{" not in text(sentence)
