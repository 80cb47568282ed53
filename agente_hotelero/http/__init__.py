"""The aiohttp application: verify, forward into the actor system, answer."""
