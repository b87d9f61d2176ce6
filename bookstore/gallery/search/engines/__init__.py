"""The engines that find words: one for each place where an index can be."""
