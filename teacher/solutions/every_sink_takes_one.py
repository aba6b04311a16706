r"""A sink's pipes become shares that sum to one, and a source sends the sum of its shares. All
sinks take one each, so the total is their number and the mean over sources is sinks over sources,
whatever the capacities are. With as many of both it is one: a clamp at one cuts whoever is above
the mean.
"""


def sent_by_sources(pipes):
    shares = pipes / pipes.sum(1, keepdim=True)
    return shares.sum(0)
