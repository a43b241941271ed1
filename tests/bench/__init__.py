"""The speed budget, measured: `make bench`. Nothing here runs in the test suite."""
