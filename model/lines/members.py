"""Block 3. Customers and members: who joins, what they pay, whom they send."""

from model.language import line, maximum, s_curve


@line("member", over="tier")
def members(members_opening, members_mature, members_start, members_ramp, members_growth, demand_factor, ambition, size, started, delay_years, year):
    """Member companies in a year."""
    begins = members_start + delay_years
    mature = members_mature * demand_factor * ambition
    ramped = members_opening + (mature - members_opening) * s_curve(begins, members_ramp)
    return ramped * (1 + members_growth) ** maximum(0, year - begins - members_ramp) * size * started


@line("EUR m", over="tier")
def membership_fees(members, membership_fee, price_index):
    """Fees that member companies pay in a year."""
    return members * membership_fee * price_index


@line("FTE", over="tier")
def secondees(members, secondees_per_member):
    """Researchers whom members send to work in the cluster and keep on their own payroll."""
    return members * secondees_per_member


@line("EUR m", over="tier")
def secondment_value(secondees, secondee_cost, wage_index):
    """What the seconded researchers cost their employers: private money in kind."""
    return secondees * secondee_cost * wage_index
