"""nbgallery's tables and ours, on SQLite, PostgreSQL, and MySQL or MariaDB."""
