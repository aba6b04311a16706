r"""Rounding a place down to a multiple of the stride gives the first query of its group, and half a
stride more the leader. Half a window before it the window begins, unless that lies below zero
or so far right that the window would end beyond the last token. The leader of a last group that
is cut short may lie beyond the axis itself; the right border catches that too.
"""

import torch


def first_keys(places, window, stride):
    leader = torch.div(places, stride, rounding_mode="floor") * stride + stride // 2
    return (leader - window // 2).clamp(0, len(places) - window)
