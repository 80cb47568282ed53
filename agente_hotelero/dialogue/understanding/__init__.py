"""From a guest's words to a Reading: language, wishes, dates, people, choices."""
