//! Which response a row is: the same row, sent again, is the same response.

use super::{Record, Source};
use crate::id::ResponseId;
use alloc::collections::{BTreeMap, BTreeSet};
use sha2::{Digest, Sha256};

/// What was seen of a file so far. Of each row 16 bytes are remembered, or 20.
#[derive(Debug)]
pub struct Seen {
    shop: alloc::string::String,
    source: Source,
    survey: alloc::string::String,
    ids: BTreeSet<[u8; 16]>,
    contents: BTreeMap<[u8; 16], u32>,
}

fn first_half(hash: Sha256) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    half
}

/// Each part with its length before it: no two lists of parts read the same.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

impl Seen {
    /// Nothing yet. The ids of one tool are its own; of files that any tool may have written they are only so within the
    /// survey for which they are meant.
    #[must_use]
    pub fn new(shop: &str, source: Source, survey: &str) -> Self {
        let survey = if source == Source::Generic { survey } else { "" };
        let (ids, contents) = (BTreeSet::new(), BTreeMap::new());
        Self { shop: shop.into(), source, survey: survey.into(), ids, contents }
    }

    fn begun(&self, kind: &str) -> Sha256 {
        let mut hash = Sha256::new();
        for part in ["glas import 1", &self.shop, self.source.as_str(), &self.survey, kind] {
            add(&mut hash, part.as_bytes());
        }
        hash
    }

    /// The response that its tool calls so; `None` if this file has had it already.
    pub(super) fn by_id(&mut self, id: &str) -> Option<ResponseId> {
        let mut hash = self.begun("id");
        add(&mut hash, id.as_bytes());
        let bytes = first_half(hash);
        self.ids.insert(bytes).then(|| ResponseId::of_import(bytes))
    }

    /// The response that says exactly this. Two that say the same are two: people answer alike, and files have days only.
    pub(super) fn by_content(&mut self, record: &Record<'_>) -> ResponseId {
        let mut hash = self.begun("content");
        for at in 0..record.len() {
            add(&mut hash, record.bytes(at));
        }
        let count = self.contents.entry(first_half(hash.clone())).or_default();
        *count += 1;
        add(&mut hash, &count.to_be_bytes());
        ResponseId::of_import(first_half(hash))
    }
}
