//! Parses decimal amounts into a currency's minor units.

/// Currencies without minor units and with three decimal places (ISO 4217, list one); all others have two.
const WHOLE: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Decimal places of a currency.
fn digits(currency: &str) -> usize {
    if WHOLE.contains(&currency) {
        0
    } else if THOUSANDTHS.contains(&currency) {
        3
    } else {
        2
    }
}

/// An amount like `129.90`, `1 299,00` or `1,299.00`, in minor units.
///
/// # Errors
/// A message with the expected format, if the amount is invalid or ambiguous.
pub(super) fn minor_units(text: &str, currency: &str) -> Result<i64, &'static str> {
    const INVALID: &str = "must be an amount like 129.90, without the currency";
    const AMBIGUOUS: &str = "is ambiguous (thousands or decimals); write all decimal places, like 1299.00";
    let digits = digits(currency);
    let mut text = text.trim();
    if let Some((rest, _)) = text.split_once(currency).filter(|(_, after)| after.is_empty()) {
        text = rest.trim();
    }
    let is_mark = |character: char| character == '.' || character == ',';
    // The last mark is the decimal point, unless it occurs more than once.
    let (whole, part) = match text.rsplit_once(is_mark) {
        None => (text, ""),
        Some((whole, part)) => {
            let mark = text.get(whole.len()..=whole.len()).unwrap_or("");
            if whole.contains(mark) {
                (text, "")
            } else if part.len() == 3 && digits != 3 {
                return Err(AMBIGUOUS);
            } else {
                (whole, part)
            }
        }
    };
    let mut groups = whole.split(is_mark);
    let marks = whole.chars().filter(|mark| is_mark(*mark)).collect::<alloc::vec::Vec<_>>();
    let is_grouped = groups.next().is_some_and(|first| !first.is_empty()) && groups.all(|group| group.len() == 3);
    if !is_grouped || marks.windows(2).any(|pair| pair.first() != pair.last()) {
        return Err(INVALID);
    }
    let mut value: i64 = 0;
    let mut any = false;
    for character in
        whole.chars().filter(|character| !matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '.' | ','))
    {
        let digit = character.to_digit(10).ok_or(INVALID)?;
        value = value.checked_mul(10).and_then(|value| value.checked_add(digit.into())).ok_or(INVALID)?;
        any = true;
    }
    let spare = part.get(digits.min(part.len())..).ok_or(INVALID)?;
    if !any || !spare.bytes().all(|byte| byte == b'0') || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(INVALID);
    }
    for at in 0..digits {
        let digit = part.as_bytes().get(at).map_or(0, |byte| i64::from(byte - b'0'));
        value = value.checked_mul(10).and_then(|value| value.checked_add(digit)).ok_or(INVALID)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_minor_units_or_are_rejected() {
        for (text, currency, expected) in [
            ("129.90", "PLN", 12_990),
            ("129,9", "PLN", 12_990),
            ("129", "PLN", 12_900),
            (" 1 299,00 ", "PLN", 129_900),
            ("1\u{a0}299,00", "RON", 129_900),
            ("1,299.00", "USD", 129_900),
            ("1.299,00", "EUR", 129_900),
            ("1.234.567,89", "EUR", 123_456_789),
            ("1,234,567", "USD", 123_456_700),
            ("129.90 PLN", "PLN", 12_990),
            ("129.9000", "PLN", 12_990),
            ("0", "PLN", 0),
            ("1500", "JPY", 1_500),
            ("1.500", "KWD", 1_500),
            ("12", "KWD", 12_000),
            ("90071992547409.91", "PLN", 9_007_199_254_740_991),
        ] {
            assert_eq!(minor_units(text, currency), Ok(expected), "{text} {currency}");
        }
        for (text, currency) in [
            ("", "PLN"),
            (" ", "PLN"),
            ("free", "PLN"),
            ("-5", "PLN"),
            ("1,299", "PLN"),
            ("1.299", "PLN"),
            ("12.345", "PLN"),
            ("1.5", "JPY"),
            (".", "PLN"),
            ("1e5", "PLN"),
            ("129.90 EUR", "PLN"),
            ("99999999999999999999", "PLN"),
            ("1.23456", "PLN"),
            (",50", "PLN"),
            ("1.ż0", "PLN"),
            ("1.234,567", "PLN"),
            ("1.2.3", "PLN"),
            ("1,234.567.890", "PLN"),
        ] {
            assert!(minor_units(text, currency).is_err(), "{text} {currency}");
        }
    }
}
