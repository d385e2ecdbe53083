"""Kinds of run that leave a trace in a file, for a worker that is a real process."""

import os
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from tallystick.core.errors import BadInput
from tallystick.runs.context import Context
from tallystick.runs.kinds import run_kind


def note(log: str, line: str) -> str:
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return line


def slowly(log: str, number: int) -> int:
    note(log, f"began {number}")
    time.sleep(0.1)
    note(log, f"ended {number}")
    return number * number


def square(item: tuple[str, int]) -> tuple[int, int]:
    log, number = item
    note(log, f"squared {number}")
    return number * number, os.getpid()


def dies(log: str) -> None:
    note(log, "died")
    os._exit(9)


def too_big(size: int) -> int:
    return len(bytearray(size))


def refuses(log: str) -> None:
    raise BadInput("Claim 4 of Apex Concrete has no billing period. Choose one on the claim.")


@run_kind("test.steps")
def ten_steps(run_id: UUID, context: Context) -> dict[str, Any]:
    log = context.params["log"]
    squares = []
    for number in range(10):
        squares.append(context.step(f"step {number}", slowly, log, number))
        context.progress(number + 1, 10, f"Step {number + 1} of 10")
    return {"sum": sum(squares)}


@run_kind("test.heavy")
def heavy(run_id: UUID, context: Context) -> dict[str, Any]:
    items = [(context.params["log"], number) for number in range(50)]
    found = context.each("square", square, items, sentence="Squaring")
    return {"sum": sum(value for value, _ in found), "processes": len({pid for _, pid in found})}


@run_kind("test.dies")
def kills_its_process(run_id: UUID, context: Context) -> dict[str, Any]:
    context.heavy_step("die", dies, context.params["log"])
    return {}


@run_kind("test.greedy")
def wants_too_much(run_id: UUID, context: Context) -> dict[str, Any]:
    return {"length": context.heavy_step("take", too_big, context.params["size"])}


@run_kind("test.refused")
def is_refused(run_id: UUID, context: Context) -> dict[str, Any]:
    context.step("refuse", refuses, context.params["log"])
    return {}
