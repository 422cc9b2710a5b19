"""What the command line asks of the server that holds the warehouse, on this machine only."""
