"""Tests of catalog/: what its personas, compiled and rendered as a launch would have them, may do."""
