"""What AWS says, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    TokenRetrievalError,
)

from compiler.release.aws import Aws, AwsError, _explained

if TYPE_CHECKING:
    from tests.release.conftest import Site

DENIED = (
    "User: arn:aws:sts::1:assumed-role/plan/x is not authorized to perform: "
    "servicecatalog:CreateProduct on resource: arn:aws:catalog:eu-west-1:1:product/* because no "
    "identity-based policy allows the servicecatalog:CreateProduct action"
)


def refused(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "CreateProduct")


WHERE = "is the Region right, AWS_ENDPOINT_URL set on purpose, the network up?"
LOG_IN = "log in, as by 'aws sso login', or name a profile by AWS_PROFILE"
THEIRS = "are they this partition's, and still valid?"
URL = "https://example.com"
UNREACHED = "AWS cannot be reached for s3:HeadObject"

TOLD: dict[str, tuple[Exception, str]] = {
    "denied": (
        refused("AccessDeniedException", DENIED),
        f"the permission servicecatalog:CreateProduct is missing: {DENIED}",
    ),
    "denied-without-words": (refused("403", ""), "the permission s3:HeadObject is missing"),
    "expired": (
        refused("ExpiredToken", "The token"),
        "the credentials have expired; log in again",
    ),
    "unknown": (
        refused("InvalidClientTokenId", "The security token"),
        f"AWS does not accept the credentials (InvalidClientTokenId); {THEIRS}",
    ),
    "limit": (
        refused("LimitExceededException", "Too many."),
        "s3:HeadObject was refused: LimitExceededException: Too many.",
    ),
    "none": (NoCredentialsError(), f"no credentials for AWS were found; {LOG_IN}"),
    "sso": (
        TokenRetrievalError(provider="sso", error_msg="It expired"),
        "Error when retrieving token from sso: It expired; log in again by 'aws sso login'",
    ),
    "endpoint": (
        EndpointConnectionError(endpoint_url=URL),
        f'{UNREACHED}: Could not connect to the endpoint URL: "{URL}"; {WHERE}',
    ),
    "timeout": (
        ReadTimeoutError(endpoint_url=URL),
        f'{UNREACHED}: Read timeout on endpoint URL: "{URL}"; {WHERE}',
    ),
}


@pytest.mark.parametrize(("error", "said"), TOLD.values(), ids=list(TOLD))
def test_errors_are_told_so_that_somebody_can_act(error: Exception, said: str) -> None:
    assert str(_explained(error, "s3:HeadObject")) == said


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(AwsError, match="no Region is known; name one by --region"):
        Aws()


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(AwsError, match=r"nobody.*AWS_PROFILE names a profile"):
        Aws("eu-west-1")


def test_a_list_goes_to_its_end(site: Site) -> None:
    for number in range(45):
        site.aws().call(
            "servicecatalog", "CreatePortfolio", DisplayName=f"P{number}", ProviderName="X",
            IdempotencyToken=f"token-{number}",
        )  # fmt: skip
    found = list(site.aws().pages("ListPortfolios", "PortfolioDetails"))
    assert len({each["Id"] for each in found}) == 45
