"""Settings, hotel profiles, feature flags' names and defaults."""
