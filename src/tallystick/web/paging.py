"""Links to the other pages of a list, keeping the list's filters and sort."""

from typing import Any

from django.template.context import Context


def pagination(context: Context, page: Any, *, noun: str = "") -> dict[str, Any]:
    """Counted pages (a Django ``Page``) or keyset pages (anything with ``previous_key`` and ``next_key``)."""
    request = context.get("request")

    def address(**changes: object) -> str:
        query = request.GET.copy() if request is not None else None
        if query is None:
            return "?" + "&".join(f"{name}={value}" for name, value in changes.items())
        for name in ("page", "after", "before"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = str(value)
        return f"?{query.urlencode()}"

    if hasattr(page, "paginator"):
        gap = page.paginator.ELLIPSIS
        numbers = [
            {
                "gap": number == gap,
                "number": number,
                "here": number == page.number,
                "href": address(page=number),
            }
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ]
        earlier = address(page=page.previous_page_number()) if page.has_previous() else ""
        later = address(page=page.next_page_number()) if page.has_next() else ""
        text = f"{page.start_index():,}–{page.end_index():,} of {page.paginator.count:,}"
    else:
        numbers = []
        earlier = address(before=page.previous_key) if page.previous_key else ""
        later = address(after=page.next_key) if page.next_key else ""
        text = getattr(page, "text", "")
    return {"numbers": numbers, "earlier": earlier, "later": later, "text": f"{text} {noun}".strip()}
