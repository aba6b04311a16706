r"""Two matrices of a head are $d \times d/H$ each, together $2d^2$ over all heads, always. The
product is $d \times d$ for every head, $H d^2$: as many numbers at two heads, and more from three
on, though its rank was never above $d/H$. A symmetric one has a triangle with its diagonal,
$H d (d + 1)/2$: it saves up to three heads (at a width of four or more), and from four on none.
"""

import torch


def numbers_of_scores(width, n_heads):
    triangle = width * (width + 1) // 2
    return torch.tensor([2 * width**2, n_heads * width**2, n_heads * triangle])
