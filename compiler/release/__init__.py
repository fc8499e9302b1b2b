"""Service Catalog: what output/ asks for, what is there, the plan between them, and launches."""
