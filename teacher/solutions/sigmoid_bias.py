r"""Inside the logistic function the bias is a factor: $1/(1 + e^{-(z - \log n)}) = e^z/(e^z + n)$.
Each key is compared with one fixed rival of weight $n$ and with no other key, so that its weight
stays as it is when the others change. $n$ counts the keys that may be attended; the masked ones
are set to zero at the end and have made no difference before.
"""

import torch


def weigh_alone(scores, mask):
    attended = mask.sum()
    raised = scores.exp()
    return torch.where(mask, raised / (raised + attended), torch.zeros_like(scores))
