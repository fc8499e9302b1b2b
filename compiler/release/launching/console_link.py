"""Links into AWS's console."""

from __future__ import annotations

from urllib.parse import quote

from compiler.render import partition_of

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
"""The console of each partition that the public internet reaches."""


def product_link(region: str, product_id: str) -> str | None:
    """The page of a product in Service Catalog's console, where its form is opened by *Launch*.

    Whoever follows it sees the product only if a portfolio admits the role that they are signed in
    with. None in partitions whose console has no public address.

    Args:
        region: such as `eu-west-1`.
        product_id: such as `prod-abcdefghijklm`.
    """
    host = _HOSTS.get(partition_of(region))
    if host is None:
        return None
    where = f"https://{region}.{host}/servicecatalog/home?region={region}"
    return f"{where}#products/{quote(product_id, safe='')}"
