"""Patches whose token has a very large norm (Darcet et al., 2024).

Large networks keep notes on the whole image in a few patches that have little to say of their own,
often of plain background. Attention goes there for those notes, not for what is to be seen there.
"""

import torch
from torch import Tensor

#: A token is an outlier from this multiple of the usual norm on. Darcet et al. read their cutoff
#: off the histogram of one network, where outliers have two to ten times the usual norm.
TIMES = 3.0


def outliers(norms: Tensor) -> Tensor:
    """Return which tokens have more than three times the median norm, of the same shape.

    Args:
        norms: (images, patches) of the tokens of patches, of several images together.
    """
    return norms > TIMES * torch.quantile(norms.float(), 0.5)
