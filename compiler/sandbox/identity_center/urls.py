"""Where moto's server finds the responses of this Identity Center."""

from moto.ssoadmin.urls import url_bases

from compiler.sandbox.identity_center.responses import SandboxSSOAdminResponses

__all__ = ["url_bases", "url_paths"]

url_paths = {"{0}/$": SandboxSSOAdminResponses.dispatch}
