import streamlit as st

from cockpit.session import current_filters

st.write(str(current_filters()))
