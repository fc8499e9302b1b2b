"""The answers of this Service Catalog: every operation of its model, in one way.

boto3 sends JSON. The model names CBOR too, which moto cannot read.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Operations.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from compiler.sandbox.service_catalog.answer import answer, json_value
from compiler.sandbox.service_catalog.caller import access_key
from compiler.sandbox.service_catalog.models import backend_of

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE

CONTENT_TYPE = "application/x-amz-json-1.1"


class SandboxServiceCatalogResponses(BaseResponse):
    """moto's dispatch; it finds a method for each operation of the model, and all do the same."""

    def __init__(self) -> None:
        super().__init__(service_name="servicecatalog")

    def answer(self) -> TYPE_RESPONSE:
        """The answer to the request."""
        backend = backend_of(self.current_account, self.region)
        signed = access_key.set(self.get_access_key())
        try:
            found = answer(backend, self._get_action(), json.loads(self.body or "{}"))
        finally:
            access_key.reset(signed)
        return 200, {"Content-Type": CONTENT_TYPE}, json.dumps(found, default=json_value)

    def serialized(self, action_result: Any) -> TYPE_RESPONSE:
        """An error as JSON: by the first protocol of the model, moto would call it text."""
        status, headers, body = super().serialized(action_result)
        return status, {**headers, "Content-Type": CONTENT_TYPE}, body


for _operation in get_service_model("servicecatalog").operation_names:
    setattr(
        SandboxServiceCatalogResponses,
        camelcase_to_underscores(_operation),
        SandboxServiceCatalogResponses.answer,
    )
