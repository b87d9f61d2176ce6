"""The routes: one verb in, one answer out, of what ``actions`` do."""
