r"""$\mathbb E[(q^\top W k)(q'^\top W k')] = \sum_{ijlm} q_i k_j q'_l k'_m\,\mathbb
E[W_{ij}W_{lm}]$, and only $i = l$, $j = m$ survive:
$\tfrac14\langle q,q'\rangle\langle k,k'\rangle$. Divide by both deviations, $\tfrac12|q||k|$ and
$\tfrac12|q'||k'|$: the correlation is $\cos(q,q')\cos(k,k')$. The unit that adds has
$\langle q,q'\rangle + \langle k,k'\rangle$ over $\sqrt{|q|^2+|k|^2}\sqrt{|q'|^2+|k'|^2}$, a
weighted mean of the two cosines when lengths agree. A familiar key with a strange (orthogonal)
query is uncorrelated with the familiar pair for the head, and half alike for the sum.
"""

import torch


def correlations(query, key, other_query, other_key):
    def overlap(first, second):
        return first @ second / (first.norm() * second.norm())

    head = overlap(query, other_query) * overlap(key, other_key)
    joined, other_joined = torch.cat([query, key]), torch.cat([other_query, other_key])
    return head, overlap(joined, other_joined)
