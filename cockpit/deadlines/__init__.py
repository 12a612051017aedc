"""Which legal term runs for which open record, until when, and by which article."""
