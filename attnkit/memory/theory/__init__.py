"""The theory of linear memories: capacity, forgetting, reliability. Numbers in, numbers out."""

from attnkit.memory.theory.capacity import *  # noqa: F403
from attnkit.memory.theory.capacity import __all__ as _capacity
from attnkit.memory.theory.clean_up import *  # noqa: F403
from attnkit.memory.theory.clean_up import __all__ as _clean_up
from attnkit.memory.theory.feature_maps import *  # noqa: F403
from attnkit.memory.theory.feature_maps import __all__ as _feature_maps
from attnkit.memory.theory.forgetting import *  # noqa: F403
from attnkit.memory.theory.forgetting import __all__ as _forgetting
from attnkit.memory.theory.heads import *  # noqa: F403
from attnkit.memory.theory.heads import __all__ as _heads
from attnkit.memory.theory.reliability import *  # noqa: F403
from attnkit.memory.theory.reliability import __all__ as _reliability
from attnkit.memory.theory.signal import *  # noqa: F403
from attnkit.memory.theory.signal import __all__ as _signal

__all__ = [*_signal, *_capacity, *_feature_maps, *_forgetting, *_reliability, *_heads, *_clean_up]
