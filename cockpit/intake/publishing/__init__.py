"""Checked rows → the next version of the data, with their history; one import at a time."""
