"""Writes the measured part of docs/performance.md; the text above the marker is written by hand."""

import datetime
import os
import platform
import subprocess
import sys

MARKER = "<!-- measured by bench/run; everything below is generated -->"
INTRO = "# Performance\n\n"


def _cpu():
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _version(bench):
    return bench.run(bench.backtrail, "--version").output.splitlines()[0]


def _compiler():
    return subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]


def _table(section):
    lines = [f"## {section.title}", ""]
    if section.note:
        lines += [section.note, ""]
    lines += ["| what | measured | aim | |", "|---|---|---|---|"]
    for what, measured, aim, met in section.rows:
        mark = "" if met is None else "met" if met else "**missed**"
        lines.append(f"| {what} | {measured} | {aim} | {mark} |")
    return lines + [""]


def write(path, bench, data, sections, arguments):
    head = path.read_text() if path.exists() else INTRO
    head = head.split(MARKER)[0].rstrip("\n") + "\n\n"
    load = os.getloadavg()
    lines = [
        MARKER, "",
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC · {_cpu()}, {os.cpu_count()} cores, "
        f"{_memory_gib():.0f} GiB · {platform.system()} {platform.release()} · {_compiler()} · {_version(bench)}", "",
        f"Corpora: {data.source}, amplified. Files in the page cache; medians of {bench.runs} pairs of runs after one "
        f"that is not counted; load average at the end {load[0]:.1f}.", "",
        "Repeat with:", "", "```", f"bench/run {arguments}".rstrip(), "```", "",
    ]
    for section in sections:
        lines += _table(section)
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + "\n".join(lines))
    missed = [f"{section.name}: {what}: {measured}, aim {aim}"
              for section in sections for what, measured, aim, met in section.rows if met is False]
    for section in sections:
        print("\n".join(_table(section)))
    for line in missed:
        print("missed:", line, file=sys.stderr)
    print(f"written: {path}", file=sys.stderr)
