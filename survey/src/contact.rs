//! Contact addresses that a shopper leaves for a reply.

use crate::{
    question::Channel,
    submission::{is_invisible, sanitize::to_nfc},
};
use alloc::string::String;

/// Maximum length of an e-mail address, in characters (RFC 5321 with its erratum 1690).
pub const MAX_EMAIL: u16 = 254;
/// Maximum length of the local part, in characters.
const MAX_LOCAL: usize = 64;
/// Minimum number of digits of a phone number.
const MIN_DIGITS: usize = 6;
/// Maximum number of digits of a phone number: fifteen by ITU-T E.164, plus dialling prefixes and extensions.
const MAX_DIGITS: usize = 20;

/// The address in canonical form, or `None` if it is not valid. Checks the syntax only, not whether the address exists.
/// Invisible letters, which a copied address may carry, are dropped.
#[must_use]
pub fn normalize(channel: Channel, text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    match channel {
        Channel::Email => email(visible.trim()),
        Channel::Phone => phone(visible.trim()),
    }
}

/// The form in which contacts are compared, for searches, exports and erasures: an e-mail address in lower case, or a phone
/// number as an optional `+` and digits, with `+` for the dialling prefix `00`. `None` if the text is neither.
///
/// ```
/// use survey::contact::canonical;
///
/// assert_eq!(canonical(" Jan.Kot@Poczta.Example").as_deref(), Some("jan.kot@poczta.example"));
/// assert_eq!(canonical("0040 (0)721/234.567").as_deref(), Some("+40721234567"));
/// ```
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    if text.contains('@') {
        return normalize(Channel::Email, text).map(|address| to_nfc(address.to_lowercase().chars()));
    }
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let trimmed = visible.trim();
    match trimmed.strip_prefix("00") {
        Some(rest) => {
            let mut number = String::from("+");
            number.push_str(rest);
            phone(&number)
        }
        None => phone(trimmed),
    }
}

/// One `@`, a domain with a dot and no characters that only surround addresses. Lower-cases the domain.
fn email(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let forbidden = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"')
    };
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let valid = !local.is_empty()
        && local.chars().count() <= MAX_LOCAL
        && text.chars().count() <= MAX_EMAIL.into()
        && !text.contains(forbidden)
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(label);
    if !valid {
        return None;
    }
    let mut address = String::from(local);
    address.push('@');
    address.push_str(&domain.to_lowercase());
    Some(address)
}

/// Keeps the digits and a leading `+`, and drops the separators between them. Behind a country code, `(0)` is the trunk
/// prefix, which is dialled only within the country, so it is dropped too.
fn phone(text: &str) -> Option<String> {
    let is_separator = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '.' | '/');
    let compact: String = text.chars().filter(|letter| !is_separator(*letter)).collect();
    let international = if compact.starts_with('+') { compact.replacen("(0)", "", 1) } else { compact };
    let mut number = String::new();
    for letter in international.chars().filter(|letter| !matches!(letter, '(' | ')')) {
        if !(letter.is_ascii_digit() || letter == '+' && number.is_empty()) {
            return None;
        }
        number.push(letter);
    }
    let digits = number.trim_start_matches('+').len();
    (MIN_DIGITS..=MAX_DIGITS).contains(&digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e_mail_addresses_are_normalized_or_rejected() {
        let long = alloc::format!("{}@{}.example", "a".repeat(64), "b".repeat(181));
        for (input, expected) in [
            ("a@b.example", "a@b.example"),
            (" Ala.Kot+sklep@Poczta.EXAMPLE ", "Ala.Kot+sklep@poczta.example"),
            ("o'neil@b.example", "o'neil@b.example"),
            ("zażółć@gęślą.example", "zażółć@gęślą.example"),
            ("\u{202a}jan@poczta.example\u{202c}", "jan@poczta.example"),
            ("jan\u{200b}@poczta\u{ad}.example\u{feff}", "jan@poczta.example"),
            (long.as_str(), long.as_str()),
        ] {
            assert_eq!(normalize(Channel::Email, input).as_deref(), Some(expected), "{input}");
        }
        let too_long = alloc::format!("{}@{}.example", "a".repeat(64), "b".repeat(182));
        let long_local = alloc::format!("{}@b.example", "a".repeat(65));
        for bad in [
            "",
            "@",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a@b.",
            "a@.b",
            "a@b..c",
            "a b@c.example",
            "a@b.exa mple",
            "a@b@c.example",
            "<a@b.example>",
            "a@b.example,c@d.example",
            "Ala <a@b.example>",
            "a@-b.example",
            "a\u{7}@b.example",
            "mailto:a@b.example",
            &too_long,
            &long_local,
        ] {
            assert_eq!(normalize(Channel::Email, bad), None, "{bad}");
        }
    }

    #[cfg(feature = "wire")]
    #[test]
    fn every_spelling_of_a_contact_is_the_same_contact() {
        for (input, expected) in [
            ("Jan@Poczta.Example", Some("jan@poczta.example")),
            (" jan@poczta.example\u{200b}", Some("jan@poczta.example")),
            ("jose\u{301}@poczta.example", Some("josé@poczta.example")),
            ("JOSÉ@poczta.example", Some("josé@poczta.example")),
            ("+48 601-123-456", Some("+48601123456")),
            ("0048 601 123 456", Some("+48601123456")),
            ("+40 (0)721 234 567", Some("+40721234567")),
            ("0721/234.567", Some("0721234567")),
            ("", None),
            ("jan", None),
            ("jan@", None),
            ("12345", None),
        ] {
            assert_eq!(canonical(input).as_deref(), expected, "{input:?}");
            if let Some(expected) = expected {
                assert_eq!(canonical(expected).as_deref(), Some(expected), "is stable");
            }
        }
    }

    #[test]
    fn phone_numbers_are_normalized_or_rejected() {
        for (input, expected) in [
            ("123456", "123456"),
            ("+48 601 123 456", "+48601123456"),
            ("(0) 21.312-45-67", "0213124567"),
            ("+40\u{a0}721 234 567", "+40721234567"),
            ("12345678901234567890", "12345678901234567890"),
            ("\u{202a}+48 601 123 456\u{202c}", "+48601123456"),
            ("+40 (0)721 234 567", "+40721234567"),
            ("+40 ( 0 ) 721 234 567", "+40721234567"),
            ("+44(0)20-7946.0958", "+442079460958"),
            ("+39 06 1234 5678", "+390612345678"),
            ("(0)721 234 567", "0721234567"),
            ("0721/234.567", "0721234567"),
        ] {
            assert_eq!(normalize(Channel::Phone, input).as_deref(), Some(expected), "{input}");
        }
        for bad in [
            "",
            "12345",
            "+",
            "+12345",
            "++48601123456",
            "48+601123456",
            "123456789012345678901",
            "601 123 456 w. 7",
            "٦٠١١٢٣٤٥٦",
        ] {
            assert_eq!(normalize(Channel::Phone, bad), None, "{bad}");
        }
    }
}
