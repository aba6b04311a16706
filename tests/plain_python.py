"""Scripts in an interpreter without the tests' shape checker, which torch cannot trace.

One process imports torch and compiles a first function; each script runs in a fork of it.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]


class PlainPython:
    """The process that is forked, from its first script to the end of the block."""

    def __enter__(self):
        command = [sys.executable, "-m", "tests.plain_python"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def run(self, script: str) -> None:
        """Run a script to its end; a failure says what the script wrote."""
        self.process.stdin.write(json.dumps(script) + "\n")
        self.process.stdin.flush()
        status, said = json.loads(self.process.stdout.readline())
        assert status == 0, said


def serve() -> None:
    """Answer each script, a line of JSON, with its exit status and what it wrote."""
    compile_something()
    for line in sys.stdin:
        print(json.dumps(run_forked(json.loads(line))), flush=True)


def compile_something() -> None:
    """Import what every compiled function needs; no thread and no shape is left of it."""
    import torch
    import tqdm

    tqdm.tqdm.monitor_interval = 0
    whole = {"fullgraph": True, "backend": "aot_eager"}
    compiled = torch.compile(lambda numbers: numbers.sin(), **whole)
    compiled(torch.ones(3, requires_grad=True)).sum().backward()
    torch.compiler.reset()  # or the first shape of a script would be its second


def run_forked(script: str) -> tuple[int, str]:
    """Run a script in a fork of this process, which stays as it was."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _run_here(script, said.fileno())
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode()


def _run_here(script: str, output: int) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(output, stream)
    status = 0
    try:
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    serve()
