"""DocuSign's own specification, cut to the calls that Tallystick makes: request bodies are held against it.

``esignature-v2.1-subset.json`` and ``connect-sample-v2.json`` are DocuSign's (LICENSE beside them).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

HERE = Path(__file__).parent


@cache
def specification() -> dict[str, Any]:
    return json.loads((HERE / "esignature-v2.1-subset.json").read_text())


@cache
def webhook_sample() -> dict[str, Any]:
    return json.loads((HERE / "connect-sample-v2.json").read_text())


def path_of(template: str) -> dict[str, Any]:
    """The operations under an address of the specification."""
    return specification()["paths"][f"/restapi/v2.1/accounts/{{accountId}}{template}"]


@cache
def _validator(template: str, method: str) -> Draft4Validator | None:
    operation = path_of(template)[method.lower()]
    bodies = [one["schema"] for one in operation["parameters"] if one["in"] == "body"]
    if not bodies:
        return None
    return Draft4Validator({**bodies[0], "definitions": specification()["definitions"]})


def faults_of(template: str, method: str, body: Any, query: dict[str, str]) -> list[str]:
    """What the specification has against this request."""
    operation = path_of(template)[method.lower()]
    named = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    faults = [f"{name} is no parameter of {template}" for name in query if name not in named]
    validator = _validator(template, method)
    if validator is None:
        return faults + ([] if body is None else [f"{template} takes no body"])
    if body is None:
        return [*faults, f"{template} needs a body"]
    return faults + [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(body)]
