"""Assumptions: what may be given (definitions), what is given (YAML files in layers), and whether it is right."""
