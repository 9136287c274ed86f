//! Contact addresses that a shopper leaves for a reply.

use crate::question::Channel;
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
#[must_use]
pub fn normalize(channel: Channel, text: &str) -> Option<String> {
    match channel {
        Channel::Email => email(text.trim()),
        Channel::Phone => phone(text.trim()),
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

/// Keeps the digits and a leading `+`, and drops the separators between them.
fn phone(text: &str) -> Option<String> {
    let is_separator = |character: char| character.is_whitespace() || matches!(character, '-' | '(' | ')' | '.');
    let mut number = String::new();
    for character in text.chars().filter(|character| !is_separator(*character)) {
        if !(character.is_ascii_digit() || character == '+' && number.is_empty()) {
            return None;
        }
        number.push(character);
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

    #[test]
    fn phone_numbers_are_normalized_or_rejected() {
        for (input, expected) in [
            ("123456", "123456"),
            ("+48 601 123 456", "+48601123456"),
            ("(0) 21.312-45-67", "0213124567"),
            ("+40\u{a0}721 234 567", "+40721234567"),
            ("12345678901234567890", "12345678901234567890"),
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
