"""The grid as requests: saving by form and by script alike, columns as somebody likes them, conflicts by form."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.grid.wire import FIELDS
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.web.models import GridLayout
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    def __init__(self, **facts):
        project = make.make_project()
        self.contract = make.make_contract(project, number="SC-1", **facts)
        self.period = make.open_period_of(project)
        self.claim = create_claim(make.OPERATOR, self.contract, self.period)
        self.admin = make.make_member(project, Level.ADMIN, name="Priya Raman")
        self.by_admin = make.signed_in(self.admin)
        self.by_contact = make.signed_in(make.make_claim_contact(self.contract, "Dana Whitlock"))
        self.page = reverse("claim", args=[self.claim.pk])
        self.entries = reverse("claim-entries", args=[self.claim.pk])

    @property
    def lines(self):
        return lines_of(self.claim)

    def save(self, cells, version=None, client=None):
        self.claim.refresh_from_db()
        sent = json.dumps({"version": version or self.claim.version, "cells": cells})
        return (client or self.by_admin).post(self.entries, sent, content_type="application/json")

    def post(self, cells, version=None, client=None):
        self.claim.refresh_from_db()
        return (client or self.by_admin).post(
            self.entries, {"version": version or self.claim.version, **cells}
        )

    def entered(self):
        return [
            (line.assessed_work, line.assessed_materials_new, line.work_retention_this, line.total_completed)
            for line in self.lines
        ]


@pytest.fixture
def job():
    return Job()


COLUMN = st.sampled_from(["work", "percent", "work_percent", "new", "stored", "retention"])
TEXT = st.sampled_from(["", "1,234.50", "(20)", "12.5%", "7%", "300", "0"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.integers(0, 2), COLUMN), TEXT, min_size=1, max_size=6))
def test_a_form_and_a_script_save_alike(job, typed):
    del job
    by_form, by_script = Job(), Job()
    cells = {}
    for (index, column), said in typed.items():
        if said or column == "retention":
            cells.setdefault(index, {})[column] = said or "1%"
    lines = [line.pk for line in by_script.lines]
    answer = by_script.save({lines[index]: typed for index, typed in cells.items()})
    lines = [line.pk for line in by_form.lines]
    names = {f"{key}-{lines[index]}": said for index, row in cells.items() for key, said in row.items()}
    form = by_form.post(names)
    assert (answer.status_code == 200) == (form.status_code == 302)
    assert by_form.entered() == by_script.entered()


def test_the_answer_carries_changed_lines_alone_and_the_sums(job):
    first = job.lines[0]
    answer = job.save({first.pk: {"work": "12%"}}).json()
    assert list(answer["lines"]) == [str(first.pk)]
    assert len(answer["lines"][str(first.pk)]) == len(FIELDS)
    assert answer["totals"]["work"] == 6_000_00
    assert answer["summary"]["payment_due"] == 5_700_00


def test_the_page_carries_what_the_script_computes_with(job):
    html = job.by_admin.get(job.page).content.decode()
    data = json.loads(
        html.partition('<script type="application/json" data-grid>')[2].partition("</script>")[0]
    )
    assert data["editable"] is True
    assert data["terms"]["work_retention_bp"] == 500
    assert [len(row) for row in data["lines"].values()] == [len(FIELDS)] * 3
    assert data["groups"][0]["lines"] == data["order"]
    move_claim(make.OPERATOR, job.claim, ClaimStatus.UNDER_REVIEW)
    html = job.by_contact.get(job.page).content.decode()
    data = json.loads(
        html.partition('<script type="application/json" data-grid>')[2].partition("</script>")[0]
    )
    assert data["editable"] is False
    assert "lines" not in data


def test_the_page_fetches_all_that_the_script_imports(job):
    waiting, imported = [Path(finders.find("js/elements/sov-grid.js"))], set()
    while waiting:
        script = waiting.pop()
        text = script.read_text(encoding="utf-8")
        for name in re.findall(r'^(?:import|export) [^;]*?from "(.+?)"', text, re.MULTILINE):
            module = (script.parent / name).resolve()
            if module not in imported:
                imported.add(module)
                waiting.append(module)
    html = job.by_admin.get(job.page).content.decode()
    fetched = re.findall(r'rel="modulepreload" href="/static/(js/(?:grid|claim|dom)[^"]+)"', html)
    assert {Path(finders.find(name)).resolve() for name in fetched} == imported


def test_text_in_a_script_element_ends_it_nowhere():
    job = Job(lines=[("Slab", 100_00)])
    line = job.lines[0]
    job.save({line.pk: {"comment": "</script><b>&"}})
    html = job.by_admin.get(job.page).content.decode()
    assert "</script><b>" not in html
    assert "\\u003C/script\\u003E\\u003Cb\\u003E\\u0026" in html


def test_a_subtotal_saves_by_form(job):
    assert job.post({"work-g:c": "1,000"}).status_code == 302
    assert sum(work for work, *_ in job.entered()) == 1_000_00
    response = job.post({"work-g:all": "much"})
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="much"' in html
    assert "can&#x27;t be read as an amount" in html


def test_by_form_too_only_the_lines_of_others_are_left_to_be_decided(job):
    first, second, _ = job.lines
    seen = job.claim.version
    job.save({first.pk: {"work": "700"}}, client=job.by_contact)
    sent = {f"work-{first.pk}": "55", f"work-{second.pk}": "66", f"new-{first.pk}": ""}
    response = job.post(sent, version=seen)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Dana Whitlock changed this line" in html
    assert f'name="work-{first.pk}" value="55"' in html
    assert [work for work, *_ in job.entered()][:2] == [700_00, 66_00]
    assert job.post(sent).status_code == 302
    assert [work for work, *_ in job.entered()][:2] == [55_00, 66_00]


def test_what_others_changed_is_not_typed_by_a_form_that_shows_the_old(job):
    first, second, _ = job.lines
    seen = job.claim.version
    job.save({first.pk: {"work": "700"}}, client=job.by_contact)
    response = job.post({f"work-{first.pk}": "", f"work-{second.pk}": "66"}, version=seen)
    assert response.status_code == 302
    assert [work for work, *_ in job.entered()][:2] == [700_00, 66_00]


def test_a_button_of_the_form_marks_a_line(job):
    move_claim(make.OPERATOR, job.claim, ClaimStatus.UNDER_REVIEW)
    line = job.lines[0]
    assert f'name="review-{line.pk}" value="approved"' in job.by_admin.get(job.page).content.decode()
    assert job.post({f"review-{line.pk}": "approved"}).status_code == 302
    assert job.lines[0].review == "approved"
    assert f'name="review-{line.pk}" value="no_action"' in job.by_admin.get(job.page).content.decode()


# --- columns as somebody likes them --------------------------------------------------------------------------


def layout(job, sent, grid="claim-amount", client=None):
    address = reverse("grid-layout", args=[grid])
    return (client or job.by_admin).post(address, json.dumps(sent), content_type="application/json")


def test_columns_are_remembered_for_the_person_and_the_kind_of_grid(job):
    assert layout(job, {"shown": {"net": True}}).status_code == 200
    assert layout(job, {"shown": {"previous": False}, "widths": {"net": 5000}}).status_code == 200
    html = job.by_admin.get(job.page).content.decode()
    assert 'id="c-net"' in html
    assert 'id="c-previous"' not in html
    assert ".900." in html.partition("columns.css?")[2][:200] + "."
    assert 'id="c-net"' not in job.by_contact.get(job.page).content.decode()
    layout(job, {"reset": True})
    assert 'id="c-net"' not in job.by_admin.get(job.page).content.decode()


def test_columns_are_chosen_by_a_form_too(job):
    sent = {
        "choice": ["net", "balance"],
        "shown": ["net"],
        "pinned": ["net"],
        "group_by": "none",
        "next": job.page,
    }
    response = job.by_admin.post(reverse("grid-layout", args=["claim-amount"]), sent)
    assert response["Location"] == job.page
    kept = GridLayout.objects.get().data
    assert kept["shown"] == {"net": True, "balance": False}
    assert kept["group_by"] == "none"


@pytest.mark.parametrize(
    ("sent", "grid", "status"),
    [
        ({}, "other", 404),
        ([], "sov", 422),
        ({"shown": 5, "widths": {"a": "x", "<b>": 3, "c": True}, "group_by": "moon"}, "sov", 200),
    ],
)
def test_nonsense_about_columns_is_left_out(job, sent, grid, status):
    assert layout(job, sent, grid).status_code == status
    assert not any(any(row.data.values()) for row in GridLayout.objects.all())


def test_widths_are_a_style_sheet_of_their_own(job):
    address = reverse("grid-columns")
    sheet = job.by_admin.get(address, {"w": "72.256f.114", "lead": "2"})
    assert sheet["Content-Type"] == "text/css"
    assert "--cols:72px minmax(256px,1fr) 114px;--lead:2;--wide:442px;--pin-1:72px;--pin-2:328px;" in (
        sheet.content.decode()
    )
    assert job.by_admin.get(address, {"w": "1}body{display:none", "lead": "x"}).content == b""


# --- how much it asks ----------------------------------------------------------------------------------------


def test_saving_asks_no_more_for_more_lines():
    counts = []
    for size in (3, 40):
        job = Job(lines=[(f"Line {n}", 100_00) for n in range(size)])
        cells = {line.pk: {"work": "5"} for line in job.lines}
        job.save({job.lines[0].pk: {"work": "1"}})
        with CaptureQueriesContext(connection) as queries:
            assert job.save(cells).status_code == 200
        counts.append(len({query["sql"].partition("WHERE")[0] for query in queries.captured_queries}))
    assert counts[0] == counts[1]
