"""Object storage: addresses of objects, and what can be done with them. The only place that knows s3fs."""
