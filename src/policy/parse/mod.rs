//! From JSON text to a document, with a place for every key and value.
//!
//! Must not know how documents are evaluated or compared.

mod condition;
mod document;
mod principal;
mod reader;
mod statement;

pub(crate) use reader::Reader;
