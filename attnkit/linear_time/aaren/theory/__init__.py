"""Which places a scan merges in which round."""

from attnkit.linear_time.aaren.theory.plans import PLANS, Plan

__all__ = ["PLANS", "Plan"]
