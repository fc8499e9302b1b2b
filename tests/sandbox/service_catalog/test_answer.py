"""What a backend says is held to the model of the operation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from compiler.sandbox.constraints import ValidationException
from compiler.sandbox.service_catalog.answer import answer, json_value
from compiler.sandbox.service_catalog.errors import (
    InvalidParametersException,
    OperationNotSupportedException,
    ResourceInUseException,
)
from compiler.sandbox.service_catalog.store import Store


class Says(Store):
    """A backend that gives one answer to DescribePortfolio."""

    def __init__(self, said: Any) -> None:
        super().__init__("eu-west-1", "123456789012")
        self.said = said
        self.asked: dict[str, Any] = {}

    def describe_portfolio(self, **asked: Any) -> Any:
        self.asked = asked
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    def delete_portfolio(self, **_: Any) -> Any:
        return self.said

    def enable_aws_organizations_access(self) -> Any:
        return self.said


def described(said: Any) -> dict[str, Any]:
    return answer(Says(said), "DescribePortfolio", {"Id": "port-a"})


def test_a_method_is_given_every_member_by_its_name() -> None:
    backend = Says({"Tags": []})

    assert answer(backend, "DescribePortfolio", {"Id": "port-a"}) == {"Tags": []}
    assert backend.asked == {"id": "port-a", "accept_language": None}


def test_members_without_a_value_are_left_out() -> None:
    now = datetime.now(UTC)
    detail = {"Id": "port-a", "Description": None, "CreatedTime": now}

    assert described({"PortfolioDetail": detail, "TagOptions": None}) == {
        "PortfolioDetail": {"Id": "port-a", "CreatedTime": now}
    }
    assert described(None) == {}


@pytest.mark.parametrize(
    "said",
    [
        {"Portfolio": {}},
        {"PortfolioDetail": {"Name": "a"}},
        {"PortfolioDetail": []},
        {"PortfolioDetail": {"Id": 1}},
        {"PortfolioDetail": {"CreatedTime": "now"}},
        {"Tags": {}},
        {"Tags": [{"Key": "team"}]},
        {"TagOptions": [{"Active": "yes"}]},
    ],
)
def test_what_the_model_does_not_know_is_our_mistake(said: Any) -> None:
    with pytest.raises(TypeError, match="DescribePortfolio"):
        described(said)


def test_a_value_is_one_of_the_models() -> None:
    backend = Says(None)
    backend.__dict__["describe_constraint"] = lambda **_: {"Status": "GONE"}

    with pytest.raises(TypeError, match=r"none of .*AVAILABLE"):
        answer(backend, "DescribeConstraint", {"Id": "cons-a"})


def test_an_error_is_one_that_the_operation_lists() -> None:
    with pytest.raises(TypeError, match="DescribePortfolio does not answer ResourceInUse"):
        described(ResourceInUseException("used"))
    with pytest.raises(TypeError, match="does not answer InvalidParametersException"):
        described(InvalidParametersException("no"))


def test_a_request_is_held_to_the_model() -> None:
    with pytest.raises(ValidationException, match="Value null at 'id'"):
        answer(Says({}), "DescribePortfolio", {})


def test_an_operation_without_a_method_says_that_it_is_not_made() -> None:
    with pytest.raises(OperationNotSupportedException, match="CopyProduct is not made"):
        answer(Says({}), "CopyProduct", {})


def test_only_a_time_is_written_in_its_own_way() -> None:
    assert json_value(datetime.fromtimestamp(1.5, UTC)) == 1.5
    with pytest.raises(TypeError, match="is not of the model"):
        json_value(object())
