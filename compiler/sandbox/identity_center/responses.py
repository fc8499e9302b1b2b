"""The answers of this Identity Center: moto's, and those that it lacks or does not check."""

from __future__ import annotations

import json
from typing import Any

from moto.ssoadmin.responses import SSOAdminResponse

from compiler.sandbox.constraints import arguments
from compiler.sandbox.identity_center.models import SandboxSSOAdminBackend, backend_of


class SandboxSSOAdminResponses(SSOAdminResponse):
    """moto's dispatch over our backend."""

    @property
    def ssoadmin_backend(self) -> SandboxSSOAdminBackend:
        return backend_of(self.current_account, self.region)

    def create_permission_set(self) -> str:
        made = self.ssoadmin_backend.create_permission_set(**self._arguments())
        return json.dumps({"PermissionSet": made})

    def update_permission_set(self) -> str:
        self.ssoadmin_backend.update_permission_set(**self._arguments())
        return "{}"

    def put_inline_policy_to_permission_set(self) -> str:
        self.ssoadmin_backend.put_inline_policy_to_permission_set(**self._arguments())
        return "{}"

    def put_permissions_boundary_to_permission_set(self) -> str:
        self.ssoadmin_backend.put_permissions_boundary_to_permission_set(**self._arguments())
        return "{}"

    def get_permissions_boundary_for_permission_set(self) -> str:
        backend = self.ssoadmin_backend
        boundary = backend.get_permissions_boundary_for_permission_set(**self._arguments())
        return json.dumps({"PermissionsBoundary": boundary})

    def delete_permissions_boundary_from_permission_set(self) -> str:
        self.ssoadmin_backend.delete_permissions_boundary_from_permission_set(**self._arguments())
        return "{}"

    def tag_resource(self) -> str:
        self.ssoadmin_backend.tag_resource(**self._arguments())
        return "{}"

    def untag_resource(self) -> str:
        self.ssoadmin_backend.untag_resource(**self._arguments())
        return "{}"

    def list_tags_for_resource(self) -> str:
        return json.dumps(
            {"Tags": self.ssoadmin_backend.list_tags_for_resource(**self._arguments())}
        )

    def _arguments(self) -> dict[str, Any]:
        return arguments("sso-admin", self._get_action(), json.loads(self.body))
