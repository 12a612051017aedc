"""The demonstration data: invented records of five districts, made anew from a seed; see PLANTED.md."""

from sample_data.build import SEED, build, content_hash

__all__ = ["SEED", "build", "content_hash"]
