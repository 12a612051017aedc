"""Questions as SQLAlchemy statements. Nothing in here runs a statement or knows Streamlit."""
