//! Compression as used for static assets.

use brotli::{CompressorReader, enc::BrotliEncoderParams};
use std::io::Read;

/// Brotli at quality 11, in one piece and with the length known.
///
/// # Panics
/// Never; compression happens in memory.
#[must_use]
pub fn compress(bytes: &[u8]) -> Vec<u8> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    let mut reader = CompressorReader::with_params(bytes, bytes.len().max(1), &parameters);
    reader.read_to_end(&mut packed).expect("in-memory compression");
    packed
}
