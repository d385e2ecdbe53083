"""The browser computes a claim to the cent as the server does, whatever is in the contract and whatever is typed."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from playwright.sync_api import Page

from tallystick.claims.calc import (
    ContractTerms,
    LineInput,
    LineKey,
    LineState,
    LineTerms,
    StoredMaterials,
    calculate,
    next_previous,
)
from tallystick.claims.calc import entry as calc_entry
from tests.e2e.calc_cases import (
    FIGURES_IN_SCRIPT,
    HUGE,
    RATES,
    SIZES,
    Chance,
    contract_json,
    figures_json,
    line_json,
)
from tests.e2e.parity import assert_alike, here, in_browser

CALCULATE = FIGURES_IN_SCRIPT + "return plain(m.calculate(c.terms, c.lines, c.previous_certificates));"


def compare(page: Page, cases: list[dict[str, Any]], expected: list[Any], body: str) -> None:
    assert_alike(cases, expected, in_browser(page, body, cases))


def test_every_figure_of_any_claim_is_the_same(page: Page) -> None:
    chance = Chance(1977)
    cases, expected = [], []
    for number in range(400):
        size = HUGE if number % 10 == 0 else chance.choice(SIZES)
        if number % 4 == 1:
            contract, lines = chance.limited(size)
        else:
            contract, lines = chance.contract(size), chance.lines(size)
        previous = chance.choice([None, None, chance.amount(size)])
        cases.append(
            {
                "terms": contract_json(contract),
                "lines": [line_json(line) for line in lines],
                "previous_certificates": previous,
            }
        )
        expected.append(
            here(
                lambda contract=contract, lines=lines, previous=previous: figures_json(
                    calculate(contract, lines, previous_certificates=previous)
                )
            )
        )
    assert sum("problem" in one for one in expected) < 60, "nearly all cases must have figures to compare"
    assert any(len(one.get("findings", [])) > 3 for one in expected)
    compare(page, cases, expected, CALCULATE)


def test_every_claim_of_a_chain_is_the_same(page: Page) -> None:
    chance = Chance(7)
    cases, expected = [], []
    for number in range(40):
        size = chance.choice(SIZES)
        contract = replace(chance.contract(size), stored_materials=list(StoredMaterials)[number % 2])
        lines = chance.lines(size)
        periods = [[chance.entry(size) for _ in lines] for _ in range(4)]
        states: dict[LineKey, LineState] = {}
        claims = []
        for entries in periods:
            inputs = [
                LineInput(line.terms, states.get(line.terms.key, LineState()), entry)
                for line, entry in zip(lines, entries, strict=True)
            ]
            figures = calculate(contract, inputs)
            states = next_previous(contract, figures)
            claims.append({"figures": figures_json(figures), "next": [asdict(s) for s in states.values()]})
        expected.append(claims)
        cases.append(
            {
                "terms": contract_json(contract),
                "lines": [asdict(line.terms) for line in lines],
                "periods": [[asdict(entry) for entry in entries] for entries in periods],
            }
        )
    compare(
        page,
        cases,
        expected,
        FIGURES_IN_SCRIPT
        + """
        let states = new Map();
        return c.periods.map((entries) => {
          const lines = c.lines.map((terms, index) => (
            { terms, previous: states.get(terms.key), entry: entries[index] }
          ));
          const figures = m.calculate(c.terms, lines);
          states = m.nextPrevious(c.terms, figures);
          return { figures: plain(figures), next: [...states.values()] };
        });
        """,
    )


def test_terms_that_are_left_out_are_those_of_a_new_contract(page: Page) -> None:
    chance = Chance(5)
    line = chance.line(1, 1_000_00)
    cases = [
        {"terms": {}, "lines": [line_json(line)]},
        {"terms": {"work_retention_bp": 500}, "lines": [{"terms": {"key": 1, "scheduled_value": 5}}]},
        {"terms": {}, "lines": []},
    ]
    expected = [
        figures_json(calculate(ContractTerms(), [line])),
        figures_json(calculate(ContractTerms(work_retention_bp=500), [LineInput(LineTerms(1, 5))])),
        figures_json(calculate(ContractTerms(), [])),
    ]
    compare(page, cases, expected, CALCULATE)


Enter = Callable[..., Any]

TYPED_ON_A_LINE: dict[str, Enter] = {
    "m.enterWork(c.terms, c.line, c.value)": calc_entry.enter_work,
    "m.enterTotal(c.terms, c.line, c.value)": calc_entry.enter_total,
    "m.enterQuantity(c.terms, c.line, c.value)": calc_entry.enter_quantity,
    "m.moveMaterialsToWork(c.terms, c.line, c.value)": calc_entry.move_materials_to_work,
    "m.enterNewMaterialsQuantity(c.terms, c.line, c.value)": calc_entry.enter_new_materials_quantity,
    "m.enterNewMaterials(c.line, c.value)": lambda _, line, value: calc_entry.enter_new_materials(
        line, value
    ),
    "m.enterPreviousMaterials(c.line, c.value)": lambda _, line, value: calc_entry.enter_previous_materials(
        line, value
    ),
    "m.enterMaterialsStored(c.line, c.value)": lambda _, line, value: calc_entry.enter_materials_stored(
        line, value
    ),
    "m.enterWorkPercent(c.terms, c.line, c.rate)": calc_entry.enter_work_percent,
    "m.enterTotalPercent(c.terms, c.line, c.rate)": calc_entry.enter_total_percent,
    "m.enterWorkRetention(c.line.entry, c.value)": lambda _, line, value: calc_entry.enter_work_retention(
        line.entry, value
    ),
    "m.enterWorkRetentionRate(c.line.entry, c.rate)": lambda _, line, rate: (
        calc_entry.enter_work_retention_rate(line.entry, rate)
    ),
    "m.enterMaterialsRetention(c.line.entry, c.value)": lambda _, line, value: (
        calc_entry.enter_materials_retention(line.entry, value)
    ),
    "m.enterMaterialsRetentionRate(c.line.entry, c.rate)": lambda _, line, rate: (
        calc_entry.enter_materials_retention_rate(line.entry, rate)
    ),
    "m.retainByRules(c.line.entry)": lambda _, line, __: calc_entry.retain_by_rules(line.entry),
    "m.entryForNewClaim(c.line.previous)": lambda _, line, __: calc_entry.entry_for_new_claim(line.previous),
}


def test_what_is_typed_on_a_line_becomes_the_same_entry(page: Page) -> None:
    chance = Chance(21)
    cases, values = [], []
    for _ in range(250):
        size = chance.choice(SIZES[:-1])
        contract, line = chance.contract(size), chance.line(1, size)
        value, rate = chance.amount(size), chance.choice([*RATES, 12_345, -500])
        if chance.random() < 0.3:  # what completes the quantity
            value = line.terms.scheduled_quantity - line.previous.quantity
        values.append((contract, line, value, rate))
        cases.append(
            {"terms": contract_json(contract), "line": line_json(line), "value": value, "rate": rate}
        )
    for script, enter in TYPED_ON_A_LINE.items():
        typed = [(c, line, rate if "c.rate" in script else value) for c, line, value, rate in values]
        expected = [here(partial(_entered, enter, *one)) for one in typed]
        compare(page, cases, expected, f"return {script};")


def test_what_is_typed_on_a_group_is_spread_the_same(page: Page) -> None:
    chance = Chance(90)
    cases, spread, by_percent, released = [], [], [], []
    for number in range(150):
        size = chance.choice(SIZES)
        contract = chance.contract(size)
        lines = chance.lines(size)
        if number % 25 == 0:
            lines = [_finished(line) for line in lines]
        value, rate = chance.amount(size), chance.choice(RATES)
        rows = list(zip([line.entry for line in lines], calculate(contract, lines).lines, strict=True))
        cases.append(
            {
                "terms": contract_json(contract),
                "lines": [line_json(line) for line in lines],
                "value": value,
                "rate": rate,
            }
        )
        spread.append(here(lambda c=contract, ls=lines, v=value: _entries(calc_entry.spread_work(c, ls, v))))
        by_percent.append(
            here(lambda c=contract, ls=lines, r=rate: _entries(calc_entry.spread_work_percent(c, ls, r)))
        )
        released.append(here(lambda rows=rows, v=value: _entries(calc_entry.release_amount(rows, v))))
    for expected, body in (
        (spread, "m.spreadWork(c.terms, c.lines, c.value)"),
        (by_percent, "m.spreadWorkPercent(c.terms, c.lines, c.rate)"),
        (
            released,
            """m.releaseAmount(
                 m.calculate(c.terms, c.lines).lines.map((figures, i) => ({ entry: c.lines[i].entry, figures })),
                 c.value)""",
        ),
    ):
        computed = in_browser(page, f"return {body};", cases)
        refused = [index for index, one in enumerate(expected) if "problem" in one]
        assert refused, "some must have nothing to spread over"
        assert all(
            "problem" in computed[index] for index in refused
        )  # the words there leave the dictionary out
        kept = [index for index in range(len(cases)) if index not in set(refused)]
        assert_alike(*([every[index] for index in kept] for every in (cases, expected, computed)))


def test_releases_in_per_cent_are_the_same(page: Page) -> None:
    chance = Chance(12)
    cases, expected = [], []
    for _ in range(150):
        size = chance.choice(SIZES)
        contract, lines = chance.contract(size), chance.lines(size)
        rates = {"work_bp": chance.choice(RATES), "materials_bp": chance.choice(RATES)}
        if chance.random() < 0.4:
            del rates[chance.choice(list(rates))]
        figures = calculate(contract, lines)
        cases.append(
            {"terms": contract_json(contract), "lines": [line_json(line) for line in lines], "rates": rates}
        )
        expected.append(
            [
                asdict(calc_entry.release(line.entry, row, **rates))
                for line, row in zip(lines, figures.lines, strict=True)
            ]
        )
    compare(
        page,
        cases,
        expected,
        """const rows = m.calculate(c.terms, c.lines).lines;
           return rows.map((row, index) => m.release(c.lines[index].entry, row, c.rates));""",
    )


def _finished(line: LineInput) -> LineInput:
    """The line with nothing left to claim on it."""
    new = line.entry.materials_new
    return LineInput(
        replace(line.terms, scheduled_value=new), LineState(), replace(line.entry, materials_previous=0)
    )


def _entered(enter: Enter, contract: ContractTerms, line: LineInput, typed: int) -> dict[str, Any]:
    return asdict(enter(contract, line, typed))


def _entries(entries: list[Any]) -> list[dict[str, Any]]:
    return [asdict(entry) for entry in entries]
