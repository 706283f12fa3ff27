"""The version of the model: printed on every result, file and link."""

VERSION = "0.1.0"
