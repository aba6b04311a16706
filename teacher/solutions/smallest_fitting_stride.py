r"""All queries of a tile must share one window, so that the stride is a multiple of the tile. The
window must begin and end at edges: it is a multiple too, and it begins $(w - s)/2$ before its
group, which must be whole tiles. So $w$ and $s$ hold numbers of tiles of one parity: one tile
does where $w$ has an odd number of them, two where it is even. With tiles of one key any stride
would do; the task leaves that out.
"""

import math


def smallest_fitting_stride(window, tile):
    n_tiles, rest = divmod(window, tile)
    if rest:
        return math.inf
    return float(tile if n_tiles % 2 else 2 * tile)
