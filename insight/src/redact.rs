//! Masks what identifies a person in texts that people write.
//!
//! What is found: e-mail addresses, also spelled ones like "jan (at) wp (kropka) pl"; phone numbers with their country, in
//! the groups in which people write those of Poland and Romania, or beside the word; bank accounts and payment cards by
//! their check; the personal numbers of Poland (PESEL) and Romania (CNP) by check and date; tax numbers of both countries
//! beside their word. Prices, dates, scores, and the numbers of orders, parcels and articles stay.
//!
//! **What is not found:** names, street addresses, postcodes, dates of birth, numbers of identity cards, passports and
//! vehicles, names in social networks; phone numbers of other countries without their `+`; numbers in words or in other
//! digits than 0 to 9; a personal number with a slip in it. A number that looks like a phone's is taken for one, unless
//! the word before it says "order" or so.
//!
//! Written by hand: it reads a text a few times from left to right, with a look at a bounded piece around each number and
//! each sign. The usual engine for regular expressions, with its tables of letters, would be larger than all of this.

mod address;
mod checks;
mod email;
mod iban;
mod number;
mod phone;
mod span;
mod words;

use span::Span;
use survey::{Answer, Submission, Value, submission::Context};

/// How often a text is looked through at most. What was masked may have hidden something beside it; a second look finds
/// that, and nothing people write needs a third.
const ROUNDS: usize = 8;

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
        self.each().into_iter().fold(0, |total, (_, count)| total.saturating_add(count))
    }

    /// Adds the counts of another text.
    pub const fn add(&mut self, other: &Self) {
        self.email = self.email.saturating_add(other.email);
        self.phone = self.phone.saturating_add(other.phone);
        self.iban = self.iban.saturating_add(other.iban);
        self.card = self.card.saturating_add(other.card);
        self.pesel = self.pesel.saturating_add(other.pesel);
        self.cnp = self.cnp.saturating_add(other.cnp);
        self.nip = self.nip.saturating_add(other.nip);
        self.cui = self.cui.saturating_add(other.cui);
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

/// What is looked for in one go. Addresses come first: there may be a number in one.
#[derive(Debug, Clone, Copy)]
enum Kinds {
    Emails,
    Numbers,
}

impl Kinds {
    fn find(self, text: &str) -> Vec<Span> {
        match self {
            Self::Emails => email::find(text),
            Self::Numbers => number::find(text),
        }
    }
}

/// Masks what identifies a person in a text.
///
/// ```
/// let redacted = insight::redact::text("Proszę o telefon: 601 123 456 albo jan@poczta.example, zamówienie 1001");
/// assert_eq!(redacted.text, "Proszę o telefon: [phone] albo [email], zamówienie 1001");
/// assert_eq!((redacted.counts.phone, redacted.counts.email), (1, 1));
/// ```
#[must_use]
pub fn text(text: &str) -> Redacted {
    let mut whole = Redacted { text: text.to_owned(), counts: Counts::default() };
    for _ in 0..ROUNDS {
        let before = whole.counts;
        for kinds in [Kinds::Emails, Kinds::Numbers] {
            let found = span::masked(&whole.text, &kinds.find(&whole.text));
            whole.counts.add(&found.counts);
            whole.text = found.text;
        }
        if whole.counts == before {
            break;
        }
    }
    whole
}

/// Masks what identifies a person in everything of a submission that people write freely: texts, the words beside
/// "something else", traits, the page's address. An address given as the answer to a contact question, the customer's id
/// and the order's stay: they are there on purpose.
pub fn submission(submission: &mut Submission) -> Counts {
    answers(&mut submission.answers, &mut submission.context)
}

/// The same for answers that came some other way than from a page.
pub fn answers(answers: &mut [Answer], context: &mut Context) -> Counts {
    let mut counts = Counts::default();
    let mut clean = |given: &mut String| {
        let redacted = text(given);
        counts.add(&redacted.counts);
        *given = redacted.text;
    };
    for answer in answers {
        match &mut answer.value {
            Value::Text(words) | Value::Choice { other: Some(words), .. } => clean(words),
            Value::Score { .. } | Value::Choice { other: None, .. } | Value::Contact { .. } => {}
        }
    }
    context.traits.values_mut().for_each(&mut clean);
    if let Some(url) = &mut context.url {
        let (masked, found) = address::masked(url);
        counts.add(&found);
        *url = masked;
    }
    counts
}
