"""The warehouse: its tables, and the fixed templates of the SQL that moves rows in them."""
