"""Read Only: what AWS's AmazonSageMakerReadOnly reads, in one account, and nothing else."""

from __future__ import annotations

from functools import cache

import pytest

from compiler.iam import reference
from compiler.iam.difference import gained
from compiler.iam.document import parse
from compiler.iam.request import Access
from compiler.managed import kept
from compiler.render import Launch, render
from tests.catalog.launches import (
    ACCOUNT,
    ELSEWHERE,
    REGION,
    REPOSITORY,
    catalog,
    decide,
    documents,
    several,
    statements,
    template,
)

LEFT_OUT = {
    "ecr:DescribePullThroughCacheRules",
    "ecr:DescribeRegistry",
    "ecr:DescribeReplicationBackfillResults",
    "ecr:DescribeRepositoryCreationTemplates",
}
"""What AWS's policy reads and ours does not: settings of the registry. Where this test finds another
action, SageMaker has made it: add it to read-sagemaker, or here with a reason."""

PLACEHOLDERS = {"${Partition}": "aws", "${Region}": REGION, "${Account}": ACCOUNT}


@cache
def held() -> tuple[dict[str, object], ...]:
    return documents(render(template("read-only"), Launch()))


@cache
def theirs() -> dict[str, object]:
    found = kept(REPOSITORY / "catalog", "AmazonSageMakerReadOnly")
    assert found
    return dict(found.document)


def granted(*policies: dict[str, object]) -> set[str]:
    """The actions that policies name, as AWS spells them."""
    return {
        str(each)
        for statement in statements(policies, "Allow")
        for written in several(statement["Action"])
        for each in reference.expand(written)
    }


def resources(name: str, region: str = REGION, account: str = ACCOUNT) -> list[str]:
    """One thing of each type that an action takes; "*" where it takes none."""
    (action,) = reference.expand(name)
    service = reference.service(action.service)
    assert service
    found = []
    for each in action.resource_types:
        *place, resource = service.resource_arns[each].split(":", 5)
        place = [PLACEHOLDERS.get(part, part) for part in place]
        words = ["fraud" if part.startswith("${") else part for part in resource.split("/")]
        *_, last = resource.split(":")
        thing = f"{resource.split(':')[0]}:fraud" if last != resource else "/".join(words)
        found.append(":".join((*place[:3], region, account, thing)))
    return found or ["*"]


def test_it_names_what_theirs_reads_today() -> None:
    assert granted(theirs()) - granted(*held()) == LEFT_OUT
    assert granted(*held()) <= granted(theirs())


def test_it_allows_nothing_that_theirs_does_not() -> None:
    """For every request: in other accounts, with any key, for actions that AWS has not made."""
    ours, aws = (
        Access(policies=tuple(parse(each, name="policy", kind="identity") for each in policies))
        for policies in (held(), (theirs(),))
    )
    assert gained(aws, ours) == ((), ())
    assert gained(ours, aws)[0]


@pytest.mark.parametrize("action", sorted(granted(theirs()) - LEFT_OUT))
def test_each_thing_of_this_account_can_be_read(action: str) -> None:
    (found,) = reference.expand(action)
    for each in resources(action):
        assert decide(held(), action, each) == "allowed"
    # ListModelPackages is asked about all of them, or about one group.
    if found.needs_resource:
        for other in (
            *resources(action, account="444455556666"),
            *resources(action, region=ELSEWHERE),
        ):
            assert decide(held(), action, other) == "implicitly-denied"


def test_nothing_but_reading() -> None:
    levels = {level for each in granted(*held()) for level in _levels(each)}
    assert levels == {"Read", "List"}
    assert [each for each in statements(held()) if each["Effect"] != "Allow"] == []


def _levels(name: str) -> list[str]:
    (action,) = reference.expand(name)
    return [each.strip() for each in action.access_level.split(",")]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/fraud"),
        ("sagemaker:CreatePresignedDomainUrl", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:user-profile/d-1/a"),
        ("sagemaker:CreateApp", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:app/d-1/a/JupyterLab/default"),
        ("sagemaker:StopTrainingJob", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/fraud"),
        ("sagemaker:AddTags", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/fraud"),
        ("sagemaker:RenderUiTemplate", "*"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/fraud"),
        ("s3:GetObject", "arn:aws:s3:::fraud-data/a.csv"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud"),
        ("logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/a:log-stream:b"),
    ],
)  # fmt: skip
def test_what_it_must_not(action: str, resource: str) -> None:
    assert decide(held(), action, resource) == "implicitly-denied"


def test_a_launch_asks_for_nothing() -> None:
    assert "Parameters" not in template("read-only")
    assert not catalog().personas["read-only"].controls
