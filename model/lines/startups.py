"""Block 13. From spin-off to unicorn, in expected numbers: fractions stay fractions."""

from model.language import cumulative, delayed, last, line, over_life, previous, ratio, share, total


@line("FTE")
def research_effort(service_effort):
    """Staff in strategic and contract research."""
    return service_effort["strategic_rd"] + service_effort["contract_research"]


@line("EUR m")
def research_cost(research_effort, cost_per_effort):
    """Cost of the staff who do research: what licences come from."""
    return research_effort * cost_per_effort


@line("startup")
def spin_offs(operating_cost, price_index, spin_off_rate, spin_off_lag):
    """New companies that come out of the work of some years before, per euro of the whole budget, as institutes' rates are counted."""
    return delayed(operating_cost / price_index, spin_off_lag) * spin_off_rate


@line("startup")
def start_ups(start_ups, startup_survival, spin_offs):
    """Spin-offs alive: those of last year that survived, and the new ones."""
    return previous(start_ups, 0) * startup_survival + spin_offs


@line("startup")
def startup_closures(start_ups, startup_survival):
    """Spin-offs that end in a year."""
    return previous(start_ups, 0) * (1 - startup_survival)


@line("startup")
def scale_ups(spin_offs, scale_up_share, scale_up_lag):
    """Spin-offs that reach the funding of a scale-up in a year."""
    return delayed(spin_offs, scale_up_lag) * scale_up_share


@line("startup")
def scale_ups_alive(scale_ups_alive, startup_survival, scale_ups):
    """Scale-ups alive: those of last year that survived, and the new ones."""
    return previous(scale_ups_alive, 0) * startup_survival + scale_ups


@line("startup")
def unicorns(spin_offs, unicorn_share, unicorn_lag):
    """Expected number of spin-offs that become a unicorn in a year."""
    return delayed(spin_offs, unicorn_lag) * unicorn_share


@line("startup")
def unicorns_to_date(unicorns):
    """Expected unicorns since the start."""
    return cumulative(unicorns)


@line("1/startup")
def years_per_unicorn(unicorns, horizon):
    """How many years pass for one expected unicorn, over the horizon; blank when none is expected."""
    return ratio(horizon, over_life(unicorns))


@line("1/startup")
def years_per_unicorn_at_end(unicorns):
    """How many years pass for one expected unicorn at the pace of the last year: the mature cluster; blank when none is expected."""
    return ratio(1, last(unicorns))


@line("EUR m")
def venture_capital(spin_offs, venture_capital_lag, venture_capital_per_startup, price_index):
    """Risk capital that spin-offs raise."""
    return delayed(spin_offs, venture_capital_lag) * venture_capital_per_startup * price_index


@line("EUR m real/startup")
def expected_rounds(stage_reach, stage_round):
    """Risk capital over all rounds that a spin-off may expect: what the stages divide."""
    return total(stage_reach * stage_round)


@line("EUR m", over="stage")
def venture_capital_by_stage(venture_capital, stage_reach, stage_round, expected_rounds):
    """Risk capital by stage of the round: the chance to get there times the size of the round, as shares of the whole."""
    return venture_capital * share(stage_reach * stage_round, expected_rounds)


@line("EUR m")
def foreign_venture_capital(venture_capital, venture_capital_foreign_share):
    """Risk capital from outside the country."""
    return venture_capital * venture_capital_foreign_share


@line("EUR m")
def equity_exit_income(spin_offs, exit_lag, exit_share, exit_value, cluster_stake, price_index):
    """What the cluster receives for its stakes when spin-offs are sold or listed."""
    return delayed(spin_offs, exit_lag) * exit_share * exit_value * cluster_stake * price_index


@line("EUR m")
def startup_rd(start_ups, startup_rd_cost, wage_index):
    """R&D that the spin-offs alive do with their own money."""
    return start_ups * startup_rd_cost * wage_index


@line("job")
def startup_jobs(start_ups, jobs_per_startup, scale_ups_alive, jobs_per_scale_up):
    """People at work in spin-offs alive, gross: before people are missed elsewhere."""
    return start_ups * jobs_per_startup + scale_ups_alive * jobs_per_scale_up


@line("startup")
def check_startups(start_ups, spin_offs, startup_closures):
    """Spin-offs alive less all that were founded and not closed: nothing may be left."""
    return start_ups - cumulative(spin_offs - startup_closures)
