"""Runs programs and tells what they cost."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


def build(root):
    subprocess.run([root / "script" / "build", "bench", "backtrail",
                    *("bench_" + name for name in ("amplify", "limit", "read_json", "read_text"))],
                   check=True, stdout=sys.stderr)


@dataclass
class Run:
    seconds: float
    cpu: float
    peak_mib: float
    output: str
    code: int

    def json(self):
        return json.loads(self.output)


class Bench:
    """Programs of the bench build, and how often to run them."""

    def __init__(self, root, runs):
        self.root, self.runs = root, runs
        self.backtrail = root / "build" / "bench" / "backtrail"
        self.scratch = root / "build" / "bench-data" / "scratch"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.made = 0

    def program(self, name):
        return self.root / "build" / "bench" / "bench" / f"bench_{name}"

    def run(self, *command, codes=(0,), keep_output=True):
        """One run; its wall time, CPU time and peak memory. A code not in `codes` ends the bench."""
        command = [str(part) for part in command]
        output = self.root / "build" / "bench-data" / "output"
        output.parent.mkdir(parents=True, exist_ok=True)
        with open(output, "wb") as out:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            raise SystemExit(f"bench: {' '.join(command)} ended with code {process.returncode}")
        text = output.read_text(errors="replace") if keep_output else ""
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text, process.returncode)

    def pairs(self, *actions):
        """Each action once per round, for `runs` rounds after a first one that warms the caches and is
        not counted. Returns one list of runs per action."""
        for action in actions:
            action()
        rounds = [[action() for action in actions] for _ in range(self.runs)]
        return [list(column) for column in zip(*rounds)]

    def fresh(self, name):
        """A scratch path that does not exist. Nothing is removed before the end of the bench: for some minutes
        after, ext4 looks for inodes that were not just given back, which costs more than writing the files."""
        self.made += 1
        path = self.scratch / str(self.made) / name
        path.parent.mkdir(parents=True)
        return path

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)


def median(runs, what="seconds"):
    return statistics.median(getattr(run, what) for run in runs)


def median_ratio(above, below, what="seconds"):
    """The median over the pairs of above / below."""
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(above, below))

