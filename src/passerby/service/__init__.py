"""What a server does beside answering: jobs, uploads, pictures of frames, and telling others."""
