//! Phone numbers: international ones, national ones of Poland and Romania as people group them, and what stands beside
//! the word.

use super::{
    number::{Groups, Match},
    span::{after, before},
    words,
};

/// Country codes whose numbers have a known length: the code, fewest and most digits with the code.
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

/// Digits after the code of any other country, with it (ITU-T E.164).
const ANYWHERE: (usize, usize) = (9, 15);

/// How nine digits of Poland, or of Romania without the zero, are grouped.
const NINE: [&[usize]; 7] = [&[9], &[3, 3, 3], &[2, 3, 2, 2], &[3, 2, 2, 2], &[2, 7], &[3, 6], &[2, 3, 4]];
/// How ten digits with the zero are grouped.
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
/// How eleven digits with the country's code, without its plus, are grouped.
const ELEVEN: [&[usize]; 4] = [&[11], &[2, 9], &[2, 3, 3, 3], &[2, 2, 3, 2, 2]];

/// A number with its country: "+48 …", "0040 …".
pub(super) fn international(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let group = groups.get(at)?;
    let plus = before(groups.text, group.start) == Some('+');
    let digits = groups.digits(at, 20);
    let code = if plus { digits.as_str() } else { digits.strip_prefix("00")? };
    if plus && before(groups.text, group.start - 1).is_some_and(|letter| letter.is_ascii_digit()) {
        return None;
    }
    let zeros = digits.len() - code.len();
    if code.starts_with('0') {
        return None;
    }
    let known = COUNTRIES.iter().find(|(known, ..)| code.starts_with(known));
    let (fewest, most) = known.map_or(ANYWHERE, |(_, fewest, most)| (*fewest, *most));
    let mut found = None;
    groups.join(at, |count, total, last| {
        let total = total.saturating_sub(zeros);
        // A small number after a whole one is the next word of the sentence.
        if total > most || (found.is_some() && last < 3) {
            return false;
        }
        if total >= fewest {
            found = Some(count);
        }
        true
    });
    let mut found = groups.matched(at, found?);
    found.start -= usize::from(plus);
    Some(found.with_bracket(groups.text))
}

/// A number as it is written within the country, without a word that says so.
pub(super) fn national(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let count = shape(groups, at, true)?;
    let found = groups.matched(at, count);
    let lone = !(joined_before(groups, at, count) || joined_after(groups, at, count));
    let amount = words::amount_begins(groups.text, found.start) || words::amount_ends(groups.text, found.end);
    (lone && !amount).then(|| found.with_bracket(groups.text))
}

/// A number beside the word "phone".
pub(super) fn marked(groups: &Groups<'_>, at: usize) -> Option<Match> {
    let count = shape(groups, at, false).or_else(|| local(groups, at))?;
    let found = groups.matched(at, count);
    (!words::amount_ends(groups.text, found.end)).then(|| found.with_bracket(groups.text))
}

/// Anything of seven to fifteen digits but a date.
fn local(groups: &Groups<'_>, at: usize) -> Option<usize> {
    let mut found = None;
    groups.join(at, |count, total, last| {
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
    let date = matches!(sizes.as_slice(), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4])
        || (sizes.as_slice() == [8] && ["19", "20"].iter().any(|century| groups.digits(at, 2) == *century));
    (!date).then_some(count)
}

/// How many groups make a number of a known form. `sure`: also its first digits are given to somebody.
fn shape(groups: &Groups<'_>, at: usize, sure: bool) -> Option<usize> {
    let fits = |shapes: &[&[usize]]| {
        let fits = |shape: &&&[usize]| groups.has_sizes(at, shape) && joints_fit(groups, at, shape);
        shapes.iter().find(fits).map(|shape| shape.len())
    };
    let digits = groups.digits(at, 5);
    let starts = |from: usize| digits.get(from..from + 2).unwrap_or_default();
    // With the zero first: "0 601 123 456" has nine digits in its last groups.
    if digits.starts_with('0') {
        let romania = digits.get(1..2).is_some_and(|digit| matches!(digit, "2" | "3" | "7"));
        return fits(&TEN).filter(|_| !sure || romania || is_polish(starts(1)));
    }
    let abroad = match starts(0) {
        "48" => is_mobile(starts(2)),
        "40" => digits.get(2..3) == Some("7"),
        _ => false,
    };
    let nine = fits(&NINE).filter(|_| !sure || is_polish(starts(0)) || matches!(starts(0).as_bytes(), [b'7', _]));
    fits(&ELEVEN).filter(|_| abroad).or(nine)
}

/// First digits of Polish mobile numbers.
fn is_mobile(two: &str) -> bool {
    matches!(two, "45" | "50" | "51" | "53" | "57" | "60" | "66" | "69" | "72" | "73" | "78" | "79" | "88")
}

/// First digits of Polish numbers: mobile, and by region.
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

/// Between the groups of a number stands the same everywhere; only after the first group there may be something else.
fn joints_fit(groups: &Groups<'_>, at: usize, shape: &[usize]) -> bool {
    let joint = |number: usize| groups.joint(at + number).unwrap_or_default();
    let plain = |joint: &str| !joint.contains(['/', '(', ')']);
    let inner = joint(1);
    let same = (2..shape.len().saturating_sub(1)).all(|number| joint(number) == inner);
    let decimals = matches!(shape, [2, 7] | [3, 6]) && joint(0).contains('.');
    let dates = matches!(shape, [2, 2, 2, 2, 2]) && !(groups.digits(at, 2) == "07" && joint(0) == inner);
    same && !decimals && !dates && (shape.len() < 3 || plain(inner))
}

/// Whether something stands directly before the number that makes it a part of something longer.
fn joined_before(groups: &Groups<'_>, at: usize, count: usize) -> bool {
    let Some(group) = groups.get(at) else {
        return true;
    };
    let sign = before(groups.text, group.start);
    let earlier = sign.and_then(|sign| before(groups.text, group.start - sign.len_utf8()));
    match sign {
        Some('#' | '_' | '\\' | '*') => true,
        // A part of a path or of a document's number, not the second of two numbers.
        Some('/') if !earlier.is_some_and(|letter| letter == ']' || letter.is_whitespace()) => true,
        Some('-') if earlier.is_some_and(char::is_alphanumeric) => true,
        Some('.' | ',') if earlier.is_some_and(|letter| letter.is_ascii_digit()) => true,
        Some(letter) if letter.is_alphanumeric() => true,
        _ => groups.continues_before(at, count),
    }
}

/// Whether something stands directly after it that does.
fn joined_after(groups: &Groups<'_>, at: usize, count: usize) -> bool {
    let end = groups.matched(at, count).end;
    let sign = after(groups.text, end);
    let later = sign.and_then(|sign| after(groups.text, end + sign.len_utf8()));
    // Two numbers may stand with a slash between them.
    let another = groups.get(at + count).is_some_and(|next| count == 1 && next.end - next.start >= 9);
    match sign {
        Some('_' | '*') => true,
        Some('-' | '/') if later.is_some_and(char::is_alphanumeric) && !another => true,
        Some(letter) if letter.is_alphanumeric() => true,
        _ => groups.continues_after(at, count),
    }
}
