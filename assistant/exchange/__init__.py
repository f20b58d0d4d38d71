"""Between a matter folder and the Word and Excel files that firms live in: import, report, export."""
