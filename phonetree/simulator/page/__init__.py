"""The carrier's telephones drawn in a page, for trainers and developers: see, hear and use them, and watch the wire."""
