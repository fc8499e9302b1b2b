"""The persona compiler: a catalog of personas in, CloudFormation templates out."""

__version__ = "0.1.0"
