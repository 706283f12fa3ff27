"""Starts the front end: the list of pages. `streamlit run app.py`."""

import streamlit as st

from ui import frame

frame.start()
page = st.navigation([frame.page("overview", ":material/dashboard:", default=True)], position="top")
frame.run(page)
