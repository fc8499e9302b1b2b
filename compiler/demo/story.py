"""The story that the demo tells: the commands that are typed, who types them, and what they say.

It works on a copy of the catalog, in a repository of its own: nothing of the user's is changed.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.base import git
from compiler.demo.held_role import ACCOUNT, PARAMETERS, decided_lines, role_lines
from compiler.demo.surroundings import REGION, environment
from compiler.deploy import Account, DeployError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from compiler.build import Product
    from compiler.report.text import Line

PERSONA = "data-scientist"
NAME = "fraud-detection"
"""What the team calls its launch."""

ADDED = "manage-endpoints"
"""The activity that the persona gets in the course of the story."""

PERMISSION_SET = "DataScience"
_STYLES = {"+": "green", "~": "yellow", "-": "red", "!": "bold yellow"}
_SHOWN = (6, 4)
"""How many lines of a long answer are shown of its beginning, and of its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the story takes place."""

    folder: Path
    """An empty folder."""

    catalog: Path
    output: Path
    """The user's folders, to be copied."""

    run: Callable[[Sequence[str]], Said]
    """Runs a command of personac's in that folder."""


def tell(place: Place, product: Product) -> Iterator[Line]:
    """Bring the catalog to Service Catalog, launch from it, change it, go back.

    Args:
        place: where.
        product: what the team launches, compiled.

    Yields:
        What there is to see, line by line, as it happens.

    Raises:
        DeployError: if a command does not do what it should.
        BaseError: if git does not.
    """
    story = _Story(place)
    yield from story.hub()
    yield from story.publish()
    yield from story.launch(product)
    yield from story.refusals()
    yield from story.change()
    yield from story.upgrade()
    yield from story.back()


class _Story:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.team: dict[str, str] = {}
        self.account = Account(REGION)

    def hub(self) -> Iterator[Line]:
        """What stands in the hub and in an account before anything is published."""
        folder, output = self.place.folder, self.place.folder / "output"
        shutil.copytree(self.place.catalog, folder / "catalog")
        shutil.copytree(self.place.output, output)
        for command in (
            ("init", "--quiet", "--initial-branch", "main"),
            ("config", "user.name", "demo"),
            ("config", "user.email", "demo@example.com"),
            ("config", "commit.gpgsign", "false"),
            ("add", "."),
            ("commit", "--quiet", "--message", "The catalog"),
        ):
            git(folder, *command)
        yield from _heading("the accounts: what bootstrap and the launch role stack make")
        bootstrap = (output / "hub/bootstrap.template.json").read_bytes()
        repository = {
            "GitHubOwner": "example", "GitHubRepository": "personas", "GitHubOwnerId": "1",
            "GitHubRepositoryId": "2", "MakeGitHubProvider": "yes",
        }  # fmt: skip
        stack = self.account.deploy("personac-hub", bootstrap, repository, "")
        yield from _stack(stack.name, stack.status, "artifact bucket, plan role, publish role")
        for name, what in (
            ("boundary", "what no role may ever do"),
            ("launch-role", "what launches run with: roles on the persona path, bounded"),
        ):
            template = (output / f"account/{name}.template.json").read_bytes()
            stack = self.account.deploy(f"personac-{name}", template, {}, "")
            yield from _stack(stack.name, stack.status, what)
        self.team = self.account.sign_in(PERMISSION_SET)

    def publish(self) -> Iterator[Line]:
        """From output/ to Service Catalog."""
        yield from _heading("plan, publish, plan again")
        yield from self._typed("plan", "--region", REGION, "--out", "plan.json")
        yield from self._typed("publish", "plan.json")
        yield from self._typed("plan", "--region", REGION)

    def launch(self, product: Product) -> Iterator[Line]:
        """What a data scientist does, and what comes of it."""
        yield from _heading("a data scientist launches the product")
        sets = [part for each in PARAMETERS.items() for part in ("--set", "=".join(each))]
        command = ("launch", PERSONA, "--name", NAME, *sets)
        with environment(self.team):
            yield from self._typed(*command, shown=(20, 0))
            # Typed again, it follows what has begun: here, as a machine reads it.
            again = self.place.run((*command, "--format", "json"))
        role = self.account.role(json.loads(again.text.splitlines()[-1])["outputs"]["RoleName"])
        yield from _heading("what IAM holds now")
        yield from role_lines(product, role)
        yield from _heading("what the role may do")
        yield from decided_lines(role)
        arn, sets = "arn:aws:s3:::payroll/a.csv", [*sets, "--region", REGION]
        yield from self._typed("can", PERSONA, "s3:GetObject", "--resource", arn, *sets, code=1)

    def refusals(self) -> Iterator[Line]:
        """Launches that must not work."""
        yield from _heading("what is refused before anything is made")
        for value in (
            "Buckets=fraud-*",
            f"ExecutionRoles=arn:aws:iam::{ACCOUNT}:role/Administrator",
        ):
            sets = [*self._sets(value.partition("=")[0]), "--set", value]
            with environment(self.team):
                yield from self._typed("launch", PERSONA, "--name", "other", *sets, code=2)
        with environment(self.team):
            yield from self._typed("launch", "custom", code=2)

    def change(self) -> Iterator[Line]:
        """A change of the persona, and what it means."""
        yield from _heading(f"the persona changes: {ADDED} is added")
        file = self.place.folder / f"catalog/personas/{PERSONA}.yaml"
        text = file.read_text(encoding="utf-8")
        changed = re.sub(
            r"(^activities:\n(?:  - .*\n)+)", rf"\1  - {ADDED}\n", text, flags=re.MULTILINE
        )
        file.write_text(changed, encoding="utf-8")
        yield from self._typed("build", "--base", "main", code=1, shown=(0, 12))
        yield from self._typed("build", "--base", "main", "--bump")
        versions = (f"{PERSONA}@1.0.0", f"{PERSONA}@1.1.0")
        yield from self._typed("diff", *versions, code=1, shown=(5, 4))

    def upgrade(self) -> Iterator[Line]:
        """The new version beside the old one."""
        yield from _heading("publish the new version, and upgrade the launch")
        yield from self._typed("publish", "--yes", "--region", REGION)
        with environment(self.team):
            yield from self._typed("launches", "--region", REGION)
            yield from self._typed("launch", PERSONA, "--name", NAME, "--update", shown=(14, 0))

    def back(self) -> Iterator[Line]:
        """Back to the version before, at once."""
        yield from _heading("roll back")
        yield from self._typed("rollback", PERSONA, "--to", "1.0.0", "--region", REGION, "--yes")
        yield from self._typed("plan", "--region", REGION)
        with environment(self.team):
            command = ("launch", PERSONA, "--name", NAME)
            yield from self._typed(*command, "--update", shown=(3, 0))
            yield from self._typed(*command, "--terminate", "--yes")

    def _typed(
        self, *command: str, code: int = 0, shown: tuple[int, int] = _SHOWN
    ) -> Iterator[Line]:
        """A command, and what it says; of much, the beginning and the end."""
        head, tail = shown
        yield [("bold cyan", f"$ personac {shlex.join(command)}")]
        said = self.place.run(command)
        lines = said.text.rstrip("\n").split("\n")
        if len(lines) > head + tail + 1:
            left = f"… {len(lines) - head - tail} more lines …"
            lines = [*lines[:head], left, *lines[len(lines) - tail :]]
        for each in lines:
            yield [(_STYLES.get(each.strip()[:1], ""), f"  {each}")]
        if said.code != code:
            raise DeployError(f"'personac {command[0]}' ended with {said.code}, and not {code}")

    def _sets(self, without: str) -> list[str]:
        pairs = (each for each in PARAMETERS.items() if each[0] != without)
        return [part for each in pairs for part in ("--set", "=".join(each))]


def _heading(text: str) -> Iterator[Line]:
    yield [("", "")]
    yield [("bold", text)]


def _stack(name: str, status: str, what: str) -> Iterator[Line]:
    yield [("", f"  stack {name:<22} "), ("green", status), ("", f"  {what}")]
