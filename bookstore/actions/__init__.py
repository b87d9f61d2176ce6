"""What people do with notebooks and their versions, each written once."""
