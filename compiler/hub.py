"""What the hub holds, by name: its templates allow it, rules reserve it, publishing writes it."""

from __future__ import annotations

import re

PRODUCT_TAG = "personac:product"
"""Whose a product is: `<catalog>/<persona>`."""

PORTFOLIO_TAG = "personac:portfolio"
"""Whose a portfolio is: `<catalog>/<portfolio>`."""

SHARED_TAG = "personac:shared"
"""A product that was ever shared: launches in other accounts are not seen from here."""

ROLLED_BACK_TAG = "personac:rolled-back"
"""A product that was rolled back, and to which version."""

PORTFOLIO_SCHEMA = "personac.portfolio/1"
"""The form of the files of `output/portfolios/`."""

TEMPLATES = "templates/"
"""How the keys of templates begin: `templates/<sha256>.template.json`."""

LOCKS = "locks/"
"""How the keys of what two publishers see of each other begin."""

RECEIPTS = "receipts/"
"""How the keys begin of what came of each publish."""

_DIGEST = re.compile(r"\bsha256=([0-9a-f]{64})\b")


def bucket_name(catalog: str, account: str) -> str:
    """The artifact bucket of a catalog, in the account of the hub."""
    return f"personac-{catalog}-{account}"


def described(digest: str) -> str:
    """How a description says of which content, by its SHA-256, a version or constraint is."""
    return f"sha256={digest}"


def digest_in(description: str) -> str:
    """The digest that a description of ours holds; empty where it holds none."""
    found = _DIGEST.search(description)
    return found[1] if found else ""
