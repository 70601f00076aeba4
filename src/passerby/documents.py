"""What a JSON document is to the type checker. Each result makes its own: its method ``document``."""

from typing import Any

Document = dict[str, Any]
