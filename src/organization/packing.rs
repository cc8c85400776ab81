//! How texts lie in a place: compressed as gzip where they stay, as they are where the place is temporary.
//!
//! A compressor is some hundred kilobytes that have to be cleared, so compressors are used again: for ten
//! thousand short texts it would be most of the work. Must not know what the texts say.

use std::borrow::Cow;
use std::io::{Error, ErrorKind, Read, Result};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::GzDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use crate::objects::Objects;

/// The window that readers of gzip expect: 2¹⁵ bytes.
const WINDOW_BITS: u8 = 15;
/// The most bytes of a compressed text.
const PACKED_MOST: u64 = 16 << 20;
/// The most bytes of a text: a small object may hold a very long one.
const TEXT_MOST: u64 = 64 << 20;

/// Packs texts into objects, and back.
#[derive(Debug, Clone)]
pub(super) enum Packing {
    /// The place compresses by itself.
    Plain,
    Gzip(Compressors),
}

impl Packing {
    /// Chooses how texts lie in a place.
    pub(super) fn of(objects: &Objects) -> Self {
        if objects.are_temporary() {
            Self::Plain
        } else {
            Self::Gzip(Compressors::default())
        }
    }

    /// Returns what names of objects end with.
    pub(super) fn suffix(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip(_) => ".gz",
        }
    }

    /// Returns the most bytes of an object.
    pub(super) fn most(&self) -> u64 {
        match self {
            Self::Plain => TEXT_MOST,
            Self::Gzip(_) => PACKED_MOST,
        }
    }

    /// Packs a text; the same text gives the same bytes.
    pub(super) fn pack<'t>(&self, text: &'t [u8]) -> Result<Cow<'t, [u8]>> {
        match self {
            Self::Plain => Ok(Cow::Borrowed(text)),
            Self::Gzip(compressors) => Ok(Cow::Owned(compressors.gzip(text)?)),
        }
    }

    /// Returns the text of an object.
    pub(super) fn unpack(&self, object: Vec<u8>) -> Result<String> {
        match self {
            Self::Plain => {
                String::from_utf8(object).map_err(|error| Error::new(ErrorKind::InvalidData, error))
            }
            Self::Gzip(_) => gunzip(&object, TEXT_MOST),
        }
    }
}

/// Returns a compressed text of at most so many bytes.
fn gunzip(object: &[u8], most: u64) -> Result<String> {
    let mut text = String::new();
    let mut decoder = GzDecoder::new(object).take(most + 1);
    decoder.read_to_string(&mut text)?;
    if text.len() as u64 > most {
        return Err(Error::new(ErrorKind::InvalidData, "its text has no end"));
    }
    Ok(text)
}

/// Holds the compressors that nobody uses at the moment: as many as threads have needed at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Compressors(Arc<Mutex<Vec<Compress>>>);

impl Compressors {
    fn gzip(&self, text: &[u8]) -> Result<Vec<u8>> {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        // Its header has no time and no name.
        let new = || Compress::new_gzip(Compression::fast(), WINDOW_BITS);
        let mut compress = known.unwrap_or_else(new);
        let mut packed = Vec::with_capacity(1_024 + text.len() / 4);
        loop {
            let done = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
            let rest = text.get(done..).unwrap_or_default();
            let status = compress.compress_vec(rest, &mut packed, FlushCompress::Finish)?;
            if status == Status::StreamEnd {
                break;
            }
            packed.reserve(packed.capacity());
        }
        compress.reset();
        idle().push(compress);
        Ok(packed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip() -> Packing {
        Packing::Gzip(Compressors::default())
    }

    #[test]
    fn a_small_object_of_a_text_without_end_is_refused() {
        let packed = gzip().pack(&[b'a'; 1_001]).unwrap().into_owned();
        assert_eq!(gunzip(&packed, 1_001).unwrap().len(), 1_001);
        let error = gunzip(&packed, 1_000).unwrap_err();
        assert_eq!(error.to_string(), "its text has no end");
    }

    #[test]
    fn a_text_comes_back_whoever_was_compressed_before() {
        let packing = gzip();
        let noise: String = (0..100_000_u32)
            .map(|n| char::from(n.wrapping_mul(2_654_435_761).to_be_bytes()[1]))
            .collect();
        let texts = [
            String::new(),
            "a".repeat(500_000),
            noise,
            "short".to_owned(),
        ];
        let pack = |text: &String| packing.pack(text.as_bytes()).unwrap().into_owned();
        let first: Vec<_> = texts.iter().map(pack).collect();
        for (text, first) in texts.iter().zip(first).rev() {
            assert_eq!(pack(text), first);
            assert_eq!(packing.unpack(first).unwrap(), *text);
        }
    }
}
