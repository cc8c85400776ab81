//! Typed values of conditions: numbers, points in time, address ranges.
//!
//! Must not know operators or documents.

mod address;
mod instant;
mod number;

pub(crate) use address::{parse_address, parse_range};
pub(crate) use instant::parse_instant;
pub(crate) use number::Number;
