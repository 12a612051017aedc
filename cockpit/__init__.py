"""How the cockpit talks to people, files and databases."""
