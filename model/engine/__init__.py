"""Evaluates lines: lays a model out as a graph of array operations and runs it for one or many draws."""
