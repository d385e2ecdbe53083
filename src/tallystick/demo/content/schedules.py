"""The schedules of values by trade: what each is paid for, line by line, with weights that share out the sum."""

from collections.abc import Callable

from tallystick.demo.content import schedules_finishes as finishes
from tallystick.demo.content import schedules_measured as measured
from tallystick.demo.content import schedules_services as services
from tallystick.demo.content import schedules_structure as structure
from tallystick.demo.content.schedule_lines import WHOLE, Measured, Work

SCHEDULES: dict[str, Callable[[], list[Work]]] = {
    "piling": structure.piling,
    "civil": structure.civil,
    "formwork": structure.formwork,
    "reinforcement": structure.reinforcement,
    "concrete": structure.concrete,
    "steel": structure.steel,
    "precast": structure.precast,
    "facade": structure.facade,
    "roofing": structure.roofing,
    "waterproofing": structure.waterproofing,
    "mechanical": services.mechanical,
    "electrical": services.electrical,
    "hydraulic": services.hydraulic,
    "fire": services.fire,
    "lifts": services.lifts,
    "linings": finishes.linings,
    "tiling": finishes.tiling,
    "joinery": finishes.joinery,
    "painting": finishes.painting,
    "flooring": finishes.flooring,
    "doors": finishes.doors,
    "landscaping": finishes.landscaping,
    "signage": finishes.signage,
    "cleaning": finishes.cleaning,
    "security": finishes.security,
}
"""Trades paid by amount."""

MEASURED: dict[str, Callable[[], list[Measured]]] = {
    "premix": measured.premix,
    "scaffolding": measured.scaffolding,
    "crane": measured.crane,
}
"""Trades paid by quantity."""

__all__ = ["MEASURED", "SCHEDULES", "WHOLE", "Measured", "Work"]
