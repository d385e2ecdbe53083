"""What the templates of a form's field and of its summary of problems are given."""

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect

from tallystick.web.selects import quick


def field(
    bound: BoundField, *, optional: bool | None = None, prefix: str = "", suffix: str = ""
) -> dict[str, Any]:
    """One field of a form: label, control, help, and beside it what has to be put right."""
    widget = bound.field.widget
    problem_id = f"{bound.auto_id}_problem" if bound.errors else ""
    help_id = f"{bound.auto_id}_help" if bound.help_text else ""
    described = " ".join(part for part in (help_id, problem_id) if part)
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    kind = "plain"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, FileInput):
        kind = "file"
    return {
        "bound": bound,
        "kind": kind,
        "control": bound.as_widget(quick(widget), attrs=attributes) if kind != "choices" else "",
        "help_id": help_id,
        "problem_id": problem_id,
        "described": described,
        "optional": (not bound.field.required) if optional is None else optional,
        "prefix": prefix,
        "suffix": suffix,
    }


def form_summary(form: BaseForm) -> dict[str, Any]:
    """What has to be put right, on top of a form, with a link to each field. Nothing where all is well."""
    items = [
        {
            "href": f"#{form[name].id_for_label or form[name].auto_id}" if name != "__all__" else "",
            "text": text,
        }
        for name, texts in form.errors.items()
        for text in texts
    ]
    return {"items": items}
