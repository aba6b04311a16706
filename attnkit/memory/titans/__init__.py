"""Titans: a network that goes on learning while it reads, with momentum and forgetting."""

from attnkit.memory.titans.architectures import MemoryAsGate, MemoryAsLayer
from attnkit.memory.titans.chunkwise import neural_memory
from attnkit.memory.titans.context import ContextAttention
from attnkit.memory.titans.layer import TitansMemory
from attnkit.memory.titans.memory_as_context import MemoryAsContext
from attnkit.memory.titans.network import deep_memory, read_memory
from attnkit.memory.titans.recurrent import recurrent_neural_memory
from attnkit.memory.titans.state import NeuralState, at_rest
from attnkit.memory.titans.windowed import WindowedState

__all__ = [
    "ContextAttention",
    "MemoryAsContext",
    "MemoryAsGate",
    "MemoryAsLayer",
    "NeuralState",
    "TitansMemory",
    "WindowedState",
    "at_rest",
    "deep_memory",
    "neural_memory",
    "read_memory",
    "recurrent_neural_memory",
]
