"""A file of any kind → plain records: arrive, unpack, decode, number."""
