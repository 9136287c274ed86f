//! Addresses at which a shopper wants to hear back.

use crate::question::Channel;
use alloc::string::String;

/// Longest e-mail address, in characters (RFC 5321 with its erratum 1690).
pub const MAX_EMAIL: u16 = 254;
/// Longest part before the `@`, in characters.
const MAX_LOCAL: usize = 64;
/// Fewest digits of a phone number.
const MIN_DIGITS: usize = 6;
/// Most digits of a phone number: fifteen by ITU-T E.164, and what people dial before and after.
const MAX_DIGITS: usize = 20;

/// An address in its one form, `None` if it cannot be one. Whether somebody reads there only a letter can tell.
#[must_use]
pub fn read(channel: Channel, text: &str) -> Option<String> {
    match channel {
        Channel::Email => email(text.trim()),
        Channel::Phone => phone(text.trim()),
    }
}

/// One `@`, a domain with a dot, nothing that stands only around addresses. The domain in lower case.
fn email(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let around = |letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"')
    };
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let fine = !local.is_empty()
        && local.chars().count() <= MAX_LOCAL
        && text.chars().count() <= MAX_EMAIL.into()
        && !text.contains(around)
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(label);
    if !fine {
        return None;
    }
    let mut address = String::from(local);
    address.push('@');
    address.push_str(&domain.to_lowercase());
    Some(address)
}

/// Digits, and a `+` before them; what people put between them is left out.
fn phone(text: &str) -> Option<String> {
    let between = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '(' | ')' | '.');
    let mut number = String::new();
    for letter in text.chars().filter(|letter| !between(*letter)) {
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
    fn e_mail_addresses() {
        let long = alloc::format!("{}@{}.example", "a".repeat(64), "b".repeat(181));
        for (given, kept) in [
            ("a@b.example", "a@b.example"),
            (" Ala.Kot+sklep@Poczta.EXAMPLE ", "Ala.Kot+sklep@poczta.example"),
            ("o'neil@b.example", "o'neil@b.example"),
            ("zażółć@gęślą.example", "zażółć@gęślą.example"),
            (long.as_str(), long.as_str()),
        ] {
            assert_eq!(read(Channel::Email, given).as_deref(), Some(kept), "{given}");
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
            assert_eq!(read(Channel::Email, bad), None, "{bad}");
        }
    }

    #[test]
    fn phone_numbers() {
        for (given, kept) in [
            ("123456", "123456"),
            ("+48 601 123 456", "+48601123456"),
            ("(0) 21.312-45-67", "0213124567"),
            ("+40\u{a0}721 234 567", "+40721234567"),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(read(Channel::Phone, given).as_deref(), Some(kept), "{given}");
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
            assert_eq!(read(Channel::Phone, bad), None, "{bad}");
        }
    }
}
