"""The formats that the site imports, a module or folder each: what lies here is registered by itself."""
