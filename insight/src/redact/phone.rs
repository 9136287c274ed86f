//! Finds phone numbers: international ones, national ones of Poland and Romania in their usual grouping, and those next
//! to a word like "phone".

use super::{
    number::{Groups, Match},
    span::{after, before},
    words,
};

/// Country codes with a known number length: code, minimum and maximum digits including the code.
const COUNTRIES: [(&str, usize, usize); 37] = [
    ("1", 11, 11),
    ("7", 11, 11),
    ("20", 12, 12),
    ("30", 12, 12),
    ("31", 11, 11),
    ("32", 10, 11),
    ("33", 11, 11),
    ("34", 11, 11),
    ("351", 12, 12),
    ("353", 11, 12),
    ("359", 11, 12),
    ("36", 10, 11),
    ("370", 11, 11),
    ("371", 11, 11),
    ("372", 10, 11),
    ("373", 11, 11),
    ("375", 12, 12),
    ("380", 12, 12),
    ("381", 11, 12),
    ("385", 11, 12),
    ("386", 11, 11),
    ("387", 11, 11),
    ("39", 11, 13),
    ("40", 11, 12),
    ("41", 11, 11),
    ("420", 12, 12),
    ("421", 12, 12),
    ("43", 10, 13),
    ("44", 12, 13),
    ("45", 10, 10),
    ("46", 10, 12),
    ("47", 10, 10),
    ("48", 11, 11),
    ("49", 11, 13),
    ("86", 13, 13),
    ("90", 12, 12),
    ("972", 11, 12),
];

/// Minimum and maximum digits for any other country, including the code (ITU-T E.164).
const OTHER_COUNTRIES: (usize, usize) = (9, 15);

/// Groupings of nine digits: Poland, or Romania without the leading zero.
const NINE: [&[usize]; 7] = [&[9], &[3, 3, 3], &[2, 3, 2, 2], &[3, 2, 2, 2], &[2, 7], &[3, 6], &[2, 3, 4]];
/// Groupings of ten digits with a leading zero.
const TEN: [&[usize]; 10] = [
    &[10],
    &[4, 3, 3],
    &[4, 6],
    &[3, 3, 4],
    &[3, 3, 2, 2],
    &[4, 2, 2, 2],
    &[3, 7],
    &[1, 3, 3, 3],
    &[1, 2, 3, 2, 2],
    &[2, 2, 2, 2, 2],
];
/// Groupings of eleven digits with the country code but without its plus.
const ELEVEN: [&[usize]; 4] = [&[11], &[2, 9], &[2, 3, 3, 3], &[2, 2, 3, 2, 2]];

/// A number with its country code: "+48 …", "0040 …".
pub(super) fn international(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let group = groups.get(at)?;
    let plus = before(groups.text, group.start) == Some('+');
    let digits = groups.digits(at, 20);
    let code = if plus { digits.as_str() } else { digits.strip_prefix("00")? };
    if plus && before(groups.text, group.start - 1).is_some_and(|character| character.is_ascii_digit()) {
        return None;
    }
    let zeros = digits.len() - code.len();
    if code.starts_with('0') {
        return None;
    }
    let known = COUNTRIES.iter().find(|(known, ..)| code.starts_with(known));
    let (min, max) = known.map_or(OTHER_COUNTRIES, |(_, min, max)| (*min, *max));
    let mut found = None;
    groups.extend(at, |count, total, last| {
        let total = total.saturating_sub(zeros);
        // A short number after a complete one belongs to the sentence.
        if total > max || (found.is_some() && last < 3) {
            return false;
        }
        if total >= min {
            found = Some(count);
        }
        true
    });
    let mut found = groups.matched(at, found?);
    found.start -= usize::from(plus);
    Some(found.with_bracket(groups.text))
}

/// A national number without a word like "phone".
pub(super) fn national(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let count = shape(groups, at, true)?;
    let found = groups.matched(at, count);
    let is_separate = !(joined_before(groups, at, count) || joined_after(groups, at, count));
    let is_amount = words::amount_starts(groups.text, found.start) || words::amount_ends(groups.text, found.end);
    (is_separate && !is_amount).then(|| found.with_bracket(groups.text))
}

/// A number next to a word like "phone".
pub(super) fn marked(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let count = shape(groups, at, false).or_else(|| local(groups, at))?;
    let found = groups.matched(at, count);
    (!words::amount_ends(groups.text, found.end)).then(|| found.with_bracket(groups.text))
}

/// Any number of seven to fifteen digits that is not a date.
fn local(groups: &Groups<'_>, at: usize) -> Option<usize> {
    let mut found = None;
    groups.extend(at, |count, total, last| {
        if total > 15 || (found.is_some() && last < 3) {
            return false;
        }
        if total >= 7 {
            found = Some(count);
        }
        true
    });
    let count = found?;
    let sizes = groups.sizes(at, count);
    let is_date = matches!(sizes.as_slice(), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4])
        || (sizes.as_slice() == [8] && ["19", "20"].iter().any(|century| groups.digits(at, 2) == *century));
    (!is_date).then_some(count)
}

/// The number of groups that form a phone number. `strict`: its first digits must also be in use.
fn shape(groups: &Groups<'_>, at: usize, strict: bool) -> Option<usize> {
    let fits = |shapes: &[&[usize]]| {
        let fits = |shape: &&&[usize]| groups.has_sizes(at, shape) && separators_fit(groups, at, shape);
        shapes.iter().find(fits).map(|shape| shape.len())
    };
    let digits = groups.digits(at, 5);
    let starts = |from: usize| digits.get(from..from + 2).unwrap_or_default();
    // With a leading zero: in "0 601 123 456" the last groups alone have nine digits.
    if digits.starts_with('0') {
        let romania = digits.get(1..2).is_some_and(|digit| matches!(digit, "2" | "3" | "7"));
        return fits(&TEN).filter(|_| !strict || romania || is_polish(starts(1)));
    }
    let has_country_code = match starts(0) {
        "48" => is_mobile(starts(2)),
        "40" => digits.get(2..3) == Some("7"),
        _ => false,
    };
    let nine = fits(&NINE).filter(|_| !strict || is_polish(starts(0)) || matches!(starts(0).as_bytes(), [b'7', _]));
    fits(&ELEVEN).filter(|_| has_country_code).or(nine)
}

/// The first digits of Polish mobile numbers.
fn is_mobile(two: &str) -> bool {
    matches!(two, "45" | "50" | "51" | "53" | "57" | "60" | "66" | "69" | "72" | "73" | "78" | "79" | "88")
}

/// The first digits of Polish numbers: mobile and geographic.
fn is_polish(two: &str) -> bool {
    let region = matches!(
        two.parse(),
        Ok(
            12..=18
            | 22..=25
            | 29
            | 32..=34
            | 41..=44
            | 46
            | 48
            | 52
            | 54..=56
            | 58
            | 59
            | 61..=63
            | 65
            | 67
            | 68
            | 71
            | 74..=77
            | 81..=87
            | 89
            | 91
            | 94
            | 95,
        )
    );
    region || is_mobile(two)
}

/// Whether the separators are consistent: all equal, except the one after the first group.
fn separators_fit(groups: &Groups<'_>, at: usize, shape: &[usize]) -> bool {
    let separator = |number: usize| groups.separator(at + number).unwrap_or_default();
    let plain = |separator: &str| !separator.contains(['/', '(', ')']);
    let inner = separator(1);
    let same = (2..shape.len().saturating_sub(1)).all(|number| separator(number) == inner);
    let is_decimal = matches!(shape, [2, 7] | [3, 6]) && separator(0).contains('.');
    let is_date = matches!(shape, [2, 2, 2, 2, 2]) && !(groups.digits(at, 2) == "07" && separator(0) == inner);
    same && !is_decimal && !is_date && (shape.len() < 3 || plain(inner))
}

/// Whether the text directly before the number makes it part of something longer.
fn joined_before(groups: &Groups<'_>, at: usize, count: usize) -> bool {
    let Some(group) = groups.get(at) else {
        return true;
    };
    let sign = before(groups.text, group.start);
    let earlier = sign.and_then(|sign| before(groups.text, group.start - sign.len_utf8()));
    match sign {
        Some('#' | '_' | '\\' | '*') => true,
        // Part of a path or of a document number, but not the second of two phone numbers.
        Some('/') if !earlier.is_some_and(|character| character == ']' || character.is_whitespace()) => true,
        Some('-') if earlier.is_some_and(char::is_alphanumeric) => true,
        Some('.' | ',') if earlier.is_some_and(|character| character.is_ascii_digit()) => true,
        Some(character) if character.is_alphanumeric() => true,
        _ => groups.continues_before(at, count),
    }
}

/// Whether the text directly after the number makes it part of something longer.
fn joined_after(groups: &Groups<'_>, at: usize, count: usize) -> bool {
    let end = groups.matched(at, count).end;
    let sign = after(groups.text, end);
    let later = sign.and_then(|sign| after(groups.text, end + sign.len_utf8()));
    // Two phone numbers may be separated by a slash.
    let is_two_numbers = groups.get(at + count).is_some_and(|next| count == 1 && next.end - next.start >= 9);
    match sign {
        Some('_' | '*') => true,
        Some('-' | '/') if later.is_some_and(char::is_alphanumeric) && !is_two_numbers => true,
        Some(character) if character.is_alphanumeric() => true,
        _ => groups.continues_after(at, count),
    }
}
