r"""The state to be read is $h_t = S_t / \eta_t$ with $S_t = S_{t-1} + k_t v_t^\top$. Then
$h_t = \frac{\eta_{t-1}}{\eta_t} h_{t-1} + \frac{k_t}{\eta_t} v_t^\top$. Before the first token
there is no state, and its transition may be anything. Unlike a decay $A_t$ depends on two queries,
and it exceeds one where the new query meets less of what is stored than the one before it did.
"""

import torch


def normalised_system(queries, keys):
    sums = (queries * keys.cumsum(0)).sum(-1)
    before = torch.cat([sums[:1], sums[:-1]])
    return before / sums, keys / sums[:, None]
