"""Starts the front end. `streamlit run app.py`."""

import streamlit as st

from ui import frame

frame.start()
frame.run(st.navigation(frame.pages(), position="hidden"))
