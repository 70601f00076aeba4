"""One way to give work a process: started, listened to, limited, and ended with all that it has started."""
