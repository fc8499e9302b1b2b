"""IAM itself: what exists, how documents are read and counted. Knows nothing of personas."""
