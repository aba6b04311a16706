"""The theory of linear memories: capacity, forgetting, reliability. Numbers in, numbers out."""

from attnkit.memory.capacity.theory.capacity import *  # noqa: F403
from attnkit.memory.capacity.theory.capacity import __all__ as _capacity
from attnkit.memory.capacity.theory.signal import *  # noqa: F403
from attnkit.memory.capacity.theory.signal import __all__ as _signal
from attnkit.memory.feature_maps.theory import *  # noqa: F403
from attnkit.memory.feature_maps.theory import __all__ as _feature_maps
from attnkit.memory.forgetting.theory import *  # noqa: F403
from attnkit.memory.forgetting.theory import __all__ as _forgetting
from attnkit.memory.reliability.theory.clean_up import *  # noqa: F403
from attnkit.memory.reliability.theory.clean_up import __all__ as _clean_up
from attnkit.memory.reliability.theory.heads import *  # noqa: F403
from attnkit.memory.reliability.theory.heads import __all__ as _heads
from attnkit.memory.reliability.theory.layers import *  # noqa: F403
from attnkit.memory.reliability.theory.layers import __all__ as _reliability

__all__ = [*_signal, *_capacity, *_feature_maps, *_forgetting, *_reliability, *_heads, *_clean_up]
