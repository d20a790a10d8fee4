"""Floor 1, a school as files: the school file and the roster of people, read and checked, never stored here."""
