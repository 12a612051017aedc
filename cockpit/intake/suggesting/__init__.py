"""What a foreign file probably means: a look, a proposal, a mapping in the making, the mappings that were saved."""
