"""Forms of values that AWS decides, for what several products ask for."""

IAM, SSO = "IAM", "SSO"
"""How a domain knows its users: by IAM, or by IAM Identity Center."""

NAME = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PROFILE_NAME = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""Of a user profile: SageMaker writes it into ARNs in lower case, and policies compare these."""

PARTITION = "aws(?:-cn|-us-gov|-iso|-iso-b|-iso-e|-iso-f|-eusc)?"
REGION = "[a-z]{2,5}(?:-[a-z]{2,9}){1,2}-[0-9]{1,2}"
ID = "(?:[0-9a-f]{8}|[0-9a-f]{17})"
GIGABYTES = "[5-9]|[1-9][0-9]{1,3}|1[0-5][0-9]{3}|16[0-2][0-9]{2}|163[0-7][0-9]|1638[0-4]"
