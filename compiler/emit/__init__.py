"""Turn packed policies into a CloudFormation template, by troposphere and awacs.

The one door to both. See `values` for how the catalog's texts become intrinsic functions, `statements`
for policies and `product` for the template around them.
"""

from compiler.emit.product import emit

__all__ = ["emit"]
