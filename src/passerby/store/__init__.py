"""What a library keeps, by subject: what each part can do, and its values; `library.open_store` opens one."""
