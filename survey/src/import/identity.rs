//! Derives response ids from rows, so that importing a row again updates the same response.

use super::{Record, Source};
use crate::id::ResponseId;
use alloc::collections::{BTreeMap, BTreeSet};
use sha2::{Digest, Sha256};

/// Creates the response ids of one file. Remembers 16 or 20 bytes per row.
#[derive(Debug)]
pub struct RowIds {
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

/// Adds a part with its length, so that different lists of parts never collide.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

impl RowIds {
    /// Starts with no rows. Ids of Delighted and Survicate are unique per tool; those of a generic file only within the
    /// survey it is imported into.
    #[must_use]
    pub fn new(shop: &str, source: Source, survey: &str) -> Self {
        let survey = if source == Source::Generic { survey } else { "" };
        let (ids, contents) = (BTreeSet::new(), BTreeMap::new());
        Self { shop: shop.into(), source, survey: survey.into(), ids, contents }
    }

    fn hasher(&self, kind: &str) -> Sha256 {
        let mut hash = Sha256::new();
        for part in ["glas import 1", &self.shop, self.source.as_str(), &self.survey, kind] {
            add(&mut hash, part.as_bytes());
        }
        hash
    }

    /// The id for the tool's own id of a response; `None` if an earlier row of this file has the same one.
    pub(super) fn by_id(&mut self, id: &str) -> Option<ResponseId> {
        let mut hash = self.hasher("id");
        add(&mut hash, id.as_bytes());
        let bytes = first_half(hash);
        self.ids.insert(bytes).then(|| ResponseId::of_import(bytes))
    }

    /// The id for a row without one, from its content. Equal rows are numbered: shoppers give equal answers, and some
    /// exports contain dates without times.
    pub(super) fn by_content(&mut self, record: &Record<'_>) -> ResponseId {
        let mut hash = self.hasher("content");
        for at in 0..record.len() {
            add(&mut hash, record.bytes(at));
        }
        let count = self.contents.entry(first_half(hash.clone())).or_default();
        *count += 1;
        add(&mut hash, &count.to_be_bytes());
        ResponseId::of_import(first_half(hash))
    }
}
