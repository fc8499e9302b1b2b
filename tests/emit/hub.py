"""The templates of the hub, and what a stack of one holds, for the tests of both."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.artifact import artifact
from compiler.build import compile_account, compile_hub
from compiler.intrinsics import Resolver
from compiler.load import load, read_tree
from compiler.render import Launch
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog
    from compiler.template import AccountTemplate

ROOT = Path(__file__).parents[2]
EXPECTED = Path(__file__).parent / "expected" / "hub"
ACCOUNT = "111122223333"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"

PORTFOLIO = """\
title: People
description: What people launch.
products:
  analyst: {}
"""
GUARDRAIL = """\
title: Buckets stay closed
description: Nobody changes who may reach a bucket.
deny:
  - actions: [s3:PutBucketPolicy]
"""
GIVEN = {
    "GitHubOwner": "acme",
    "GitHubRepository": "personas",
    "GitHubRepositoryId": "123456789",
    "GitHubOwnerId": "4321",
}
"""What a stack of bootstrap is given."""


def small(changes: Mapping[str, str | bytes | None] | None = None) -> Catalog:
    """The small catalog with a portfolio."""
    loaded = load("catalog", overlay({"portfolios/people.yaml": PORTFOLIO, **(changes or {})}))
    assert not loaded.diagnostics
    return loaded.catalog


@cache
def ours() -> Catalog:
    """The catalog of this repository; with a portfolio, should it have none."""
    tree, _ = read_tree(ROOT / "catalog")
    if not any(each.startswith("portfolios/") for each in tree):
        portfolio = PORTFOLIO.replace("analyst", "data-scientist")
        tree["portfolios/people.yaml"] = portfolio.encode()
    return load("catalog", tree).catalog


def hub(catalog: Catalog) -> dict[str, AccountTemplate]:
    """The templates of a catalog's hub, by name."""
    return {each.name: each for each in compile_hub(catalog, compile_account(catalog))}


def resolved(template: AccountTemplate, given: Mapping[str, str], account: str = ACCOUNT) -> Any:
    """The resources of a template as its stack has them, with the given values."""
    launch = Launch(parameters=given, account=account)
    resolver = Resolver(template.body, launch.parameters, launch.pseudo())
    resolver.refuse_values()
    return {
        name: resolver.value(each, ("Resources", name))
        for name, each in template.body["Resources"].items()
        if "Condition" not in each or resolver.condition(each["Condition"])
    }


@cache
def bootstrap() -> AccountTemplate:
    """The hub of the small catalog."""
    return hub(small())["bootstrap"]


@cache
def resources(**given: str) -> Any:
    """The resources of its stack."""
    return resolved(bootstrap(), {**GIVEN, **given})


def matches(template: AccountTemplate) -> None:
    """Compare a template with the text that is expected of it.

    After a change that is meant: UPDATE_EXPECTED=1, then read the difference as a reviewer would.
    """
    content = artifact(template).content
    expected = EXPECTED / f"{template.name}.json"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_bytes(content)
    assert expected.read_text(encoding="utf-8") == content.decode()
    assert json.loads(content) == template.body


SETTINGS = SMALL["catalog.yaml"]
