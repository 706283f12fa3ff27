"""Benchmarks: what the program does in a second, beside what it should, what others do, and what the machine allows.

`make bench` (`python -m benchmarks`) runs them and writes `docs/benchmarks.md`. Nothing here is a test: timings depend on
the machine, which is why its speed is measured in the same run.
"""
