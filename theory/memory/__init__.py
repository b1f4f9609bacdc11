"""Chapter 11: what an exam makes of a full memory (X11), and what calibration adds (X12).

===============  ===========================================================================
``calibrated``   least error of a calibrated system with limited memory (X12)
``codes``        Hamming codes as memories: achievability that runs (X11)
``exam``         the best system with a limited memory at a confidence target (X11)
``importance``   the same when some facts are asked for more often (X11)
``judge``        the floor through a judge with limited memory (X12)
``rate``         how much memory a fact takes that is answered with a given error (X11)
``small_codes``  the best code for a few facts, by exhaustive search (X11)
===============  ===========================================================================

Everywhere ``n_answers`` is R >= 2, the possible answers of a fact; ``memory`` is b >= 0, in nats a
fact; ``t`` is an exam's confidence target in [0, 1).
"""

from theory.memory.calibrated import (
    CalibratedFloor,
    known_share_error,
    least_calibrated_error,
    least_error_calibrated_everywhere,
)
from theory.memory.codes import HammingMemory
from theory.memory.exam import (
    MemorySystem,
    best_system,
    critical_error,
    critical_tilt,
    honest_system,
    swap_target,
)
from theory.memory.importance import SharedMemory, share_memory
from theory.memory.judge import JudgeFloor, judge_floor, judge_memory
from theory.memory.rate import (
    accuracy_of_tilt,
    error_of_tilt,
    memory_needed,
    memory_rate,
    rate_of_tilt,
    tilt_of_rate,
)
from theory.memory.small_codes import SmallCode, best_small_code

__all__ = [
    "CalibratedFloor",
    "HammingMemory",
    "JudgeFloor",
    "MemorySystem",
    "SharedMemory",
    "SmallCode",
    "accuracy_of_tilt",
    "best_small_code",
    "best_system",
    "critical_error",
    "critical_tilt",
    "error_of_tilt",
    "honest_system",
    "judge_floor",
    "judge_memory",
    "known_share_error",
    "least_calibrated_error",
    "least_error_calibrated_everywhere",
    "memory_needed",
    "memory_rate",
    "rate_of_tilt",
    "share_memory",
    "swap_target",
    "tilt_of_rate",
]
