"""What tests share: cases that are loaded once."""

from __future__ import annotations

import pytest

import model


@pytest.fixture(scope="session")
def portfolio() -> model.Case:
    """The default case of three clusters."""
    return model.load("portfolio")


@pytest.fixture(scope="session")
def portfolio_result(portfolio: model.Case) -> model.Result:
    return portfolio.run()
