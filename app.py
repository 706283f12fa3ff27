"""Starts the front end: the list of pages. `streamlit run app.py`."""

import streamlit as st

from ui import frame

frame.start()
page = st.navigation(
    [
        frame.page("overview", ":material/dashboard:", default=True),
        frame.page("cash_flows", ":material/payments:"),
        frame.page("who_pays", ":material/balance:"),
        frame.page("target", ":material/flag:"),
        frame.page("appraisal", ":material/gavel:"),
        frame.page("risk", ":material/casino:"),
        frame.page("compare", ":material/compare_arrows:"),
        frame.page("portfolio", ":material/view_week:"),
        frame.page("assumptions", ":material/tune:"),
        frame.page("explain", ":material/functions:"),
        frame.page("method", ":material/menu_book:"),
    ],
    position="top",
)
frame.run(page)
