"""The demonstration data: invented records of five districts, made anew from a seed. PLANTED.md says what is in them."""
from sample_data.build import SEED, build, content_hash

__all__ = ["SEED", "build", "content_hash"]
