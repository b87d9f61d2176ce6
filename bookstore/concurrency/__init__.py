"""Who waits for whom: locks by path, work beside the requests, a thread with its own event loop."""
