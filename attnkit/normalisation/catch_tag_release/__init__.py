"""Catch, tag, release: a sink marks the tokens that look at it, for a later layer to read."""

from attnkit.normalisation.catch_tag_release.hand_built import (
    CaughtTagged,
    catch_tag_release,
    release_weights,
)

__all__ = ["CaughtTagged", "catch_tag_release", "release_weights"]
