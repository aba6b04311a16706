"""The conditioning laboratory: designs, animals, phenomena."""

from attnkit.memory.conditioning import closed_forms
from attnkit.memory.conditioning.design import Design, DesignError, Trial
from attnkit.memory.conditioning.further_rules import (
    Mackintosh,
    PearceHall,
    TemporalDifference,
    TwoHebbianLayers,
)
from attnkit.memory.conditioning.laboratory import Course, simulate, simulate_as_attention
from attnkit.memory.conditioning.phenomena import (
    ANIMALS,
    PHENOMENA,
    Phenomenon,
    effect,
    phenomena_table,
)
from attnkit.memory.conditioning.two_timescales import TwoTimescales
from attnkit.memory.delta.animals import Delta, GatedDelta
from attnkit.memory.linear.animals import DecayingHebb, Hebb, RunningMean
from attnkit.memory.momentum.animals import Momentum
from attnkit.memory.shared.rule import LinearRule, Rule

__all__ = [
    "ANIMALS",
    "PHENOMENA",
    "Course",
    "DecayingHebb",
    "Delta",
    "Design",
    "DesignError",
    "GatedDelta",
    "Hebb",
    "LinearRule",
    "Mackintosh",
    "Momentum",
    "PearceHall",
    "Phenomenon",
    "Rule",
    "RunningMean",
    "TemporalDifference",
    "Trial",
    "TwoHebbianLayers",
    "TwoTimescales",
    "closed_forms",
    "effect",
    "phenomena_table",
    "simulate",
    "simulate_as_attention",
]
