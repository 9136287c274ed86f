//! What was sent, what was acknowledged, what was refused: the side of an answer that the store cannot know.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard},
};

/// What one revision of an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Answer to the NPS question.
    pub score: u8,
    /// Answer to the question why; empty for none.
    pub words: String,
    /// Answered to the end.
    pub complete: bool,
}

/// One answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// What every revision that was sent says.
    pub content: BTreeMap<u32, Content>,
    /// The highest revision that was answered with 200, 201 or 202.
    pub acknowledged: Option<u32>,
    /// How often it was answered with 201.
    pub created: u32,
    /// Revisions that were refused for good, with the status.
    pub refused: BTreeMap<u32, u16>,
    /// Its owner or shopper had it erased, and was told that it is.
    pub erased: bool,
}

/// All answers of a shop, by id.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<HashMap<String, Entry>>);

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().expect("a ledger that nobody left half written")
    }

    /// Notes that a revision is about to be sent. Only the first content of a revision counts.
    ///
    /// # Panics
    /// If a writer has died.
    pub fn sent(&self, id: &str, revision: u32, content: &Content) {
        let mut entries = self.entries();
        if !entries.contains_key(id) {
            entries.insert(id.to_owned(), Entry::default());
        }
        let entry = entries.get_mut(id).expect("it was inserted");
        entry.content.entry(revision).or_insert_with(|| content.clone());
    }

    /// Notes a reply to a revision that was sent.
    ///
    /// # Panics
    /// If it was not sent.
    pub fn replied(&self, id: &str, revision: u32, status: u16) {
        let mut entries = self.entries();
        let entry = entries.get_mut(id).expect("an answer that was sent");
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

    /// Notes that an answer was erased.
    ///
    /// # Panics
    /// If it was not sent.
    pub fn erased(&self, id: &str) {
        self.entries().get_mut(id).expect("an answer that was sent").erased = true;
    }

    /// A copy of all entries.
    ///
    /// # Panics
    /// If a writer has died.
    #[must_use]
    pub fn all(&self) -> HashMap<String, Entry> {
        self.entries().clone()
    }

    /// How many answers were acknowledged and not erased.
    ///
    /// # Panics
    /// If a writer has died.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.entries().values().filter(|entry| entry.acknowledged.is_some() && !entry.erased).count()
    }
}
