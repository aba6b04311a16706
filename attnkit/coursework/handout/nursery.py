"""The program that has everything imported and forks a session for each notebook.

`python -m attnkit.coursework.handout.nursery` reads one line of JSON a session from its input,
forks, and says the process, then "ended" when it has. It stays a single thread, computes nothing
before it forks, and runs one session at a time: whoever kills it costs that one alone. An ended
session is kept from being forgotten until the next line, so that nobody else can have its number.
"""

import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path

import numpy
import torch

from attnkit.coursework.catalogue import problem_sets
from attnkit.coursework.handout import session

__all__ = ["main"]


def main() -> None:
    """Import what sessions need, then start one for each line."""
    torch.set_num_threads(1)
    problem_sets()  # imports every task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        process = os.fork()
        if not process:
            _be_a_session(**json.loads(line))
        print(process, flush=True)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        print("ended", flush=True)
        sys.stdin.readline()
        os.waitpid(process, 0)


def _be_a_session(todo: str, told: str, folder: str, settings: str) -> None:
    try:
        os.setsid()
        os.chdir(folder)
        os.environ["IPYTHONDIR"] = settings
        _say_nothing()
        random.seed()
        numpy.random.seed()  # noqa: NPY002 - copies of one process would draw the same
        session.main(Path(todo), Path(told))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _say_nothing() -> None:
    """Let input come from nowhere and output go there."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    main()
