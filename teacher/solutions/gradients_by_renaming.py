r"""The loss changes with the reads by $\sum_t g_t\cdot o_t = \sum_t\sum_{s\le t}(q_t\cdot
k_s)(v_s\cdot g_t)$. Collect coefficients:

- of $q_t$: $\sum_{s\le t}(g_t\cdot v_s)\,k_s$, causal attention with queries $g$, keys $v$, values
  $k$;
- of $k_s$: $\sum_{t\ge s}(v_s\cdot g_t)\,q_t$, queries $v$, keys $g$, values $q$, in reversed
  time;
- of $v_s$: $\sum_{t\ge s}(k_s\cdot q_t)\,g_t$, queries $k$, keys $q$, values $g$, in reversed
  time.

A sum over later times is causal when time is flipped, on the way in and on the way out.
"""

from attnkit.memory import linear_attention


def attention_gradients(queries, keys, values, output_gradient):
    """Three forward passes in other roles, two of them backwards in time."""

    def reversed_attention(*sequences):
        reads, _ = linear_attention(*(each.flip(0) for each in sequences))
        return reads.flip(0)

    of_queries, _ = linear_attention(output_gradient, values, keys)
    of_keys = reversed_attention(values, output_gradient, queries)
    of_values = reversed_attention(keys, queries, output_gradient)
    return of_queries, of_keys, of_values
