"""What people of the hotel and on call may see and do, each with a token of their own."""
