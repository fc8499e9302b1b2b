"""Where moto's server finds the responses of this Service Catalog, and AppRegistry's."""

from moto.servicecatalog.urls import url_bases
from moto.servicecatalog.urls import url_paths as moto_paths

from compiler.sandbox.service_catalog.responses import SandboxServiceCatalogResponses

__all__ = ["url_bases", "url_paths"]

url_paths = {**moto_paths, "{0}/$": SandboxServiceCatalogResponses.dispatch}
