"""The money of a project's dashboard: for each side its sums, the charts, what is held, what is unpaid by age."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import level_of
from tallystick.core.money import format_money, format_percent, rate_of
from tallystick.dashboard.ageing import Age, Ageing, Bucket, Since, ageing_of
from tallystick.dashboard.money import SideMoney, money_of_side
from tallystick.dashboard.retention import Held, held_now
from tallystick.directory.models import Project
from tallystick.terms import current, text
from tallystick.web.dashboard.charts import money_charts

_SIDES = ((Tool.COMMITMENTS, "commitments"), (Tool.HEAD_CONTRACTS, "head-contracts"))


def money_sections(actor: Actor, project: Project) -> list[dict[str, Any]]:
    """The sides that the actor may read, money to pay first."""
    return [
        _section(actor, project, tool, url_name)
        for tool, url_name in _SIDES
        if level_of(actor, project, tool) >= Level.READ_ONLY
    ]


def _section(actor: Actor, project: Project, tool: Tool, url_name: str) -> dict[str, Any]:
    downstream = tool is Tool.COMMITMENTS
    money = money_of_side(actor, project, tool)
    section: dict[str, Any] = {
        "key": url_name,
        "title": current()("commitments_tool" if downstream else "upstream_tool"),
        "url": reverse(url_name, args=[project.pk]),
        "contracts": money.contracts,
        "others": money.others,
        "currency": project.currency,
        "downstream": downstream,
        "has_claims": bool(money.periods) or not money.to_date.is_nothing,
    }
    if not section["has_claims"]:
        return section | {"figures": _agreed(money)}
    held, ageing = held_now(actor, project, tool), ageing_of(actor, project, tool)
    list_url = reverse("claims", args=[project.pk]) if downstream else ""
    return section | {
        "figures": _figures(money, ageing),
        "charts": money_charts(url_name, project, money, list_url=list_url) if money.periods else None,
        "held": _held(project, held, downstream),
        "ageing": _ageing(project, ageing, money),
        "unpaid_url": f"{list_url}?period=all&payment=unpaid" if downstream else "",
    }


def _agreed(money: SideMoney) -> list[dict[str, Any]]:
    """What is agreed, before anything is claimed."""
    sums, currency = money.sums, money.currency
    return [
        {"label": "Original sum", "amount": sums.original_sum, "currency": currency},
        {"label": text("Approved {variations}"), "amount": sums.net_variations, "currency": currency},
        _revised(money) | {"strong": True, "note": _of_contracts(money)},
    ]


def _revised(money: SideMoney) -> dict[str, Any]:
    return {"label": "Revised sum", "amount": money.sums.revised_sum, "currency": money.currency}


def _of_contracts(money: SideMoney) -> str:
    return text("{n} agreed {n:contract|contracts}", n=money.sums.count)


def _figures(money: SideMoney, ageing: Ageing) -> list[dict[str, Any]]:
    """Agreed, claimed, certified, paid, and what is still to pay: the same names as on the list of claims."""
    locale, currency, flow = current().locale.code, money.currency, money.to_date
    variations = money.sums.net_variations
    changed = text("with {amount} {variations}", amount=format_money(variations, currency, locale))
    share = rate_of(flow.certified, money.sums.revised_sum)
    overdue = format_money(ageing.overdue, currency, locale)
    figures: list[dict[str, Any]] = [
        _revised(money) | {"note": changed if variations else _of_contracts(money)},
        {"label": text("{Bill:past} to date"), "amount": flow.claimed},
        {
            "label": "Certified to date",
            "amount": flow.certified,
            "note": f"{format_percent(share, places=1)} of the revised sum" if share is not None else "",
        },
        {"label": "Paid to date", "amount": flow.paid, "note": text("with {tax}")},
        {
            "label": "To pay to date",
            "amount": flow.outstanding,
            "note": f"{overdue} overdue" if ageing.overdue else text("with {tax}"),
            "strong": True,
        },
    ]
    return [{"currency": currency, **figure} for figure in figures]


def _held(project: Project, held: Held, downstream: bool) -> dict[str, Any]:
    return {
        "held": held,
        "rest": len(held.rows) - len(held.largest),
        "url": reverse("project-retention", args=[project.pk]) if downstream else "",
        "release_url": reverse("project-retention", args=[project.pk]) + "?show=releasable"
        if downstream and held.releasable
        else "",
    }


def _ageing(project: Project, ageing: Ageing, money: SideMoney) -> dict[str, Any]:
    most = max((bucket.outstanding for bucket in ageing.buckets), default=0)
    return {
        "ageing": ageing,
        "by_due_day": ageing.since is Since.DUE,
        "rows": [
            {
                "label": _age_label(bucket, ageing.since),
                "bucket": bucket,
                "late": ageing.since is Since.DUE and bucket.age not in (Age.NOT_DUE, Age.UNKNOWN),
                # Of a thousand, for the bar beside it.
                "share": bucket.outstanding * 1000 // most if most else 0,
            }
            for bucket in ageing.buckets
        ],
        "overpaid": ageing.outstanding - (money.to_date.outstanding + money.on_account),
        "on_account": money.on_account,
        "settings_url": reverse("project-settings", args=[project.pk]),
    }


def _age_label(bucket: Bucket, since: Since) -> str:
    first = {
        Age.NOT_DUE: "Not due yet",
        Age.TO_30: "Up to 30 days",
        Age.TO_60: "31 to 60 days",
        Age.TO_90: "61 to 90 days",
        Age.OVER_90: "More than 90 days",
    }
    if bucket.age is Age.UNKNOWN:
        return "No day known" if since is Since.DUE else "Not dated"
    return first[bucket.age]
