r"""The neighbours together have odds of $n e^z / e^s$ against the sink, and their values are one,
so that the read is their common weight. So n is the odds of the read times $e^{s - z}$. A read
near one in half precision stands on a grid of about $2^{-11}$: from some tens of neighbours on
the odds are told apart no more. A sum without softmax needs no such detour.
"""

import math


def count_by_sink(read, score, sink_score):
    return read / (1 - read) * math.exp(sink_score - score)
