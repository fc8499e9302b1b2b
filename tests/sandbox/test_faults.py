"""Faults: what clients see of them, and what the sandbox remembers of each call."""

from __future__ import annotations

import contextlib
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import model as botocore_model
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from compiler.sandbox.faults import Fault, FaultKind, Faults, death

if TYPE_CHECKING:
    from compiler.sandbox import Sandbox
    from tests.sandbox.conftest import Cloud


def chosen(faults: Faults, calls: int, operation: str = "CreateProduct") -> list[int]:
    return [n for n in range(1, calls + 1) if faults.next("servicecatalog", operation)]


def test_a_fault_befalls_the_nth_of_the_calls_that_it_matches() -> None:
    third = Fault(kind=FaultKind.LOST, operation="CreateProduct", first=3, last=3)
    faults = Faults(third)

    assert chosen(faults, 2) == []
    assert chosen(faults, 5, "ListPortfolios") == []
    assert chosen(faults, 3) == [1]


@pytest.mark.parametrize("operation", [None, "CreateProduct", "servicecatalog:CreateProduct"])
def test_a_fault_names_all_operations_one_or_one_of_a_service(operation: str | None) -> None:
    fault = Fault(kind=FaultKind.LOST, operation=operation)

    assert fault.befalls("servicecatalog", "CreateProduct")
    assert fault.befalls("s3", "PutObject") is (operation is None)


def test_a_share_is_chosen_by_the_seed_alone() -> None:
    def some(seed: int) -> list[int]:
        return chosen(Faults(Fault(kind=FaultKind.THROTTLING, share=0.2), seed=seed), 1000)

    assert some(1) == some(1) != some(2)
    assert 150 < len(some(1)) < 250


def test_of_several_faults_the_first_counts_and_none_moves_the_choice_of_another() -> None:
    share = Fault(kind=FaultKind.THROTTLING, share=0.2)
    alone = chosen(Faults(share, seed=7), 200)
    both = Faults(share, Fault.nth(alone[0], FaultKind.LOST), seed=7)

    kinds = [fault.kind if (fault := both.next("s3", "PutObject")) else None for _ in range(200)]

    assert [n for n, kind in enumerate(kinds, start=1) if kind] == alone
    assert kinds[alone[0] - 1] is FaultKind.THROTTLING


@pytest.mark.parametrize("effect", [False, True])
def test_the_dead_hear_nothing_any_more(effect: bool) -> None:
    faults = death(2, effect=effect)
    befallen = [faults.next("s3", "PutObject") for _ in range(4)]

    assert befallen[0] is None
    assert [(f.kind, f.effect) for f in befallen[1:] if f] == [
        (FaultKind.LOST, effect),
        (FaultKind.LOST, False),
        (FaultKind.LOST, False),
    ]


CODES = {
    FaultKind.THROTTLING: ("ThrottlingException", "Throttling", "SlowDown"),
    FaultKind.INTERNAL_FAILURE: ("InternalFailure", "InternalFailure", "InternalError"),
    FaultKind.SERVICE_UNAVAILABLE: ("ServiceUnavailable",) * 3,
    FaultKind.ACCESS_DENIED: ("AccessDeniedException", "AccessDenied", "AccessDenied"),
    FaultKind.EXPIRED_TOKEN: ("ExpiredTokenException", "ExpiredToken", "ExpiredToken"),
}
CALLS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "servicecatalog": (0, "list_portfolios", {"PageSize": 3}),
    "organizations": (0, "describe_organization", {}),
    "sagemaker": (0, "list_domains", {"MaxResults": 3}),
    "cloudformation": (1, "describe_stacks", {"StackName": "team"}),
    "iam": (1, "list_roles", {"PathPrefix": "/team/"}),
    "sts": (1, "get_caller_identity", {}),
    "ec2": (1, "describe_vpcs", {"VpcIds": ["vpc-1"]}),
    "s3": (2, "list_objects_v2", {"Bucket": "artifacts", "Prefix": "a b"}),
}


@pytest.mark.parametrize("service", CALLS)
def test_boto3_reads_every_refusal_in_every_protocol(
    sandbox: Sandbox, cloud: Cloud, service: str
) -> None:
    protocol, method, parameters = CALLS[service]
    client = cloud.client(service)

    for kind, codes in CODES.items():
        sandbox.faults = Faults(Fault.nth(1, kind))
        with pytest.raises(ClientError) as caught:
            getattr(client, method)(**parameters)
        assert caught.value.response["Error"]["Code"] == codes[protocol]
        assert caught.value.response["Error"]["Message"]
        called = sandbox.calls[-1]
        assert (called.service, called.fault) == (service, kind)
        assert called.status == caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert called.operation == client.meta.method_to_api_mapping[method]
        assert {name: called.parameters[name] for name in parameters} == parameters


@pytest.fixture
def by_cbor(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Service Catalog over the other protocol of its model."""
    monkeypatch.setattr(
        botocore_model.ServiceModel, "resolved_protocol", property(lambda _: "smithy-rpc-v2-cbor")
    )
    return boto3.client(
        "servicecatalog",
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize("kind", CODES)
def test_boto3_reads_every_refusal_in_cbor(sandbox: Sandbox, by_cbor: Any, kind: FaultKind) -> None:
    sandbox.faults = Faults(Fault.nth(1, kind))

    with pytest.raises(ClientError) as caught:
        by_cbor.list_portfolios(PageSize=3)

    assert caught.value.response["Error"]["Code"] == CODES[kind][0]
    assert sandbox.calls[-1].operation == "ListPortfolios"
    # moto has no parser for it.
    assert sandbox.calls[-1].parameters == {}


def test_an_answer_is_lost_before_or_after_the_effect(sandbox: Sandbox, cloud: Cloud) -> None:
    def create(title: str) -> None:
        cloud.client("servicecatalog").create_portfolio(DisplayName=title, ProviderName="us")

    for effect, title in ((False, "unmade"), (True, "made")):
        sandbox.faults = Faults(Fault.nth(1, FaultKind.LOST, effect=effect))
        with pytest.raises(ConnectionClosedError):
            create(title)
        assert sandbox.calls[-1].status is None
    sandbox.faults = Faults(Fault.nth(1, FaultKind.INTERNAL_FAILURE, effect=True))
    with pytest.raises(ClientError):
        create("also made")

    found = cloud.client("servicecatalog").list_portfolios()["PortfolioDetails"]
    assert sorted(each["DisplayName"] for each in found) == ["also made", "made"]


def test_a_delay_delays_one_call_and_no_other(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults = Faults(Fault(kind=FaultKind.DELAY, first=1, last=1, seconds=0.2))
    began = time.monotonic()
    cloud.iam().list_roles()
    middle = time.monotonic()
    cloud.iam().list_roles()

    assert middle - began >= 0.2
    assert [call.fault for call in sandbox.calls] == [FaultKind.DELAY, None]


def test_boto3_tries_again_when_it_is_throttled(sandbox: Sandbox, cloud: Cloud) -> None:
    client = boto3.client(
        "servicecatalog",
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )
    sandbox.faults = Faults(Fault.nth(1, FaultKind.THROTTLING))

    assert client.list_portfolios()["PortfolioDetails"] == []
    assert [call.status for call in sandbox.calls] == [400, 200]


def test_calls_are_remembered_in_order_with_what_was_asked(sandbox: Sandbox, cloud: Cloud) -> None:
    cloud.client("servicecatalog").create_portfolio(
        DisplayName="Data", ProviderName="us", Tags=[{"Key": "a", "Value": "b"}]
    )
    cloud.cloudformation("us-east-1").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(Bucket="artifacts", Key="a/b c", Body=b"x" * 9, IfNoneMatch="*")
    with pytest.raises(ClientError):
        s3.head_object(Bucket="artifacts", Key="none")

    first, second, third, fourth, fifth = sandbox.calls
    assert first.operation == "CreatePortfolio"
    assert first.parameters["Tags"] == [{"Key": "a", "Value": "b"}]
    assert (second.operation, second.region) == ("ListStacks", "us-east-1")
    assert second.parameters == {"StackStatusFilter": ["CREATE_COMPLETE"]}
    assert third.operation == "CreateBucket"
    assert third.parameters["CreateBucketConfiguration"] == {"LocationConstraint": "eu-west-1"}
    assert fourth.operation == "PutObject"
    assert (fourth.parameters["Key"], fourth.parameters["IfNoneMatch"]) == ("a/b c", "*")
    assert "Body" not in fourth.parameters
    assert (fifth.operation, fifth.status) == ("HeadObject", 404)
    assert [call.number for call in sandbox.calls] == [1, 2, 3, 4, 5]
    assert {call.access_key_id for call in sandbox.calls} == {"sandbox"}


def test_a_refused_head_has_no_body(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults = Faults(Fault(kind=FaultKind.ACCESS_DENIED, operation="s3:HeadObject"))

    with pytest.raises(ClientError, match="403") as caught:
        cloud.client("s3").head_object(Bucket="artifacts", Key="a")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_denial_names_the_caller_and_the_permission(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults = Faults(Fault(kind=FaultKind.ACCESS_DENIED, operation="CreateProduct"))

    with pytest.raises(ClientError) as caught:
        cloud.client("servicecatalog").create_product(
            Name="a", Owner="b", ProductType="CLOUD_FORMATION_TEMPLATE"
        )

    assert caught.value.response["Error"]["Message"] == (
        "User: arn:aws:iam::123456789012:root is not authorized to perform: "
        "servicecatalog:CreateProduct because no identity-based policy allows the "
        "servicecatalog:CreateProduct action"
    )


def test_reset_forgets_calls_and_faults(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults = death(1, effect=False)
    with pytest.raises(ConnectionClosedError):
        cloud.iam().list_roles()

    sandbox.reset()

    assert (len(sandbox.calls), sandbox.call_count) == (0, 0)
    assert cloud.iam().list_roles()["Roles"] == []


def test_what_cannot_be_read_is_recorded_and_answered_all_the_same(
    sandbox: Sandbox, cloud: Cloud
) -> None:
    scope = "AWS4-HMAC-SHA256 Credential=key/20261124/eu-west-1/{}/aws4_request, Signature=0"
    requests = [
        ({}, b""),
        ({"Authorization": scope.format("nothing")}, b""),
        (
            {
                "Authorization": scope.format("servicecatalog"),
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWS242ServiceCatalogService.ListPortfolios",
            },
            b"{",
        ),
    ]

    for headers, body in requests:
        url = f"{cloud.endpoint}/nothing" if not body else cloud.endpoint
        request = urllib.request.Request(url, body or None, headers)  # noqa: S310 - our own
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request).close()  # noqa: S310 - our own

    assert [(call.service, call.operation) for call in sandbox.calls] == [
        ("", ""),
        ("nothing", ""),
        ("servicecatalog", "ListPortfolios"),
    ]
    assert {len(call.parameters) for call in sandbox.calls} == {0}
    assert all(call.status for call in sandbox.calls)
