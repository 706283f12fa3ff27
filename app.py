"""Starts the front end: `streamlit run app.py`."""
