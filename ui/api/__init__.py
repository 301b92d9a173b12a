"""The interfaces for programs: REST and MCP."""
