//! Masks personal data in texts.
//!
//! Detected: e-mail addresses, also obfuscated ones like "jan (at) wp (kropka) pl"; phone numbers with country code, in
//! the usual grouping of Poland and Romania, or next to a word like "phone"; bank accounts and payment cards by their
//! check digits; the personal numbers of Poland (PESEL) and Romania (CNP) by check digit and date; tax numbers of both
//! countries next to their word. Prices, dates, scores, and numbers of orders, parcels and articles are kept.
//!
//! **Not detected:** names, street addresses, postcodes, dates of birth, numbers of identity cards, passports and
//! vehicles, names in social networks; phone numbers of other countries without `+`; numbers written as words or in
//! other digits than 0–9; personal numbers with a typo. A number that looks like a phone number is masked, unless a
//! word like "order" precedes it.
//!
//! Hand-written: it scans a text a few times from left to right and inspects a bounded context around each number and
//! sign. A regular expression engine with Unicode tables would be larger than all of this code.

mod address;
mod checks;
mod email;
mod iban;
mod number;
mod phone;
mod span;
mod words;

use span::Span;
use survey::{
    Answer, Submission, Value,
    submission::{Context, PageParameters, page_url},
};

/// Maximum passes over a text. A mask can reveal another match next to it; a second pass finds that, and real texts do
/// not need a third.
const MAX_PASSES: usize = 8;

/// The number of masked items by kind. The masked values are never stored.
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
    /// The counts with the names of their kinds.
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

    /// The total of all kinds.
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

/// A text with placeholders like `[email]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redacted {
    /// The masked text.
    pub text: String,
    /// What was masked.
    pub counts: Counts,
}

/// What is detected in one pass. E-mail addresses come first, because they may contain numbers.
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

/// Masks personal data in a text.
///
/// ```
/// let redacted = insight::redact::text("Proszę o telefon: 601 123 456 albo jan@poczta.example, zamówienie 1001");
/// assert_eq!(redacted.text, "Proszę o telefon: [phone] albo [email], zamówienie 1001");
/// assert_eq!((redacted.counts.phone, redacted.counts.email), (1, 1));
/// ```
#[must_use]
pub fn text(text: &str) -> Redacted {
    let mut whole = Redacted { text: text.to_owned(), counts: Counts::default() };
    for _ in 0..MAX_PASSES {
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

/// Masks personal data in all free texts of a submission: text answers, the text beside "something else", traits and
/// the page's URL, which is then cut to the length that is stored. Contact answers, customer ids and order ids are kept: they are given deliberately.
pub fn submission(submission: &mut Submission) -> Counts {
    answers(&mut submission.answers, &mut submission.context)
}

/// The same for answers that were not sent by a page, such as imported ones.
pub fn answers(answers: &mut [Answer], context: &mut Context) -> Counts {
    let mut counts = Counts::default();
    let mut mask = |value: &mut String| {
        let redacted = text(value);
        counts.add(&redacted.counts);
        *value = redacted.text;
    };
    for answer in answers {
        match &mut answer.value {
            Value::Text(words) | Value::Choice { other: Some(words), .. } => mask(words),
            Value::Score { .. } | Value::Choice { other: None, .. } | Value::Contact { .. } => {}
        }
    }
    context.traits.values_mut().for_each(&mut mask);
    if let Some(url) = &mut context.url {
        counts.add(&masked_url(url));
    }
    counts
}

/// The URL of a page, stored by an earlier version, as it would be stored now; `None` if nothing of it may be kept.
#[must_use]
pub fn stored_url(url: &str, parameters: &PageParameters) -> Option<String> {
    let mut url = url.to_owned();
    page_url::drop_cut_part(&mut url);
    let mut url = page_url::clean(&url, parameters)?;
    masked_url(&mut url);
    Some(url)
}

/// Masks a cleaned URL and then cuts it.
fn masked_url(url: &mut String) -> Counts {
    let (masked, found) = address::masked(url);
    *url = masked;
    page_url::cut(url);
    found
}
