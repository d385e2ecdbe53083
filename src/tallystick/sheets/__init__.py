"""Spreadsheets: reading what people bring (.xlsx, .ods, .csv) in a limited child process, and writing theirs."""
