"""How fast the exact difference is, and whether it is right, over AWS's managed policies.

    .venv/bin/python -m benchmarks.difference

The floor is what no comparison can leave out, measured in the same run: parsing the two documents.
Ends with 1 where random requests, or the kind of a change, contradict a difference.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.iam.difference import difference
from compiler.iam.document import parse
from compiler.iam.request import Access
from tests.catalog.launches import all_managed
from tests.iam.judges.pairs import Pair, changed
from tests.iam.judges.tally import Tally, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from compiler.iam.finding import Difference

FULL, READ = "AmazonSageMakerFullAccess", "AmazonSageMakerReadOnly"

GOALS = {"both ways": (0.5, None, None), "SageMaker": (0.4, 1.0, 3.0)}
"""Seconds from the shell: median, 95th percentile, most."""

CHANGES = {
    "narrowed": ("narrower-resource", "add-condition", "narrower-action", "fewer-actions"),
    "widened": ("wider-action", "wider-resource", "drop-condition", "if-exists"),
    "dropped": ("drop",),
    "added": ("add-allow",),
}
"""Of one statement: the first that fits, beginning at a random one."""

REQUESTS = 20
"""Random requests for each changed policy."""

SEED = 7


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="default: 5; of the first table")
    arguments.add_argument("--policies", type=int, help="how many to change; default: all")
    options = arguments.parse_args()
    texts = {name: json.dumps(each) for name, each in all_managed().items()}
    print(f"{'':<34}{'median':>9}{'p95':>9}{'max':>9}   seconds")
    both_ways(texts, options.runs)
    sagemaker(texts)
    wrong = changes(texts, options.policies or len(texts))
    sys.exit(1 if wrong else 0)


def both_ways(texts: Mapping[str, str], runs: int) -> None:
    """FullAccess against ReadOnly, in both directions, which one comparison is."""
    pair = (texts[FULL], texts[READ])
    ours = [measured(lambda: compared(*pair))[0] for _ in range(runs)]
    floor = [measured(lambda: tuple(map(read, pair)))[0] for _ in range(runs)]
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), pair)
        shell = [measured(lambda: command(*files))[0] for _ in range(runs)]
        bare = [measured(lambda: parsed(*files))[0] for _ in range(runs)]
    show("FullAccess, ReadOnly: library", ours)
    show("  floor", floor)
    show("FullAccess, ReadOnly: shell", shell, GOALS["both ways"])
    show("  floor", bare)
    print(f"{'  ratio to the floor, library':<34}{ratio(ours, floor):9.1f}")
    print(f"{'  ratio to the floor, shell':<34}{ratio(shell, bare):9.1f}")


def sagemaker(texts: Mapping[str, str]) -> None:
    """Each of SageMaker's managed policies against FullAccess."""
    names = sorted(name for name in texts if "SageMaker" in name)
    times, shell, unknown = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            pair = (texts[FULL], texts[name])
            seconds, found = measured(lambda: compared(*pair))  # noqa: B023 - called at once
            times.append(seconds)
            unknown += len(found.unknown)
            files = written(Path(folder), pair)
            shell.append(measured(lambda: command(*files))[0])  # noqa: B023 - as above
    show(f"{len(names)} of SageMaker: library", times)
    show(f"{len(names)} of SageMaker: shell", shell, GOALS["SageMaker"])
    print(f"{'  unknown':<34}{unknown:9}   goal 0")


def changes(texts: Mapping[str, str], number: int) -> int:
    """Managed policies against themselves with one statement changed; how many contradictions."""
    rng = random.Random(SEED)  # noqa: S311 - chance chooses examples, by a seed
    names = sorted(texts)[:: max(1, len(texts) // number)][:number]
    tally = Tally()
    floor: list[float] = []
    for kind, several in CHANGES.items():
        times: list[float] = []
        unknown: Counter[str] = Counter()
        for name in names:
            pair = first(rng, name, several)
            if pair is None:
                continue
            sides = (json.dumps(pair.old), json.dumps(pair.new))
            floor.append(measured(lambda: tuple(map(read, sides)))[0])  # noqa: B023 - called at once
            seconds, found = measured(lambda: compared(*sides))  # noqa: B023 - as above
            times.append(seconds)
            unknown.update(each.reason for each in found.unknown)
            judge(tally, rng, pair, found, REQUESTS)
        show(f"{len(times):,} {kind}: library", times)
        for reason, count in unknown.most_common():
            print(f"{'  unknown':<34}{count:9}   {reason}")
    show("  floor", floor)
    counts = tally.counts
    print(
        f"{'  random requests':<34}{counts['requests']:9,}   "
        f"{counts['decided differently']:,} decided differently, "
        f"{counts['left open']:,} of them unknown, {len(tally.wrong)} contradictions"
    )
    for each in tally.wrong:
        print(each)
    return len(tally.wrong)


def first(rng: random.Random, name: str, several: Iterable[str]) -> Pair | None:
    """A policy with the first change that fits it."""
    order = rng.sample(tuple(several), len(tuple(several)))
    return next((pair for each in order if (pair := changed(rng, name, each))), None)


def read(text: str) -> Access:
    """A document, parsed."""
    return Access(policies=(parse(json.loads(text), name="policy"),))


def compared(old: str, new: str) -> Difference:
    """The difference of two documents."""
    return difference(read(old), read(new))


def written(folder: Path, texts: Iterable[str]) -> list[Path]:
    """Documents as files."""
    files = []
    for index, text in enumerate(texts):
        files.append(folder / f"{index}.json")
        files[-1].write_text(text)
    return files


def command(*files: Path) -> None:
    """`personac diff`, as a user runs it; it exits with 1 where the policies are not equal."""
    personac = Path(sys.executable).with_name("personac")
    ran = subprocess.run(
        [personac, "diff", *files, "--format", "json"], capture_output=True, check=False
    )
    if ran.returncode not in (0, 1):
        raise SystemExit(f"personac diff exited with {ran.returncode}: {ran.stderr.decode()}")


def parsed(*files: Path) -> None:
    """The same files parsed by a bare interpreter."""
    program = "import json, sys; [json.load(open(each)) for each in sys.argv[1:]]"
    subprocess.run([sys.executable, "-c", program, *files], check=True)


def measured(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came out."""
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def ratio(ours: list[float], floor: list[float]) -> float:
    """How many times the floor."""
    return statistics.median(ours) / statistics.median(floor)


def show(
    label: str, seconds: list[float], goal: tuple[float, float | None, float | None] | None = None
) -> None:
    """Print a row, and the goals where there are any."""
    ordered = sorted(seconds)
    columns = (statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])
    row = "".join(f"{each:9.4f}" for each in columns)
    wanted = [f"{each} s" for each in goal or () if each is not None]
    print(f"{label:<34}{row}" + (f"   goal {', '.join(wanted)}" if wanted else ""), flush=True)


if __name__ == "__main__":
    main()
