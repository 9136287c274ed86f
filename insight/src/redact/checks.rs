//! Check digits of numbers. All functions take digits as values from 0 to 9.

/// The sum of the digits multiplied by their weights.
fn weighted_sum(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The number formed by a range of digits.
fn number(digits: &[u8], from: usize, to: usize) -> u32 {
    digits.get(from..to).unwrap_or_default().iter().fold(0, |number, digit| number * 10 + u32::from(*digit))
}

fn last(digits: &[u8]) -> Option<u32> {
    digits.last().copied().map(u32::from)
}

/// Whether the date exists. If the century is unknown, 29 February is allowed.
const fn is_day(year: Option<u32>, month: u32, day: u32) -> bool {
    let leap = match year {
        Some(year) => year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)),
        None => true,
    };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    day >= 1 && day <= days
}

/// The Luhn check of payment cards (ISO/IEC 7812).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let double = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let values = digits.iter().rev().map(|digit| u32::from(*digit)).enumerate();
    let sum: u32 = values.map(|(at, digit)| if at % 2 == 1 { double(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}

/// Whether the digits are a valid barcode (EAN-13).
fn is_barcode(digits: &[u8]) -> bool {
    digits.len() == 13 && weighted_sum(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Whether the digits are a payment card: a known issuer's prefix and length, and the Luhn check. Shoppers paste
/// barcodes, so a valid one is not a card; cards of thirteen digits are no longer issued.
pub(super) fn is_card(digits: &[u8]) -> bool {
    let (two, three, four) = (number(digits, 0, 2), number(digits, 0, 3), number(digits, 0, 4));
    let has_issuer = match digits.len() {
        13 => two / 10 == 4 || maestro(four),
        14 => matches!(three, 300..=305) || matches!(two, 36 | 38 | 39) || maestro(four),
        15 => matches!(two, 34 | 37) || maestro(four),
        16 => {
            two / 10 == 4
                || matches!(two, 36 | 38 | 39 | 51..=55 | 62 | 65)
                || matches!(three, 644..=649)
                || matches!(four, 2200..=2204 | 2221..=2720 | 3528..=3589 | 6011)
                || maestro(four)
        }
        17..=19 => {
            (two / 10 == 4 && digits.len() == 19)
                || matches!(two, 36 | 38 | 39 | 62 | 65)
                || matches!(three, 644..=649)
                || matches!(four, 2200..=2204 | 3528..=3589 | 6011)
                || maestro(four)
        }
        _ => false,
    };
    let all_equal = digits.iter().all(|digit| Some(digit) == digits.first());
    has_issuer && !all_equal && luhn(digits) && !is_barcode(digits)
}

const fn maestro(four: u32) -> bool {
    matches!(four, 5018 | 5020 | 5038 | 5612 | 5893 | 6304 | 6759 | 6761..=6763 | 6390)
}

/// Whether the digits are a PESEL, the personal number of Poland: eleven digits, a date from 1800 to 2299 with the
/// century encoded in the month, and a check digit.
pub(super) fn is_pesel(digits: &[u8]) -> bool {
    if digits.len() != 11 {
        return false;
    }
    let (year, month, day) = (number(digits, 0, 2), number(digits, 2, 4), number(digits, 4, 6));
    let century = [1900, 2000, 2100, 2200, 1800].get((month / 20) as usize).copied();
    let check = (10 - weighted_sum(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    century.is_some_and(|century| is_day(Some(century + year), month % 20, day)) && last(digits) == Some(check)
}

/// Whether the digits are a CNP, the personal number of Romania: thirteen digits, a date, a county and a check digit.
/// First digits for births before 1900 are not accepted.
pub(super) fn is_cnp(digits: &[u8]) -> bool {
    if digits.len() != 13 {
        return false;
    }
    let (year, month, day) = (number(digits, 1, 3), number(digits, 3, 5), number(digits, 5, 7));
    let year = match digits.first() {
        Some(1 | 2) => Some(1900 + year),
        Some(5 | 6) => Some(2000 + year),
        Some(7..=9) => None,
        _ => return false,
    };
    let county = matches!(number(digits, 7, 9), 1..=48 | 51 | 52 | 70);
    let check = match weighted_sum(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
        10 => 1,
        rest => rest,
    };
    county && is_day(year, month, day) && last(digits) == Some(check)
}

/// Whether the digits are a valid CUI, the tax number of Romania: two to ten digits.
pub(super) fn is_cui(digits: &[u8]) -> bool {
    let Some((check, rest)) = digits.split_last() else {
        return false;
    };
    let weights = [7, 5, 3, 2, 1, 7, 5, 3, 2];
    let Some(weights) = weights.len().checked_sub(rest.len()).and_then(|from| weights.get(from..)) else {
        return false;
    };
    digits.len() >= 2 && weighted_sum(rest, weights) * 10 % 11 % 10 == u32::from(*check)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    fn accepts(check: fn(&[u8]) -> bool, valid: &[&str]) {
        for text in valid {
            assert!(check(&digits(text)), "{text}");
            // Each check must detect a single wrong digit.
            let end = text.len() - 1;
            let last = (text.as_bytes()[end] - b'0' + 1) % 10;
            let wrong = format!("{}{last}", &text[..end]);
            assert!(!check(&digits(&wrong)), "{wrong}");
        }
    }

    #[test]
    fn valid_numbers_pass_their_check() {
        accepts(is_pesel, &["44051401359", "02070803628", "02270803624", "92071314764", "80072909146"]);
        accepts(is_cui, &["14399840", "1590082", "427320", "18547290", "361820", "6859662", "19"]);
        accepts(
            is_card,
            &[
                "4111111111111111",
                "5555555555554444",
                "2223003122003222",
                "378282246310005",
                "30569309025904",
                "6011111111111117",
                "3530111333300000",
                "6759649826438453",
                "6200000000000005",
                "4000000000000000006",
            ],
        );
    }

    #[test]
    fn a_cnp_has_a_valid_prefix_county_and_date() {
        for (first, county, is_valid) in [
            ("1", "40", true),
            ("2", "01", true),
            ("5", "46", true),
            ("6", "52", true),
            ("7", "12", true),
            ("8", "51", true),
            ("9", "70", true),
            ("0", "40", false),
            ("3", "40", false),
            ("4", "40", false),
            ("1", "00", false),
            ("1", "49", false),
            ("1", "53", false),
        ] {
            let begin = format!("{first}960312{county}123");
            let found = (0..=9).filter(|check| is_cnp(&digits(&format!("{begin}{check}")))).count();
            assert_eq!(found, usize::from(is_valid), "{begin}");
        }
        for (date, is_valid) in
            [("000229", true), ("010229", false), ("960431", false), ("961301", false), ("960100", false)]
        {
            let begin = format!("6{date}40123");
            let found = (0..=9).filter(|check| is_cnp(&digits(&format!("{begin}{check}")))).count();
            assert_eq!(found, usize::from(is_valid), "{begin}");
        }
    }

    #[test]
    fn a_pesel_has_a_valid_date() {
        // Born in 1944, 2044, 2144, 2244 and 1844; 29 February of 1900 and 2000.
        for (date, is_valid) in [
            ("440514", true),
            ("442514", true),
            ("444514", true),
            ("446514", true),
            ("448514", true),
            ("000229", false),
            ("002229", true),
            ("441314", false),
            ("440014", false),
            ("440532", false),
        ] {
            let found = (0..=9).filter(|check| is_pesel(&digits(&format!("{date}0135{check}")))).count();
            assert_eq!(found, usize::from(is_valid), "{date}");
        }
    }

    #[test]
    fn other_numbers_are_not_cards() {
        for text in [
            "4006381333931",    // a barcode
            "1111111111111117", // no issuer
            "0000000000000000", // all equal
            "4444444444444448", // a valid card, for comparison
            "490154203237518",  // IMEI
            "411111111111111",  // too short for its issuer
        ] {
            let expected = text == "4444444444444448";
            assert_eq!(is_card(&digits(text)), expected, "{text}");
        }
    }
}
