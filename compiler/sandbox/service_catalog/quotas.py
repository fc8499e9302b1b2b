"""How much Service Catalog holds at most.

Unless a line says otherwise: https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html
"""

from __future__ import annotations

PORTFOLIOS = 100
"""Portfolios of an account in a Region."""

PRODUCTS = 350
"""Products of an account in a Region."""

PRODUCTS_PER_PORTFOLIO = 150
PRINCIPALS_PER_PORTFOLIO = 100

PATTERNS_PER_PORTFOLIO = 10
"""Principals of type IAM_PATTERN.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"""

SHARED_ACCOUNTS_PER_PORTFOLIO = 5_000

TAGS = 20
"""Tags of a portfolio, or of a product."""

VERSIONS_PER_PRODUCT = 100

CONSTRAINTS = 100
"""Constraints on a product in a portfolio."""

NOTIFICATION_ARNS = 5
"""Topics that a stack tells.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""

TAG_OPTIONS_PER_RESOURCE = 25
VALUES_PER_TAG_OPTION = 25
"""TagOptions of the same key."""

TEMPLATE_BYTES = 1_048_576
"""A template in S3: 1 MB.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
