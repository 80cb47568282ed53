"""Real servers as our own children: started, crashed, raced for, and dead with us."""
