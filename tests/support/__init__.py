"""What several test levels share."""
