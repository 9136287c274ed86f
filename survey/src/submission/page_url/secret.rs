//! Recognises secrets by their form: tokens, keys and session ids in paths and parameters.
//!
//! A secret is random, and the words of a slug are not. A word counts as random if it is long and mixes letters and digits,
//! or if its case changes every two or three letters. Numbers are kept: they are ids of orders, products and campaigns.

use alloc::{borrow::Cow, string::String, vec::Vec};

/// Percent-encodings that are removed one after the other. A text with more of them hides something.
const MAX_DECODINGS: usize = 4;
/// Minimum length of a hexadecimal secret, in digits.
const MIN_HEX: usize = 16;
/// Minimum length of a secret in other alphabets, in characters.
const MIN_MIXED: usize = 20;
/// Minimum length of a number that no shop uses as an id, in digits.
const MIN_NUMBER: usize = 24;

/// Names of parameters and path segments whose value is a secret.
const SECRET_NAMES: [&str; 34] = [
    "key",
    "sid",
    "sig",
    "pwd",
    "pw",
    "pass",
    "pin",
    "otp",
    "hash",
    "code",
    "nonce",
    "ticket",
    "idcart",
    "cartid",
    "cart",
    "auth",
    "apikey",
    "orderkey",
    "accesskey",
    "securekey",
    "secretkey",
    "privatekey",
    "loginkey",
    "resetkey",
    "authkey",
    "userkey",
    "state",
    "email",
    "mail",
    "phone",
    "tel",
    "login",
    "user",
    "username",
];
/// The same for names that contain one of these.
const SECRET_PARTS: [&str; 12] = [
    "token",
    "passw",
    "secret",
    "session",
    "sessid",
    "signature",
    "csrf",
    "jwt",
    "credential",
    "hmac",
    "oauth",
    "authoriz",
];

/// Path segments after which a short code is a secret, also one of digits alone.
const BEFORE_CODES: [&str; 46] = [
    "reset",
    "resets",
    "resetpw",
    "recover",
    "recovery",
    "accountrecovery",
    "activate",
    "activation",
    "activateaccount",
    "accountactivation",
    "verify",
    "verification",
    "verifyemail",
    "emailverify",
    "emailverification",
    "confirmemail",
    "emailconfirm",
    "emailconfirmation",
    "confirmaccount",
    "magic",
    "magiclink",
    "magiclogin",
    "loginlink",
    "autologin",
    "otp",
    "invite",
    "invites",
    "invitation",
    "invitations",
    "unsubscribe",
    "optout",
    "optin",
    "token",
    "tokens",
    "pin",
    "aktywacja",
    "aktywuj",
    "weryfikacja",
    "wypisz",
    "zaproszenie",
    "activare",
    "dezabonare",
    "invitatie",
    "abmelden",
    "einladung",
    "verifizieren",
];
/// Path segments after which a code of letters and digits is a secret.
const BEFORE_TOKENS: [&str; 16] = [
    "confirm",
    "confirmation",
    "login",
    "signin",
    "session",
    "sessions",
    "sid",
    "key",
    "hash",
    "signature",
    "jwt",
    "auth",
    "oauth",
    "sso",
    "checkouts",
    "join",
];
/// Any segment with one of these words is about passwords.
const PASSWORDS: [&str; 6] = ["password", "passwort", "parola", "haslo", "hasla", "motdepasse"];

/// What the segments before one say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Position {
    /// Nothing.
    Anywhere,
    /// A code of letters and digits is a secret.
    AfterTokenWord,
    /// A code of digits is a secret, too.
    AfterCodeWord,
}

impl Position {
    /// The position of the segment after this one.
    pub(super) fn after(segment: &str) -> Self {
        let Some(text) = decoded(segment, false) else { return Self::Anywhere };
        let word = plain(&text);
        if BEFORE_CODES.contains(&word.as_str()) || PASSWORDS.iter().any(|part| word.contains(part)) {
            Self::AfterCodeWord
        } else if BEFORE_TOKENS.contains(&word.as_str()) {
            Self::AfterTokenWord
        } else {
            Self::Anywhere
        }
    }
}

/// Whether a parameter of this name carries a secret or personal data.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = plain(name);
    SECRET_NAMES.contains(&name.as_str()) || SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// Whether a path segment is or contains a secret.
pub(super) fn in_segment(segment: &str, position: Position) -> bool {
    decoded(segment, false).is_none_or(|text| in_path(&text, position))
}

/// Whether the value of a parameter is or contains a secret. It may be a path, as in OpenCart's `route=account/reset/…`.
pub(super) fn in_value(value: &str) -> bool {
    decoded(value, true).is_none_or(|text| in_path(&text, Position::Anywhere))
}

/// Whether a decoded text, which may be a path, contains a secret.
fn in_path(text: &str, mut position: Position) -> bool {
    is_secret(text)
        || text.split(['/', '\\', '?', '&', '#', ';']).any(|segment| {
            let found = has_random_case(segment) || is_code(segment, position);
            position = position.max(Position::after(segment));
            found
        })
}

/// The text without percent-encoding; `None` if it is encoded too often.
fn decoded(text: &str, plus_is_space: bool) -> Option<Cow<'_, str>> {
    let mut text = Cow::Borrowed(text);
    if plus_is_space && text.contains('+') {
        text = Cow::Owned(text.replace('+', " "));
    }
    for _ in 0..MAX_DECODINGS {
        let Some(next) = decoded_once(&text) else { return Some(text) };
        text = Cow::Owned(next);
    }
    decoded_once(&text).is_none().then_some(text)
}

/// `None` if nothing is encoded.
fn decoded_once(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut is_changed = false;
    while let Some((first, after)) = rest.split_first() {
        let code = after.first_chunk::<2>().filter(|_| *first == b'%').and_then(|[high, low]| {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            Some(digit(*high)? << 4 | digit(*low)?)
        });
        match code {
            Some(byte) => {
                bytes.push(byte);
                is_changed = true;
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    is_changed.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The ASCII letters and digits, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a decoded text contains a secret, wherever it is.
fn is_secret(text: &str) -> bool {
    text.contains("wc_order_")
        || has_json(text)
        || has_uuid(text)
        || has_secret_pair(text)
        || words(text).any(|word| has_hex(word) || is_mixed(word) || is_long_number(word))
        || has_random_case(text)
}

/// Whether a text is the base64 form of a JSON object, like the first part of a JWT: `eyJ` encodes `{"`.
fn has_json(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or_default();
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count() >= 8
    })
}

fn has_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split(|letter: char| !letter.is_ascii_hexdigit()).collect();
    let is_uuid = |groups: &[&str]| groups.iter().zip(GROUPS).all(|(group, length)| group.len() == length);
    // Letters before the first and after the last group do not matter: `id=` ends in no hexadecimal digit, `cart` does.
    groups.windows(GROUPS.len()).any(is_uuid)
        || groups.windows(GROUPS.len()).any(|groups| {
            let ends = groups.first().is_some_and(|first| first.len() >= 8)
                && groups.last().is_some_and(|last| last.len() >= 12);
            ends && groups.iter().zip(GROUPS).skip(1).take(3).all(|(group, length)| group.len() == length)
        })
}

/// A pair of a secret's name and a value, as in `sid=8f14` or `redirect=/?token=x`.
fn has_secret_pair(text: &str) -> bool {
    text.match_indices('=').any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '[' | ']');
        let name = before.rsplit(|letter| !is_name(letter)).next().unwrap_or_default();
        is_secret_name(name)
    })
}

/// A run of hexadecimal digits that is no number.
fn has_hex(word: &str) -> bool {
    word.split(|letter: char| !letter.is_ascii_hexdigit())
        .any(|run| run.len() >= MIN_HEX && run.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

fn has_letters_and_digits(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_mixed(word: &str) -> bool {
    word.len() >= MIN_MIXED && has_letters_and_digits(word)
}

fn is_long_number(word: &str) -> bool {
    word.len() >= MIN_NUMBER && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether upper case follows lower case within a word, or the other way round after more than one letter.
fn is_irregular(word: &str) -> bool {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_alphabetic).collect();
    let is_lower = |rest: &[u8]| rest.iter().all(u8::is_ascii_lowercase);
    let is_upper = |rest: &[u8]| rest.iter().all(u8::is_ascii_uppercase);
    letters.split_first().is_some_and(|(first, rest)| !(is_lower(rest) || first.is_ascii_uppercase() && is_upper(rest)))
}

/// Runs of letters of one case and of digits; a capital belongs to the lower case after it.
fn runs(word: &str) -> usize {
    let class = |byte: u8| if byte.is_ascii_digit() { 0 } else { 1 + u8::from(byte.is_ascii_uppercase()) };
    let mut count = 0;
    let mut previous = None;
    let mut length = 0;
    for byte in word.bytes() {
        let current = class(byte);
        let is_capitalized = previous == Some(2) && current == 1 && length == 1;
        if previous != Some(current) && !is_capitalized {
            count += 1;
            length = 0;
        }
        previous = Some(current);
        length += 1;
    }
    count
}

/// A base64 text, whose `-`, `_`, `+` and `/` look like the separators of words.
fn has_random_case(text: &str) -> bool {
    let (mut length, mut irregular, mut changes) = (0, 0, 0);
    for word in words(text) {
        length += word.len();
        changes += runs(word);
        if is_irregular(word) {
            irregular += word.len();
        }
    }
    length >= MIN_MIXED && irregular * 2 > length && length <= changes * 3
}

/// A code after a word like `reset`: shorter than what is a secret anywhere.
fn is_code(text: &str, position: Position) -> bool {
    if position == Position::Anywhere {
        return false;
    }
    words(text).any(|word| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_upper = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        (word.len() >= 6 && has_letters_and_digits(word))
            || (word.len() >= 16 && !is_number)
            || (word.len() >= 6 && is_irregular(word) && runs(word) >= 3)
            || (position == Position::AfterCodeWord && (is_upper || is_number && word.len() >= 4))
    })
}
