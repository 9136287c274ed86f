//! Masks what identifies a person in texts that people write.

use survey::{Submission, Value};

/// How many of each kind were masked. The values themselves are kept nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// E-mail addresses.
    pub email: u32,
    /// Phone numbers.
    pub phone: u32,
    /// Bank accounts.
    pub iban: u32,
    /// Payment cards.
    pub card: u32,
    /// Personal numbers of Poland.
    pub pesel: u32,
    /// Personal numbers of Romania.
    pub cnp: u32,
    /// Tax numbers of Poland.
    pub nip: u32,
    /// Tax numbers of Romania.
    pub cui: u32,
}

impl Counts {
    /// Each kind's name and count.
    #[must_use]
    pub const fn each(&self) -> [(&'static str, u32); 8] {
        [
            ("email", self.email),
            ("phone", self.phone),
            ("iban", self.iban),
            ("card", self.card),
            ("pesel", self.pesel),
            ("cnp", self.cnp),
            ("nip", self.nip),
            ("cui", self.cui),
        ]
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.each().into_iter().map(|(_, count)| count).sum()
    }

    /// Adds the counts of another text.
    pub const fn add(&mut self, other: &Self) {
        self.email += other.email;
        self.phone += other.phone;
        self.iban += other.iban;
        self.card += other.card;
        self.pesel += other.pesel;
        self.cnp += other.cnp;
        self.nip += other.nip;
        self.cui += other.cui;
    }
}

/// A text with placeholders like `[email]` in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redacted {
    /// The text that may be kept.
    pub text: String,
    /// What was masked.
    pub counts: Counts,
}

/// Masks what identifies a person in a text.
#[must_use]
pub fn text(text: &str) -> Redacted {
    let mut redacted = Redacted::default();
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            redacted.text.push(' ');
        }
        let address = word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        redacted.text.push_str(if address { "[email]" } else { word });
        redacted.counts.email += u32::from(address);
    }
    redacted
}

/// Masks what identifies a person in everything of a submission that people write freely: texts, the words beside
/// "something else", traits, the page's address. An address given as the answer to a contact question, the customer's id
/// and the order's stay: they are there on purpose.
pub fn submission(submission: &mut Submission) -> Counts {
    let mut counts = Counts::default();
    let mut clean = |given: &mut String| {
        let redacted = text(given);
        counts.add(&redacted.counts);
        *given = redacted.text;
    };
    for answer in &mut submission.answers {
        match &mut answer.value {
            Value::Text(words) | Value::Choice { other: Some(words), .. } => clean(words),
            Value::Score { .. } | Value::Choice { other: None, .. } | Value::Contact { .. } => {}
        }
    }
    submission.context.traits.values_mut().for_each(&mut clean);
    submission.context.url.iter_mut().for_each(&mut clean);
    counts
}
