r"""A weighted average stays between its values only if no weight is negative. A polynomial of odd
order has a negative value somewhere ($1+t+\frac12t^2+\frac16t^3<0$ below $t\approx-1.6$, the
fifth order below $t\approx-2.18$); those of even order are positive everywhere. Give one key a
score well below that root, with value $-1$, and the other a weight that just outweighs it, with
value $+1$. With weights $w_1>0>w_2$ the read is $(w_1+|w_2|)/(w_1-|w_2|)$, as large as you
please.

At the score $-5$ the third and the fifth order agree (the two terms between them cancel), so one
example serves both: its partner has the score 2.95, and the weights $-12.33$ and $12.58$ at order
three, $-12.33$ and $17.6$ at order five.

Closer to $e^t$ on a bounded interval is not the point: a memory that divides by its weights' sum
needs weights that can't be negative at *any* score.
"""

import torch


def read_out_of_range():
    """A key of negative weight, and one that just outweighs it, at order three and at five."""
    query = torch.tensor([1.0, 1.0], dtype=torch.float64)
    keys = torch.tensor([[2.95, 0.0], [-2.5, -2.5]], dtype=torch.float64)
    return query, keys, torch.tensor([1.0, -1.0], dtype=torch.float64)
