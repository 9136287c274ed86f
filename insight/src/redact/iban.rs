//! Finds bank accounts.

use super::span::{after, before};

/// Country codes with the length of their IBAN, from the ISO 13616 registry.
const LENGTHS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18\
FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24\
ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23\
TN24TR26UA29VA22VG24XK20YE30";

/// Length of a Polish account number without its country code.
const NRB: usize = 26;

fn length(country: &[u8]) -> Option<usize> {
    let entry = LENGTHS.as_bytes().chunks_exact(4).find(|entry| entry.starts_with(country))?;
    std::str::from_utf8(entry.get(2..)?).ok()?.parse().ok()
}

/// The check of ISO 7064, mod 97-10: the first four characters move to the end, letters count from ten.
fn is_valid(account: &[u8]) -> bool {
    let (head, tail) = account.split_at(account.len().min(4));
    let value = |byte: &u8| char::from(*byte).to_digit(36).unwrap_or(0);
    let rest = tail.iter().chain(head).map(value).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    });
    rest == 1
}

/// A separator between groups: one space or hyphen.
fn is_gap(character: char) -> bool {
    character == '-' || (character.is_whitespace() && character != '\n')
}

/// The start and end of the IBAN whose check digits start at `at`, after two letters of the country.
pub(super) fn find(text: &str, at: usize) -> Option<(usize, usize)> {
    // "PL61…" or "PL 61…".
    let end_of_country = match before(text, at) {
        Some(gap) if is_gap(gap) => at - gap.len_utf8(),
        _ => at,
    };
    let start = end_of_country.checked_sub(2)?;
    let country = text.get(start..end_of_country)?.to_ascii_uppercase();
    // "IBANPL61…", without a space, also occurs.
    let border = before(text, start).is_none_or(|character| !character.is_alphanumeric())
        || text.get(..start).and_then(|text| text.get(text.len().checked_sub(4)?..)).is_some_and(is_iban_word);
    if !border {
        return None;
    }
    let length = length(country.as_bytes())?;
    let end = collect(text, at, country.into_bytes(), length)?;
    Some((start, end))
}

fn is_iban_word(word: &str) -> bool {
    word.eq_ignore_ascii_case("iban")
}

/// The end of a Polish account number without country code: in one piece, or in groups after the first two digits.
pub(super) fn find_polish(text: &str, at: usize) -> Option<usize> {
    collect(text, at, b"PL".to_vec(), NRB + 2)
}

/// Reads the rest of an account number. Gaps are only allowed after complete groups of four, so that no sentence is
/// read as one.
fn collect(text: &str, at: usize, mut account: Vec<u8>, length: usize) -> Option<usize> {
    let mut end = at;
    let mut gap = false;
    for character in text.get(at..)?.chars() {
        if character.is_ascii_alphanumeric() {
            account.push(u8::try_from(character.to_ascii_uppercase()).ok()?);
            gap = false;
        } else if is_gap(character) && !gap && account.len().is_multiple_of(4) {
            gap = true;
        } else {
            return None;
        }
        end += character.len_utf8();
        if account.len() == length {
            break;
        }
    }
    let has_check_digits = account.get(2..4).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    let border = after(text, end).is_none_or(|character| !character.is_alphanumeric());
    (account.len() == length && has_check_digits && border && is_valid(&account)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_registry_are_found() {
        for account in [
            "AL47212110090000000235698741",
            "AT611904300234573201",
            "BE68539007547034",
            "BG80BNBG96611020345678",
            "CH9300762011623852957",
            "CZ6508000000192000145399",
            "DE89370400440532013000",
            "ES9121000418450200051332",
            "FR1420041010050500013M02606",
            "GB29NWBK60161331926819",
            "HU42117730161111101800000000",
            "IT60X0542811101000000123456",
            "LC55HEMM000100010012001200023015",
            "MD24AG000225100013104168",
            "MT84MALT011000012345MTLCAST001S",
            "NO9386011117947",
            "PL61109010140000071219812874",
            "RO49AAAA1B31007593840000",
            "SK3112000000198742637541",
            "UA213223130000026007233566001",
        ] {
            assert_eq!(find(account, 2), Some((0, account.len())), "{account}");
            assert_eq!(find(&account.to_lowercase(), 2), Some((0, account.len())), "{account}");
            let wrong = format!("{}{}", &account[..account.len() - 1], if account.ends_with('1') { '2' } else { '1' });
            assert_eq!(find(&wrong, 2), None, "{wrong}");
            assert_eq!(find(&format!("{account}0"), 2), None, "{account}");
        }
        assert!(LENGTHS.len().is_multiple_of(4) && LENGTHS.is_ascii());
    }
}
