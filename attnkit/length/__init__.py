"""What happens to the weights as the context grows?"""

from attnkit.length.asentmax import ASEntmax, asentmax
from attnkit.length.focal import focal
from attnkit.length.ssmax import SSMax, ssmax, ssmax_attention

__all__ = ["ASEntmax", "SSMax", "asentmax", "focal", "ssmax", "ssmax_attention"]
