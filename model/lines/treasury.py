"""Block 9. Treasury and the three statements: cash, loans, result, balance."""

from model.language import cumulative, line, maximum, minimum, over_life, previous, total, window_total


@line("EUR m")
def receivables(own_revenue, receivable_days):
    """Revenue that customers still have to pay at the end of a year."""
    return own_revenue * receivable_days / 365


@line("EUR m")
def payables(other_operating_cost, payable_days):
    """Bills that the cluster still has to pay at the end of a year."""
    return other_operating_cost * payable_days / 365


@line("EUR m")
def receivables_increase(receivables):
    """Revenue of a year that customers pay later, less what they pay of the year before."""
    return receivables - previous(receivables, 0)


@line("EUR m")
def payables_increase(payables):
    """Costs of a year that the cluster pays later, less what it pays of the year before."""
    return payables - previous(payables, 0)


@line("EUR m")
def receipts(own_revenue, receivables_increase, grants_received):
    """Cash that comes in before base funding and loans."""
    return own_revenue - receivables_increase + grants_received


@line("EUR m")
def payments(operating_cost, payables_increase, capital_expenditure, corporate_tax):
    """Cash that goes out before interest and repayment."""
    return operating_cost - payables_increase + total(capital_expenditure) + corporate_tax


@line("EUR m")
def corporate_tax(own_revenue, operating_cost, depreciation, taxable_share, corporate_tax_rate):
    """Corporate tax on the economic part of the work; a loss pays none."""
    profit = own_revenue - operating_cost - total(depreciation)
    return maximum(0, profit) * taxable_share * corporate_tax_rate


@line("EUR m")
def minimum_cash(operating_cost, liquidity_months):
    """Cash that must be in hand at the end of a year: some months of operating cost."""
    return operating_cost * liquidity_months / 12


@line("EUR m")
def opening_cash(cash_balance):
    """Cash at the start of a year; a cluster starts with none."""
    return previous(cash_balance, 0)


@line("EUR m")
def interest_received(opening_cash, deposit_rate):
    """Interest on the cash that stood on the account at the start of the year."""
    return maximum(0, opening_cash) * deposit_rate


@line("EUR m")
def interest_paid(loan_balance, loan_rate):
    """Interest on the loans that stood out at the start of the year."""
    return previous(loan_balance, 0) * loan_rate


@line("EUR m")
def loan_repayment(loan_drawdown, loan_term):
    """Repayment of every loan in equal parts over its term, from the year after it was drawn."""
    return window_total(previous(loan_drawdown, 0), loan_term) / loan_term


@line("EUR m")
def cash_before_base_funding(opening_cash, receipts, payments, interest_received, interest_paid, loan_repayment):
    """Cash that would be left without base funding and new loans."""
    return opening_cash + receipts - payments + interest_received - interest_paid - loan_repayment


@line("EUR m")
def loan_drawdown(minimum_cash, cash_before_base_funding, base_funding, loan_limit, size, price_index, loan_balance, loan_repayment):
    """New loans: what is still short after base funding, within the limit of the facility."""
    room = loan_limit * size * price_index - (previous(loan_balance, 0) - loan_repayment)
    return minimum(maximum(0, room), maximum(0, minimum_cash - cash_before_base_funding - base_funding))


@line("EUR m")
def loan_balance(loan_balance, loan_drawdown, loan_repayment):
    """Loans outstanding at the end of a year."""
    return previous(loan_balance, 0) + loan_drawdown - loan_repayment


@line("EUR m")
def unfunded_gap(minimum_cash, cash_before_base_funding, base_funding, loan_drawdown):
    """What neither base funding nor the loan facility covers in a year: money that nobody has promised."""
    return maximum(0, minimum_cash - cash_before_base_funding - base_funding - loan_drawdown)


@line("EUR m")
def unfunded_to_date(unfunded_gap):
    """All that nobody has promised so far: it stands on the balance sheet until somebody pays it."""
    return cumulative(unfunded_gap)


@line("EUR m")
def cash_balance(cash_before_base_funding, base_funding, loan_drawdown, unfunded_gap):
    """Cash at the end of a year, if somebody pays what is unfunded."""
    return cash_before_base_funding + base_funding + loan_drawdown + unfunded_gap


@line("flag", warning=True)
def not_financeable(unfunded_gap, financeable_tolerance):
    """Not financeable: in some years neither base funding nor the loan facility covers what is short; every ratio leaves that out."""
    return over_life(unfunded_gap) > financeable_tolerance


@line("EUR m", over="asset_class")
def deferred_grant_release(capital_grants_by_class, asset_life, existing_assets_depreciation):
    """Capital grants and gifts in kind that count as income of the year, as the assets they paid for wear."""
    return window_total(total(capital_grants_by_class), asset_life) / asset_life + existing_assets_depreciation


@line("EUR m", over="asset_class")
def deferred_income(capital_grants_by_class, existing_assets_received, deferred_grant_release):
    """Capital grants and gifts in kind received that have not yet counted as income."""
    return cumulative(total(capital_grants_by_class) + existing_assets_received - deferred_grant_release)


@line("EUR m")
def income(own_revenue, programme_grants, base_funding, deferred_grant_release, secondment_value):
    """All income of the income statement, seconded staff in kind included."""
    return own_revenue + total(programme_grants) + base_funding + total(deferred_grant_release) + total(secondment_value)


@line("EUR m")
def secondment_cost(secondment_value):
    """Staff that companies second, as an expense: what came in as income in kind is used up."""
    return total(secondment_value)


@line("EUR m")
def expenses(operating_cost, depreciation, interest_paid, interest_received, secondment_cost):
    """All expenses of the income statement before tax, seconded staff in kind included."""
    return operating_cost + total(depreciation) + interest_paid - interest_received + secondment_cost


@line("EUR m")
def net_result(income, expenses, corporate_tax):
    """Income less expenses and tax."""
    return income - expenses - corporate_tax


@line("EUR m")
def reserves(net_result):
    """Results of all years so far."""
    return cumulative(net_result)


@line("EUR m")
def total_assets(book_value, cash_balance, receivables):
    """Left side of the balance sheet."""
    return total(book_value) + cash_balance + receivables


@line("EUR m")
def total_liabilities(deferred_income, loan_balance, payables, unfunded_to_date, reserves):
    """Right side of the balance sheet."""
    return total(deferred_income) + loan_balance + payables + unfunded_to_date + reserves


@line("EUR m")
def operating_cash_flow(own_revenue, receivables_increase, programme_grants, base_funding, operating_cost, payables_increase, corporate_tax):
    """Cash from running the cluster, programme grants and base funding included."""
    earned = own_revenue - receivables_increase + total(programme_grants) + base_funding
    return earned - (operating_cost - payables_increase) - corporate_tax


@line("EUR m")
def investing_cash_flow(capital_grants, capital_expenditure):
    """Cash into assets, less the capital grants for them."""
    return total(capital_grants) - total(capital_expenditure)


@line("EUR m")
def financing_cash_flow(loan_drawdown, loan_repayment, interest_received, interest_paid, unfunded_gap):
    """Cash from and to lenders, and what is still unfunded."""
    return loan_drawdown - loan_repayment + interest_received - interest_paid + unfunded_gap


@line("EUR m")
def check_balance(total_assets, total_liabilities):
    """Left less right side of the balance sheet: nothing may be left."""
    return total_assets - total_liabilities


@line("EUR m")
def check_cash(cash_balance, operating_cash_flow, investing_cash_flow, financing_cash_flow):
    """Change in cash less the three parts of the cash-flow statement: nothing may be left."""
    return cash_balance - previous(cash_balance, 0) - operating_cash_flow - investing_cash_flow - financing_cash_flow


@line("EUR m", over="asset_class")
def check_assets(book_value, capital_expenditure, existing_assets_received, depreciation):
    """Change in book value less what was added and worn: nothing may be left."""
    return book_value - previous(book_value, 0) - capital_expenditure - existing_assets_received + depreciation


@line("EUR m")
def check_loans(loan_balance, loan_drawdown, loan_repayment):
    """Loans outstanding less all drawn and repaid so far: nothing may be left."""
    return loan_balance - cumulative(loan_drawdown - loan_repayment)
