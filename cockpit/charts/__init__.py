"""Frame in, figure out. No data access, no Streamlit, no session state: a chart can be tested and printed.

A figure is a plain dict that names one of the templates of cockpit.theme; Plotly checks it where it is shown.
"""
