"""How fast the compiler is: commands from the shell, against a floor measured in the same run.

The floor is what no compiler of this kind can leave out: parsing the same YAML by libyaml, and
serialising the same templates by troposphere.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from troposphere import Template
from troposphere.iam import ManagedPolicy, Role

ROOT = Path(__file__).resolve().parents[1]
MODEL = "data-scientist"
GOALS = {"build 1,000": 4.0, "build one": 0.6, "--help": 0.2}
"""Seconds that each may take."""

MEMORY = 300.0
"""Megabytes that a build of 1,000 may take, all processes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command."""

    seconds: float
    megabytes: float


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--personas", type=int, default=1_000, help="default: 1000")
    arguments.add_argument("--runs", type=int, default=5, help="default: 5; medians are shown")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        generate(place, options.personas)
        many = [fresh_build(place) for _ in range(options.runs)]
        floor = statistics.median(floor_seconds(place) for _ in range(max(1, options.runs // 2)))
        ours = ("--catalog", str(ROOT / "catalog"))
        one = [command(place, "build", MODEL, *ours) for _ in range(options.runs)]
        unchanged = [command(place, "build", "--check") for _ in range(options.runs)]
        helped = [command(place, "--help") for _ in range(options.runs)]
    label = f"build {options.personas:,}"
    show(label, many, GOALS.get(label))
    show("build --check", unchanged, None)
    show("build one", one, GOALS["build one"])
    show("--help", helped, GOALS["--help"])
    seconds = statistics.median(each.seconds for each in many)
    memory = max(each.megabytes for each in many)
    print(f"floor          {floor:7.2f} s   libyaml and troposphere alone, one process")
    print(f"ratio          {seconds / floor:7.2f}     {label} to the floor")
    print(f"memory         {memory:7.0f} MB  all processes together; goal {MEMORY:.0f} MB")


def generate(place: Path, number: int) -> None:
    """Write a catalog with so many personas of the model's shape."""
    shutil.copytree(ROOT / "catalog", place / "catalog")
    personas = place / "catalog" / "personas"
    text = (personas / f"{MODEL}.yaml").read_text()
    for other in personas.glob("*.yaml"):
        if other.stem != MODEL:
            other.unlink()
    for index in range(number - 1):
        own = text.replace("title: ", f"title: Team {index} ", 1)
        (personas / f"team-{index}.yaml").write_text(own)


def fresh_build(place: Path) -> Run:
    """Build into an empty folder."""
    shutil.rmtree(place / "output", ignore_errors=True)
    return command(place, "build")


def command(place: Path, *arguments: str) -> Run:
    """Run `personac` as a user would, and watch it."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("personac"), *arguments],
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    watch = Watch(process.pid)
    watch.start()
    code = process.wait()
    seconds = time.perf_counter() - started
    watch.stop()
    if code:
        raise SystemExit(f"personac {' '.join(arguments)} exited with {code}")
    return Run(seconds=seconds, megabytes=watch.peak / 1e6)


class Watch(threading.Thread):
    """The memory of a process and its children, each shared page counted once (Linux: PSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Look every 20 ms."""
        while not self.done.wait(0.02):
            total = sum(proportional(each) for each in family(self.pid))
            self.peak = max(self.peak, total)

    def stop(self) -> None:
        """Look no more."""
        self.done.set()
        self.join()


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(int(each) for each in text.split())]


def proportional(pid: int) -> int:
    """Bytes of memory that a process accounts for; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(each.split()[1]) * 1024 for each in lines if each.startswith("Pss:")), 0)


def floor_seconds(place: Path) -> float:
    """Parse every file of the catalog and serialise every template, and nothing else."""
    texts = [each.read_text() for each in (place / "catalog").rglob("*.yaml")]
    templates = [
        troposphere(json.loads(each.read_text())) for each in (place / "output").rglob("*.json")
    ]
    loader: Any = yaml.CSafeLoader
    started = time.perf_counter()
    for text in texts:
        yaml.load(text, Loader=loader)  # noqa: S506 - CSafeLoader is safe
    for template in templates:
        template.to_json(indent=2)
    return time.perf_counter() - started


def troposphere(body: dict[str, Any]) -> Any:
    """A template's policies and role as troposphere's own objects."""
    template = Template()
    kinds = {"AWS::IAM::ManagedPolicy": ManagedPolicy, "AWS::IAM::Role": Role}
    for name, resource in body["Resources"].items():
        made = kinds[resource["Type"]](name)
        made.properties.update(resource["Properties"])
        template.add_resource(made)
    return template


def show(label: str, runs: list[Run], goal: float | None) -> None:
    """Print the median, and the goal where there is one."""
    seconds = sorted(each.seconds for each in runs)
    wanted = f"; goal {goal} s" if goal else ""
    spread = f"{seconds[0]:.2f} to {seconds[-1]:.2f}"
    print(f"{label:<14} {statistics.median(seconds):7.2f} s   {spread} in {len(runs)} runs{wanted}")


if __name__ == "__main__":
    main()
