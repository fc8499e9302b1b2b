"""The judges of the exact difference: they share no method with the search, and nothing of its code.

`requests` draws requests out of two policies' own patterns, and the evaluator decides them; `solver` puts
the question to z3. Either alone missed what the other found.
"""
