"""The one door to cfn-lint: a template body goes in, typed findings come out.

cfn-lint takes about two seconds to import and to load its rules, so both happen at the first call.
Its verdict depends on nothing but the body and the Regions: configuration files in the working
folder or the home folder are not read, and a template cannot silence an error from its Metadata.

The schemas of the CloudFormation registry, which cfn-lint brings along, are read as the files that
they are: whoever builds templates needs one or two of them, and none of cfn-lint's rules.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cfnlint.match import Match

__all__ = ["LEFT_OUT", "LintFinding", "lint", "registry_schema", "unknown_regions"]

Severity = Literal["error", "warning", "informational"]

LEFT_OUT: Mapping[str, str] = MappingProxyType({})
"""Informational rules that are not reported, each with the reason.

Rules are left out by name, never by level: a new informational rule must be seen once before anyone
can call it noise. None is left out so far: templates of this project's kind meet none."""

_lock = Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class LintFinding:
    """One finding of cfn-lint in one template."""

    rule: str
    """The id of the rule, such as ``E3002``."""
    severity: Severity
    """Only an ``error`` means that AWS would refuse the template."""
    message: str
    """What is wrong, in cfn-lint's words."""
    path: tuple[str | int, ...]
    """Where in the template: keys and zero-based list indices. Empty if the text does not parse."""
    line: int
    """First line, from 1."""
    column: int
    """First column, from 1."""
    end_line: int
    """Last line, from 1."""
    end_column: int
    """The column after the last one, from 1."""
    source_url: str
    """The page that states the rule; empty when cfn-lint names none."""


def unknown_regions(regions: Sequence[str]) -> tuple[str, ...]:
    """The Regions that cfn-lint does not know, and so cannot lint for."""
    from cfnlint.helpers import REGIONS

    return tuple(each for each in regions if each not in REGIONS)


@cache
def registry_schema(resource_type: str, region: str = "us-east-1") -> Mapping[str, Any]:
    """The schema of a resource type in the CloudFormation registry, as it came with cfn-lint.

    Newer ones that cfn-lint may have fetched into a user's cache are not looked at: what is built
    depends on no machine.
    https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html

    :raises ValueError: if the Region is unknown, or has no such type.
    """
    found = find_spec("cfnlint")
    # cfn-lint is a dependency of ours, and a package.
    assert found is not None  # noqa: S101 - the package is installed
    assert found.submodule_search_locations  # noqa: S101 - it is a package
    schemas = Path(found.submodule_search_locations[0], "data", "schemas")
    providers = schemas / "providers" / f"{region}.json"
    if not providers.is_file():
        raise ValueError(f"cfn-lint knows no Region {region}")
    name = json.loads(providers.read_bytes()).get(resource_type)
    if name is None:
        raise ValueError(f"there is no {resource_type} in {region}")
    schema: Mapping[str, Any] = json.loads((schemas / "resources" / f"{name}.json").read_bytes())
    return schema


def lint(body: str, regions: Sequence[str]) -> tuple[LintFinding, ...]:
    """Lint a template for the given Regions, and for no others.

    :param body: the template, JSON or YAML.
    :param regions: Region names such as ``eu-west-1``; at least one.
    :returns: the findings in the order of the text.
    :raises ValueError: if ``regions`` is empty or names a Region that cfn-lint does not know.

    May be called from several threads; the calls run one after another.
    """
    if not regions:
        raise ValueError("lint needs at least one Region")
    with _lock:
        findings = [_finding(match) for match in _matches(body, sorted(set(regions)))]
    findings = [finding for finding in findings if finding.rule not in LEFT_OUT]
    return tuple(sorted(findings, key=lambda f: (f.line, f.column, f.rule, f.message)))


def _matches(body: str, regions: list[str]) -> list[Match]:
    from cfnlint.config import ConfigMixIn
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import run_template_by_data

    if unknown := unknown_regions(regions):
        raise ValueError(f"cfn-lint knows no Region {', '.join(unknown)}")
    template, unreadable = decode_str(body)
    if unreadable:
        return list(unreadable)
    config = ConfigMixIn(
        # Naming a file is the only way to keep cfn-lint from searching for one.
        ["--config-file", os.devnull],
        regions=regions,
        include_checks=["I"],
        mandatory_checks=["E"],
    )
    # cfn-lint reports what is not an object by itself; its types do not say that it may be given.
    return list(run_template_by_data(cast("dict[str, Any]", template), config, _rules()))


@cache
def _rules() -> Any:
    """All rules of cfn-lint: loading them takes half a second, linting a template a tenth."""
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn(["--config-file", os.devnull])).rules


def _finding(match: Match) -> LintFinding:
    path: Sequence[str | int] = getattr(match, "path", None) or ()
    return LintFinding(
        rule=match.rule.id,
        severity=cast("Severity", match.rule.severity),
        message=match.message,
        path=tuple(part if isinstance(part, int) else str(part) for part in path),
        line=match.linenumber,
        column=match.columnnumber,
        end_line=match.linenumberend,
        end_column=match.columnnumberend,
        source_url=match.rule.source_url or "",
    )
