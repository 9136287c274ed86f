//! Numbers that carry a check of their own. All take digits as values from 0 to 9.

/// Sum of the digits times their weights.
fn weighed(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The number that some of the digits write.
fn number(digits: &[u8], from: usize, to: usize) -> u32 {
    digits.get(from..to).unwrap_or_default().iter().fold(0, |number, digit| number * 10 + u32::from(*digit))
}

fn last(digits: &[u8]) -> Option<u32> {
    digits.last().copied().map(u32::from)
}

/// Whether a month has such a day. Where the century is unknown, the year is a leap year.
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

/// ISO/IEC 7812: the check digit of payment cards.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let double = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let values = digits.iter().rev().map(|digit| u32::from(*digit)).enumerate();
    let sum: u32 = values.map(|(at, digit)| if at % 2 == 1 { double(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}

/// Whether a barcode of thirteen digits (EAN-13) has this number.
fn is_barcode(digits: &[u8]) -> bool {
    digits.len() == 13 && weighed(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// A payment card: a known issuer's first digits and length, and Luhn's check. Shoppers paste barcodes: thirteen digits
/// that are one are no card, whose kind of that length is out of use.
pub(super) fn is_card(digits: &[u8]) -> bool {
    let (two, three, four) = (number(digits, 0, 2), number(digits, 0, 3), number(digits, 0, 4));
    let issued = match digits.len() {
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
    issued && !all_equal && luhn(digits) && !is_barcode(digits)
}

const fn maestro(four: u32) -> bool {
    matches!(four, 5018 | 5020 | 5038 | 5612 | 5893 | 6304 | 6759 | 6761..=6763 | 6390)
}

/// A personal number of Poland: eleven digits, a date of 1800 to 2299 in its month's tens, a check digit.
pub(super) fn is_pesel(digits: &[u8]) -> bool {
    if digits.len() != 11 {
        return false;
    }
    let (year, month, day) = (number(digits, 0, 2), number(digits, 2, 4), number(digits, 4, 6));
    let century = [1900, 2000, 2100, 2200, 1800].get((month / 20) as usize).copied();
    let check = (10 - weighed(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    century.is_some_and(|century| is_day(Some(century + year), month % 20, day)) && last(digits) == Some(check)
}

/// A personal number of Romania: thirteen digits, a date, a county, a check digit. The first digits of people born
/// before 1900 are no longer anybody's.
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
    let check = match weighed(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
        10 => 1,
        rest => rest,
    };
    county && is_day(year, month, day) && last(digits) == Some(check)
}

/// The check of a Romanian tax number of two to ten digits.
pub(super) fn is_cui(digits: &[u8]) -> bool {
    let Some((check, rest)) = digits.split_last() else {
        return false;
    };
    let weights = [7, 5, 3, 2, 1, 7, 5, 3, 2];
    let Some(weights) = weights.len().checked_sub(rest.len()).and_then(|from| weights.get(from..)) else {
        return false;
    };
    digits.len() >= 2 && weighed(rest, weights) * 10 % 11 % 10 == u32::from(*check)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    fn holds(check: fn(&[u8]) -> bool, right: &[&str]) {
        for text in right {
            assert!(check(&digits(text)), "{text}");
            // Every check sees one wrong digit anywhere, or it sees nothing.
            let end = text.len() - 1;
            let last = (text.as_bytes()[end] - b'0' + 1) % 10;
            let wrong = format!("{}{last}", &text[..end]);
            assert!(!check(&digits(&wrong)), "{wrong}");
        }
    }

    #[test]
    fn checks_hold() {
        holds(is_pesel, &["44051401359", "02070803628", "02270803624", "92071314764", "80072909146"]);
        holds(is_cui, &["14399840", "1590082", "427320", "18547290", "361820", "6859662", "19"]);
        holds(
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
    fn personal_numbers_of_romania() {
        for (first, county, fine) in [
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
            assert_eq!(found, usize::from(fine), "{begin}");
        }
        for (date, fine) in
            [("000229", true), ("010229", false), ("960431", false), ("961301", false), ("960100", false)]
        {
            let begin = format!("6{date}40123");
            let found = (0..=9).filter(|check| is_cnp(&digits(&format!("{begin}{check}")))).count();
            assert_eq!(found, usize::from(fine), "{begin}");
        }
    }

    #[test]
    fn dates_of_pesel() {
        // Born in 1944, 2044, 2144, 2244 and 1844; the 29th of February of 1900 and 2000.
        for (date, fine) in [
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
            assert_eq!(found, usize::from(fine), "{date}");
        }
    }

    #[test]
    fn what_is_no_card() {
        for text in [
            "4006381333931",    // a barcode
            "1111111111111117", // nobody's prefix
            "0000000000000000", // all equal
            "4444444444444448", // check is right, but see the next
            "490154203237518",  // IMEI
            "411111111111111",  // too short for its issuer
        ] {
            let expected = text == "4444444444444448";
            assert_eq!(is_card(&digits(text)), expected, "{text}");
        }
    }
}
