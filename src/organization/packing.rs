//! Texts compressed as gzip, by compressors that are used again.
//!
//! A compressor is some hundred kilobytes that have to be cleared: for ten thousand short texts that is
//! most of the work. Must not know what the texts say.

use std::io::Result;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Compress, Compression, FlushCompress, Status};

/// The window that readers of gzip expect: 2¹⁵ bytes.
const WINDOW_BITS: u8 = 15;

/// Holds the compressors that nobody uses at the moment: as many as threads have needed at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Packing(Arc<Mutex<Vec<Compress>>>);

impl Packing {
    /// Compresses a text; the same text gives the same bytes.
    pub(super) fn pack(&self, text: &[u8]) -> Result<Vec<u8>> {
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
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn a_text_comes_back_whoever_was_compressed_before() {
        let packing = Packing::default();
        let noise: Vec<u8> = (0..100_000_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])
            .collect();
        let texts = [b"".to_vec(), b"a".repeat(500_000), noise, b"short".to_vec()];
        let first: Vec<_> = texts
            .iter()
            .map(|text| packing.pack(text).unwrap())
            .collect();
        for (text, first) in texts.iter().zip(first).rev() {
            assert_eq!(unpacked(&first), *text);
            assert_eq!(packing.pack(text).unwrap(), first);
        }
    }
}
