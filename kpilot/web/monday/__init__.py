"""The page of the day: what stands where, what moved and why, who needs help, what to do next."""
