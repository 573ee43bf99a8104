"""The sections of the portal's home page, one module each: facts and verdicts in, rows and buttons out."""
