"""What happens to the weights as the context grows?"""

from attnkit.length.ssmax import SSMax, ssmax, ssmax_attention

__all__ = ["SSMax", "ssmax", "ssmax_attention"]
