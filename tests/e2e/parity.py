"""Runs the scripts' arithmetic beside the server's: hundreds of cases in one call of the browser."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tallystick.core.errors import BadInput

LARGEST_EXACT = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""

SCRIPT = """
async ([body, modules, cases]) => {
  const loaded = await Promise.all(modules.map((name) => import(`/static/js/claim/${name}.js`)));
  const given = Object.assign({}, ...loaded);
  const run = new Function("m", "c", body);
  return JSON.stringify(JSON.parse(cases).map((one) => {
    try {
      return run(given, one) ?? null;
    } catch (problem) {
      if (!(problem instanceof given.Problem)) return { fault: `${problem}` };
      return { problem: problem.message, kind: problem.kind };
    }
  }));
}
"""


def in_browser(page: Page, body: str, cases: list[Any]) -> list[Any]:
    """What the body of a script function gives for each case ``c``; ``m`` holds everything the modules export."""
    if page.url == "about:blank":
        page.goto("/static/js/claim/numbers.js")
    modules = ["numbers", "calc", "entry", "terms", "figures"]
    answer: list[Any] = json.loads(page.evaluate(SCRIPT, [body, modules, json.dumps(cases)]))
    return answer


def here(compute: Callable[[], Any]) -> Any:
    """What the server computes, or the sentence with which it refuses, in the shape that the browser gives it."""
    try:
        return compute()
    except BadInput as refusal:
        return {"problem": str(refusal)}


def too_large(value: Any) -> bool:
    """Whether any number in it is more than a browser keeps exactly."""
    if isinstance(value, dict):
        return any(too_large(one) for one in value.values())
    if isinstance(value, list | tuple):
        return any(too_large(one) for one in value)
    return isinstance(value, int) and abs(value) > LARGEST_EXACT


def assert_alike(cases: list[Any], expected: list[Any], computed: list[Any]) -> None:
    """Every case comes out the same; what no browser can keep must be refused there and never be shown wrongly."""
    assert len(cases) == len(expected) == len(computed)
    for case, server, browser in zip(cases, expected, computed, strict=True):
        if too_large(server):
            assert browser.get("kind") == "size", f"{case}\nserver {server}\nbrowser {browser}"
        elif isinstance(server, dict) and "problem" in server:
            alike = isinstance(browser, dict) and browser.get("problem") == server["problem"]
            both_too_large = isinstance(browser, dict) and browser.get("kind") == "size"
            assert alike or (both_too_large and "larger than" in server["problem"]), (
                f"{case}\nserver {server}\nbrowser {browser}"
            )
        else:
            assert browser == server, f"{case}\n{_difference(server, browser)}"


def _difference(server: Any, browser: Any) -> str:
    if isinstance(server, dict) and isinstance(browser, dict) and "fault" not in browser:
        keys = [key for key in {**server, **browser} if server.get(key) != browser.get(key)]
        return "\n".join(f"{key}:\n  server  {server.get(key)}\n  browser {browser.get(key)}" for key in keys)
    return f"server  {server}\nbrowser {browser}"
