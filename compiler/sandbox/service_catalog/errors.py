"""The errors of Service Catalog, by the names that its model has for them.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException

__all__ = [
    "DuplicateResourceException",
    "InvalidParametersException",
    "InvalidStateException",
    "LimitExceededException",
    "OperationNotSupportedException",
    "ResourceInUseException",
    "ResourceNotFoundException",
]


class DuplicateResourceException(ServiceException):
    """What is there already."""

    code = "DuplicateResourceException"


class InvalidParametersException(ServiceException):
    """What the request asks for cannot be."""

    code = "InvalidParametersException"


class InvalidStateException(ServiceException):
    """What cannot be done to a thing as it is now."""

    code = "InvalidStateException"


class LimitExceededException(ServiceException):
    """What a quota does not allow."""

    code = "LimitExceededException"


class OperationNotSupportedException(ServiceException):
    """What cannot be done by this account, or at all."""

    code = "OperationNotSupportedException"


class ResourceInUseException(ServiceException):
    """What something else still needs."""

    code = "ResourceInUseException"


class ResourceNotFoundException(ServiceException):
    """What is not there."""

    code = "ResourceNotFoundException"
