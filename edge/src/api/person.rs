//! The person whom an erasure or an export is about.

use survey::{
    Code, contact,
    problem::Problems,
    submission::{MAX_ID, canonical_id},
};

/// A person, by what responses hold about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Person {
    /// By the shop's own id, in its canonical spelling.
    Customer(String),
    /// By the e-mail address or phone number that the person left in an answer, in its canonical form.
    Contact(String),
}

impl Person {
    /// A customer's id in any spelling; a problem is added at `at`.
    pub(super) fn customer(text: &str, at: &str, problems: &mut Problems) -> Option<Self> {
        let id = canonical_id(text);
        if id.is_empty() {
            problems.add(Code::Empty, at, "must not be empty");
            None
        } else if id.chars().count() > MAX_ID {
            problems.add(Code::TooLong, at, format!("must have at most {MAX_ID} characters"));
            None
        } else {
            Some(Self::Customer(id))
        }
    }

    /// An e-mail address or a phone number in any spelling; a problem is added at `at`.
    pub(super) fn contact(text: &str, at: &str, problems: &mut Problems) -> Option<Self> {
        let found = contact::canonical(text);
        if found.is_none() {
            let message = "must be an e-mail address like a@b.example, or a phone number of 6 to 20 digits";
            problems.add(Code::InvalidFormat, at, message);
        }
        found.map(Self::Contact)
    }
}
