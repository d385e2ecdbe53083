"""A side's money over time as two charts with the table that holds the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from tallystick.charts import Category, Level, Look, Series, chart
from tallystick.core.dates import format_date, format_range
from tallystick.core.money import currency_exponent, format_money
from tallystick.core.money_short import format_short, power_for
from tallystick.dashboard.money import Flow, PeriodFlow, SideMoney
from tallystick.directory.models import Project
from tallystick.terms import current, text

BARS = 12
"""The latest so many periods have bars; the lines have all."""

_MONTH = 3
"""Letters of a month's short name."""


def money_charts(key: str, project: Project, money: SideMoney, *, list_url: str) -> dict[str, Any]:
    """What ``projects/_money_charts.html`` shows of a side with claims. ``list_url`` leads to a period's claims."""
    locale = current().locale.code
    latest = money.periods[-BARS:]
    names = (text("{Bill:past}"), "Certified", "Paid")
    return {
        "key": key,
        "legend": [{"look": look.value, "name": name} for look, name in zip(Look, names, strict=True)],
        "bars": _bars(f"{key}-bars", money, latest, names, locale),
        "curve": _curve(f"{key}-curve", money, names, locale),
        "periods_told": text("The last {billing_periods:n}", n=BARS) if len(money.periods) > BARS else "",
        "rows": [
            {
                "label": format_range(period.start, period.end, locale),
                "is_open": period.is_open,
                "flow": period.flow,
                "to_date": to_date,
                "url": f"{list_url}?period={period.id}" if list_url else "",
            }
            for period, to_date in zip(money.periods, money.cumulative, strict=True)
        ],
        "without_period": money.without_period if not money.without_period.is_nothing else None,
        "on_account": money.on_account,
        "total": money.to_date,
        "currency": project.currency,
    }


def _bars(
    key: str, money: SideMoney, periods: Sequence[PeriodFlow], names: Sequence[str], locale: str
) -> SafeString:
    flows = [period.flow for period in periods]
    return _safe(
        chart(
            key,
            title=text("{Bill:past}, certified and paid by {billing_period}"),
            description=text(
                "{billing_periods:n} to {last}. The table has every figure.",
                n=len(periods),
                last=format_date(periods[-1].end, locale),
            ),
            categories=categories_of(periods, locale),
            as_bars=_series(flows, names, money.currency, locale),
            tick_label=_ticks(flows, 0, money.currency, locale),
            unit=10 ** currency_exponent(money.currency),
        )
    )


def _curve(key: str, money: SideMoney, names: Sequence[str], locale: str) -> SafeString:
    agreed = money.sums.revised_sum
    label = f"Revised sum {format_short(agreed, money.currency, locale)}"
    return _safe(
        chart(
            key,
            title=text("{Bill:past}, certified and paid to date, against the revised sum"),
            description=_description(money, locale),
            categories=categories_of(money.periods, locale),
            as_lines=_series(money.cumulative, names, money.currency, locale),
            level=Level(agreed, label) if agreed else None,
            tick_label=_ticks(money.cumulative, agreed, money.currency, locale),
            unit=10 ** currency_exponent(money.currency),
        )
    )


def categories_of(periods: Sequence[PeriodFlow], locale: str) -> list[Category]:
    """The months where every period is one, else the days on which periods end; and the year."""
    months = all(_is_month(period) for period in periods)
    found = []
    for period in periods:
        end = format_date(period.end, "en-GB").rpartition(" ")[0]
        label = end[-_MONTH:] if months else end
        found.append(Category(label, format_range(period.start, period.end, locale), str(period.end.year)))
    return found


def _is_month(period: PeriodFlow) -> bool:
    """From the first to the last day of a month."""
    return (
        period.start.day == 1
        and period.start.month == period.end.month
        and (period.end + timedelta(days=1)).day == 1
    )


def _series(flows: Sequence[Flow], names: Sequence[str], currency: str, locale: str) -> list[Series]:
    columns = (
        [flow.claimed for flow in flows],
        [flow.certified for flow in flows],
        [flow.paid for flow in flows],
    )
    return [
        Series(name, look, tuple(amounts), tuple(format_money(one, currency, locale) for one in amounts))
        for name, look, amounts in zip(names, Look, columns, strict=True)
    ]


def _ticks(flows: Sequence[Flow], level: int, currency: str, locale: str) -> Any:
    """All amounts of an axis are written in one unit, that of the largest."""
    most = max(
        [level, *(abs(amount) for flow in flows for amount in (flow.claimed, flow.certified, flow.paid))]
    )
    power = power_for(most, currency)

    def label(amount: int) -> str:
        return format_short(amount, currency, locale, power=power)

    return label


def _description(money: SideMoney, locale: str) -> str:
    """What the lines come to, for who can't see them."""
    last = money.cumulative[-1]
    return text(
        "From {first} to {last}: {claimed} {bill:past}, {certified} certified, {paid} paid. "
        "The table has every figure.",
        first=format_date(money.periods[0].start, locale),
        last=format_date(money.periods[-1].end, locale),
        claimed=format_money(last.claimed, money.currency, locale),
        certified=format_money(last.certified, money.currency, locale),
        paid=format_money(last.paid, money.currency, locale),
    )


def _safe(drawing: str) -> SafeString:
    # ``charts.svg`` writes the elements and escapes everything that is put into them.
    return mark_safe(drawing)  # noqa: S308
