"""The command line, one file a topic. Each file has `register(app)`, which adds its commands."""

COMMANDS: list[str] = ["run", "app", "table", "explain", "inputs", "appraisal", "calibration", "compare", "sensitivity", "risk", "excel", "brief"]
"""Files of this room whose commands the program offers, in the order of its help."""
