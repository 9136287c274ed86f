//! Records what clients sent and which responses they got: the half of the truth that the database cannot contain.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard},
};

/// The content of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Answer to the NPS question.
    pub score: u8,
    /// Answer to the question `why`; empty if none.
    pub words: String,
    /// Whether it is complete.
    pub complete: bool,
}

/// One response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The content of every revision that was sent.
    pub content: BTreeMap<u32, Content>,
    /// The highest revision acknowledged with 200, 201 or 202.
    pub acknowledged: Option<u32>,
    /// Number of 201 responses.
    pub created: u32,
    /// Revisions that were rejected, with the status.
    pub refused: BTreeMap<u32, u16>,
    /// Whether it was erased, by the owner or the shopper, and the erasure was acknowledged.
    pub erased: bool,
}

/// All responses of a shop, by id.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<HashMap<String, Entry>>);

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().expect("no panic while the ledger was locked")
    }

    /// Records that a revision is about to be sent. Only the first content of a revision counts.
    ///
    /// # Panics
    /// If another writer has panicked.
    pub fn sent(&self, id: &str, revision: u32, content: &Content) {
        let mut entries = self.entries();
        if !entries.contains_key(id) {
            entries.insert(id.to_owned(), Entry::default());
        }
        let entry = entries.get_mut(id).expect("an inserted entry");
        entry.content.entry(revision).or_insert_with(|| content.clone());
    }

    /// Records the status returned for a revision.
    ///
    /// # Panics
    /// If the revision was not sent.
    pub fn replied(&self, id: &str, revision: u32, status: u16) {
        let mut entries = self.entries();
        let entry = entries.get_mut(id).expect("a response that was sent");
        match status {
            200..=202 => {
                entry.acknowledged = entry.acknowledged.max(Some(revision));
                entry.created += u32::from(status == 201);
            }
            400..=499 if status != 429 => {
                entry.refused.insert(revision, status);
            }
            _ => {}
        }
    }

    /// Records that a response was erased.
    ///
    /// # Panics
    /// If it was not sent.
    pub fn erased(&self, id: &str) {
        self.entries().get_mut(id).expect("a response that was sent").erased = true;
    }

    /// A copy of all entries.
    ///
    /// # Panics
    /// If another writer has panicked.
    #[must_use]
    pub fn all(&self) -> HashMap<String, Entry> {
        self.entries().clone()
    }

    /// The number of responses that were acknowledged and not erased.
    ///
    /// # Panics
    /// If another writer has panicked.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.entries().values().filter(|entry| entry.acknowledged.is_some() && !entry.erased).count()
    }
}
