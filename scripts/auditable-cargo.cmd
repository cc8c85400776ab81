@rem Cargo for tools that call it themselves, on Windows: see auditable-cargo.
@cargo auditable %*
