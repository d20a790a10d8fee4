"""Floor 0, words: languages, phone numbers, segments, keys, settings and ports. Imports nothing of ours."""
