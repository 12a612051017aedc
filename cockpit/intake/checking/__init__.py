"""Records → rows that keep the contract, rejects with their reason, doubts about what is kept; all of it SQL."""
