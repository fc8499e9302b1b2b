"""The door to AWS: calls by service and operation, answers as AWS gives them, errors for people.

AWS is reached as boto3 is configured: profile, Region and AWS_ENDPOINT_URL are the environment's.
"""

from __future__ import annotations

import os
import re
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from boto3.exceptions import Boto3Error
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 10
"""How often a call is sent at most, when AWS throttles or fails."""

FIRST_ATTEMPTS = 2
"""How often it is asked who we are, which comes first: whoever cannot reach AWS is told soon."""

CONNECTIONS = 16
"""Connections of a client: as many as threads that publish at once."""

TOKENS = {
    "organizations": ("NextToken", "NextToken"),
    "servicecatalog": ("PageToken", "NextPageToken"),
}
"""What a request calls the token of the next page, and what an answer calls it."""

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
UNKNOWN = (
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "AuthFailure",
)
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")
MISSING = ("ResourceNotFoundException", "NoSuchEntity", "NoSuchKey", "NoSuchBucket", "404")

_NOT_ALLOWED = re.compile(r"not authorized to perform: (?P<action>[a-z0-9-]+:\w+)")


class AwsError(Exception):
    """AWS refused, or could not be reached; the message is for the user."""

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.code = code
        """AWS's error code; empty where AWS gave no answer."""

    @property
    def is_missing(self) -> bool:
        """Whether what was asked for does not exist."""
        return self.code in MISSING


class Aws:
    """One account in one Region, as the credentials of the environment reach it."""

    def __init__(self, region: str | None = None, **credentials: str) -> None:
        """Prepare; nothing is asked of AWS yet.

        :param region: such as ``eu-west-1``; the environment's where it is not given.
        :param credentials: as a session of boto3's takes them; the environment's if not given.
        :raises AwsError: where there is no Region, or the profile does not exist.
        """
        # Other SDKs and the command line of AWS know AWS_REGION; boto3 does not.
        region = region or os.environ.get("AWS_REGION")
        try:
            self._session = boto3.session.Session(region_name=region, **credentials)  # type: ignore[arg-type]  # any of them
        except (BotoCoreError, Boto3Error) as error:
            raise _explained(error, "") from error
        if self._session.region_name is None:
            raise _explained(NoRegionError(), "")
        self.region: str = self._session.region_name
        self.partition: str = self._session.get_partition_for_region(self.region)
        self._clients: dict[str, Any] = {}
        self._making = Lock()
        self._account = ""

    @property
    def account(self) -> str:
        """The account that the credentials belong to: twelve digits.

        :raises AwsError: where AWS does not say.
        """
        if not self._account:
            self._account = str(self.call("sts", "GetCallerIdentity")["Account"])
        return self._account

    def assuming(self, role_arn: str, region: str | None = None) -> Aws:
        """Reach the account of a role, as that role, for an hour.

        :param role_arn: a role that the credentials may assume.
        :param region: this one's where it is not given.
        :raises AwsError: where AWS refuses.
        """
        given = self.call("sts", "AssumeRole", RoleArn=role_arn, RoleSessionName="personac")
        own = given["Credentials"]
        return Aws(
            region or self.region,
            aws_access_key_id=own["AccessKeyId"],
            aws_secret_access_key=own["SecretAccessKey"],
            aws_session_token=own["SessionToken"],
        )

    def greet(self) -> None:
        """Ask who we are before anything else: whoever cannot reach AWS is told soon.

        :raises AwsError: where AWS does not say.
        """
        _ = self.account

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation.

        :param service: as boto3 calls it, such as ``servicecatalog``.
        :param operation: as AWS calls it, such as ``CreateProduct``.
        :param members: of the request, as AWS names them; None is left out.
        :returns: the members of the answer.
        :raises AwsError: where AWS refuses, or gives no answer after :data:`ATTEMPTS` attempts.
        """
        given = {name: value for name, value in members.items() if value is not None}
        try:
            answer: dict[str, Any] = getattr(self._client(service), xform_name(operation))(**given)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise _explained(error, f"{service}:{operation}") from error
        return answer

    def pages(
        self, operation: str, key: str, service: str = "servicecatalog", **members: Any
    ) -> Iterator[dict[str, Any]]:
        """All entries of a list, page by page.

        :param operation: one of Service Catalog's or of Organizations' that takes a token.
        :param key: the member of the answer that holds the list.
        :raises AwsError: as :meth:`call`.
        """
        asked, answered = TOKENS[service]
        token: str | None = None
        while True:
            answer = self.call(service, operation, **{asked: token}, **members)
            yield from answer.get(key, ())
            token = answer.get(answered)
            if not token:
                return

    def _client(self, service: str) -> Any:
        # A session is not safe in several threads; its clients are.
        with self._making:
            if service not in self._clients:
                attempts = min(FIRST_ATTEMPTS, ATTEMPTS) if service == "sts" else ATTEMPTS
                settings = Config(
                    connect_timeout=5 if service == "sts" else 10,
                    read_timeout=60,
                    max_pool_connections=CONNECTIONS,
                    retries={"total_max_attempts": attempts, "mode": "adaptive"},
                    user_agent_extra="personac",
                )
                try:
                    made: Any = self._session.client(service, config=settings)  # type: ignore[call-overload]  # any service
                except (BotoCoreError, ValueError) as error:
                    raise _explained(error, service) from error
                self._clients[service] = made
            return self._clients[service]


def _explained(error: Exception, call: str) -> AwsError:
    if isinstance(error, ClientError):
        return _refusal(error, call)
    message, code, hint = f"{call}: {error}" if call else str(error), "", ""
    match error:
        case NoCredentialsError():
            message = "no credentials for AWS were found"
            hint = "log in, as by 'aws sso login', or name a profile by AWS_PROFILE"
        case NoRegionError():
            message, hint = "no Region is known", "name one by --region or AWS_DEFAULT_REGION"
        case ProfileNotFound():
            message, hint = str(error), "AWS_PROFILE names a profile of ~/.aws/config"
        case SSOError() | TokenRetrievalError():
            message, code, hint = str(error), EXPIRED[0], "log in again by 'aws sso login'"
        case EndpointConnectionError() | HTTPClientError():
            message = f"AWS cannot be reached for {call}: {error}"
            hint = "is the Region right, AWS_ENDPOINT_URL set on purpose, the network up?"
        case ResponseParserError():
            message = f"what answers to {call} is not AWS"
            hint = "is AWS_ENDPOINT_URL set on purpose, is there a proxy?"
        case _:
            pass
    return AwsError(message, code=code, hint=hint)


def _refusal(error: ClientError, call: str) -> AwsError:
    details = error.response.get("Error", {})
    code, words = details.get("Code", "Unknown"), details.get("Message", "")
    if code in EXPIRED:
        return AwsError("the credentials have expired", code=code, hint="log in again")
    if code in UNKNOWN:
        hint = "are they this partition's, and still valid?"
        return AwsError(f"AWS does not accept the credentials ({code})", code=code, hint=hint)
    if code in DENIED:
        named = _NOT_ALLOWED.search(words)
        action = named["action"] if named else call
        said = f": {words}" if words else ""
        return AwsError(f"the permission {action} is missing{said}", code=code)
    return AwsError(f"{call} was refused: {code}: {words}", code=code)
