"""The pieces of the interface as template tags: ``{% load ui %}``.

Tags that only print stand here; what they print is in ``templates/components/``. ``docs/design.md`` shows every
piece with an example. Nothing here writes a style or a script into a page: the content security policy forbids it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tallystick.core.dates import format_date, format_instant
from tallystick.core.errors import Decision
from tallystick.core.money import currency_exponent
from tallystick.core.money_text import format_money, format_percent, to_decimal_string
from tallystick.web.composing import component, slot
from tallystick.web.form_pieces import field, form_summary
from tallystick.web.money_bar import money_bar_geometry
from tallystick.web.paging import pagination
from tallystick.web.status_marks import mark_of

register = template.Library()

_numbers = count(1)

NOTHING = "–"
"""What stands where there is no figure: not yet, or does not apply. A nought is written ``0.00``."""


def _unique(prefix: str) -> str:
    """An element id that no other element of the page has."""
    return f"{prefix}-{next(_numbers)}"


def _attributes(named: Mapping[str, Any]) -> SafeString:
    """``{"hx_post": "/x", "hidden": True}`` as `` hx-post="/x" hidden``; None and False are left out."""
    pairs: list[tuple[str, object]] = []
    flags: list[tuple[str]] = []
    for name, value in named.items():
        attribute = name.rstrip("_").replace("_", "-")
        if value is True:
            flags.append((attribute,))
        elif value is not None and value is not False:
            pairs.append((attribute, value))
    return format_html_join("", ' {}="{}"', pairs) + format_html_join("", " {}", flags)


# --- figures, dates, sizes --------------------------------------------------------------------------------------


@register.filter(name="money")
def money_text(amount: int | None, currency: str = "AUD") -> str:
    """An amount in minor units as text, ``$1,234.50``; nothing where there is no amount."""
    return NOTHING if amount is None else format_money(amount, currency)


@register.filter
def figures(amount: int | None, currency: str = "AUD") -> str:
    """An amount as the content of an input: figures only, ``1,234.50``; empty where there is none."""
    return "" if amount is None else format_money(amount, currency, symbol=False)


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    amount: int | None,
    currency: str = "AUD",
    *,
    symbol: bool | str = "auto",
    sign: bool = False,
) -> SafeString:
    """An amount in minor units as a cell shows it: figures without the home currency's symbol, noughts softened.

    ``symbol=True`` writes the symbol, ``sign=True`` a plus before additions. The machine-readable value goes along
    for scripts and for copying into a spreadsheet.
    """
    if amount is None:
        return format_html('<span class="money is-nil">{}</span>', NOTHING)
    shell = context.get("shell")
    locale = getattr(shell, "locale", None) or "en-AU"
    text = format_money(amount, currency, locale, symbol=symbol)  # type: ignore[arg-type]
    if sign and amount > 0:
        text = f"+{text}"
    value = to_decimal_string(amount, currency_exponent(currency))
    return format_html(
        '<data class="money{}" value="{}">{}</data>', " is-nil" if amount == 0 else "", value, text
    )


@register.filter(name="percent")
def percent_text(basis_points: int | None) -> str:
    """Basis points as ``12.5%``; nothing where there is no figure."""
    return NOTHING if basis_points is None else format_percent(basis_points)


@register.filter(name="day")
def day_text(value: date | None, locale: str = "en-AU") -> str:
    """A date as ``21 Mar 2026``."""
    return NOTHING if value is None else format_date(value, locale)


@register.simple_tag
def moment(instant: datetime | None, zone: str = "Australia/Sydney", locale: str = "en-AU") -> SafeString:
    """An instant on the project's clock, ``21 Mar 2026, 5:30 pm``, with the exact time for machines."""
    if instant is None:
        return SafeString(NOTHING)
    return format_html(
        '<time datetime="{}">{}</time>', instant.isoformat(), format_instant(instant, zone, locale)
    )


@register.filter
def size(number_of_bytes: int | None) -> str:
    """Bytes as people read them: ``812 bytes``, ``4.2 MB``."""
    if number_of_bytes is None:
        return NOTHING
    if number_of_bytes < 1000:
        return f"{number_of_bytes} byte{'' if number_of_bytes == 1 else 's'}"
    whole = number_of_bytes
    for unit in ("kB", "MB", "GB", "TB"):
        if whole < 1_000_000 or unit == "TB":
            tenths = (whole + 50) // 100
            return (
                f"{tenths // 10}.{tenths % 10} {unit}" if tenths < 100 else f"{(tenths + 5) // 10:,} {unit}"
            )
        whole //= 1000
    raise AssertionError("the loop always returns")


# --- small pieces -----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of ``static/icons.svg``. Without a label it is decoration, and hidden from screen readers."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>',
        f" {css}" if css else "",
        spoken,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def chip(label: str, tone: str = "neutral", icon_name: str = "", *, plain: bool = False) -> SafeString:
    """A status: a shape and a word. Tones: neutral, info, ok, warn, bad, and you (waiting for the reader)."""
    shape = icon(icon_name) if icon_name else icon(_SHAPES.get(tone, "circle"))
    return format_html(
        '<span class="chip tone-{}{}">{}{}</span>', tone, " is-plain" if plain else "", shape, label
    )


_SHAPES = {
    "neutral": "circle",
    "info": "half",
    "ok": "check",
    "warn": "warning",
    "bad": "return",
    "you": "dot",
}


@register.simple_tag
def status(state: str, label: str, *, plain: bool = False) -> SafeString:
    """A stored state's chip: its value (``under_review``) gives tone and shape, ``label`` is what is read."""
    mark = mark_of(str(state))
    return chip(label, mark.tone, mark.icon, plain=plain)


@register.simple_tag
def button(
    label: str,
    tone: str = "secondary",
    *,
    href: str = "",
    icon_name: str = "",
    decision: Decision | None = None,
    type: str = "submit",
    size: str = "",
    label_hidden: bool = False,
    **attributes: Any,
) -> SafeString:
    """A button, or with ``href`` a link that looks like one.

    Tones: primary (one a page), secondary, quiet, danger, waiting. A refused ``decision`` leaves the button in its
    place, reachable by keyboard, doing nothing, with the decision's reason as its tooltip; a bare ``disabled`` is
    never written. Other named arguments become attributes, underscores as hyphens: ``hx_post=url``.
    """
    css = "icon-button" if label_hidden else f"btn is-{tone}" + (f" is-{size}" if size else "")
    shape = icon(icon_name) if icon_name else SafeString("")
    text = format_html('<span class="visually-hidden">{}</span>', label) if label_hidden else label
    if decision is not None and not decision.allowed:
        tip = _unique("why")
        kept = {name: value for name, value in attributes.items() if name.startswith(("data", "class"))}
        return format_html(
            '<span class="tip-host"><button type="button" class="{}" aria-disabled="true" aria-describedby="{}"{}>'
            '{}{}</button><span class="tip" role="tooltip" id="{}">{}</span></span>',
            css,
            tip,
            _attributes(kept),
            shape,
            text,
            tip,
            decision.reason,
        )
    if label_hidden and "title" not in attributes:
        attributes["title"] = label
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}{}</a>', css, href, _attributes(attributes), shape, text
        )
    return format_html(
        '<button type="{}" class="{}"{}>{}{}</button>', type, css, _attributes(attributes), shape, text
    )


@register.simple_tag(takes_context=True)
def th(
    context: Context,
    label: str,
    key: str = "",
    *,
    num: bool = False,
    css: str = "",
    col: str = "",
    first: str = "",
    icon_name: str = "",
) -> SafeString:
    """A column's header. With ``key`` it sorts: a link that keeps the page's other choices.

    The sort in force is the query's ``sort`` (``claimed`` or ``-claimed``), or the context's ``sort``. ``first="-"``
    makes the first click sort downwards, as one wants of money and dates. ``col`` names the column for the chooser.
    ``icon_name`` shows an icon in the label's place; the label is still what screen readers and the chooser say.
    """
    classes = " ".join(part for part in ("num" if num else "", css) if part)
    base = {"class": classes or None, "scope": "col", "data_col": col or None}
    shown = (
        format_html('<span class="visually-hidden">{}</span>{}', label, icon(icon_name))
        if icon_name
        else label
    )
    if not key:
        return format_html("<th{}>{}</th>", _attributes(base), shown)
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    now = context.get("sort") or (query.get("sort", "") if query is not None else "")
    state = {key: "ascending", f"-{key}": "descending"}.get(str(now))
    turned = {None: f"{first}{key}", "ascending": f"-{key}", "descending": key}[state]
    if query is not None:
        query["sort"] = turned
        for name in ("page", "after", "before"):
            query.pop(name, None)
    target = f"?{query.urlencode()}" if query is not None else f"?sort={turned}"
    return format_html(
        '<th{}><a class="sort" href="{}">{}{}</a></th>',
        _attributes({**base, "aria_sort": state}),
        target,
        shown,
        icon("arrow-up", css="arrow"),
    )


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme that the reader chose (``light`` or ``dark``), or nothing: then the system's choice holds."""
    request = context.get("request")
    chosen = request.COOKIES.get("tallystick_theme", "") if request is not None else ""
    return chosen if chosen in {"light", "dark"} else ""


# --- larger pieces ----------------------------------------------------------------------------------------------


@register.inclusion_tag("components/money_bar.html", takes_context=True)
def money_bar(
    context: Context,
    *,
    contract_sum: int,
    previous: int,
    this: int,
    retention: int,
    labels: Mapping[str, str],
    currency: str = "AUD",
) -> dict[str, Any]:
    """A contract's money as one bar: earlier, this one, retention within both, and what is left.

    Amounts are minor units; ``previous`` and ``this`` are gross work and materials, ``retention`` what is held of
    them. ``labels`` names the four parts and the whole: previous, this, retention, balance, sum.
    """
    return {
        "bar": money_bar_geometry(contract_sum, previous, this, retention),
        "contract_sum": contract_sum,
        "previous": previous,
        "this": this,
        "retention": retention,
        "balance": contract_sum - previous - this,
        "labels": labels,
        "currency": currency,
        "shell": context.get("shell"),
        "hatch": _unique("hatch"),
    }


register.inclusion_tag("components/field.html")(field)
register.inclusion_tag("components/form_summary.html")(form_summary)
register.inclusion_tag("components/pagination.html", takes_context=True)(pagination)
register.tag("component", component)
register.tag("slot", slot)
