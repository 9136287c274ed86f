//! Finds groups of digits and classifies them.

use super::{
    checks, iban, phone,
    span::{Kind, Span, after, before},
    words::{self, Hint},
};

/// A run of digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All groups of digits in a text.
pub(super) struct Groups<'a> {
    pub(super) text: &'a str,
    groups: Vec<Group>,
}

/// Several groups that form one number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Match {
    /// Includes the opening bracket before the number, if its closing one is inside: "(22) 123 45 67".
    pub(super) fn with_bracket(mut self, text: &str) -> Self {
        let inside = text.get(self.start..self.end).unwrap_or_default();
        let closes = inside.find(')').is_some_and(|close| !inside.get(..close).unwrap_or_default().contains('('));
        if closes && before(text, self.start) == Some('(') {
            self.start -= 1;
        }
        self
    }
}

/// Maximum characters between two groups of one number.
const MAX_SEPARATOR: usize = 3;
/// Maximum groups of one number.
const MAX_GROUPS: usize = 10;

/// Usual groupings of card numbers.
const CARDS: [&[usize]; 5] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 1]];
const PESELS: [&[usize]; 2] = [&[11], &[6, 5]];
const CNPS: [&[usize]; 2] = [&[13], &[1, 6, 6]];

impl<'a> Groups<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (at, byte) in text.bytes().enumerate() {
            if byte.is_ascii_digit() {
                match groups.last_mut() {
                    Some(group) if group.end == at => group.end = at + 1,
                    _ => groups.push(Group { start: at, end: at + 1 }),
                }
            }
        }
        Self { text, groups }
    }

    pub(super) fn get(&self, at: usize) -> Option<Group> {
        self.groups.get(at).copied()
    }

    /// The separator between a group and the next, if both can belong to one number.
    pub(super) fn separator(&self, at: usize) -> Option<&'a str> {
        let separator = self.text.get(self.get(at)?.end..self.get(at + 1)?.start)?;
        let is_allowed = |character: char| {
            matches!(
                character,
                ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '-' | '\u{2011}' | '–' | '.' | '/' | '(' | ')'
            )
        };
        (separator.len() <= MAX_SEPARATOR * 3
            && separator.chars().count() <= MAX_SEPARATOR
            && separator.chars().all(is_allowed))
        .then_some(separator)
    }

    /// The first digits from a group on, across separators.
    pub(super) fn digits(&self, at: usize, max: usize) -> String {
        let mut digits = String::new();
        for (number, group) in self.groups.iter().enumerate().skip(at).take(MAX_GROUPS) {
            let room = max - digits.len();
            digits.push_str(self.text.get(group.start..group.end.min(group.start + room)).unwrap_or_default());
            if digits.len() >= max || self.separator(number).is_none() {
                break;
            }
        }
        digits
    }

    /// The digits of some groups, as values from 0 to 9.
    fn values(&self, at: usize, count: usize) -> Vec<u8> {
        let groups = self.groups.iter().skip(at).take(count);
        let texts = groups.filter_map(|group| self.text.get(group.start..group.end));
        texts.flat_map(str::bytes).map(|byte| byte.wrapping_sub(b'0')).collect()
    }

    pub(super) fn sizes(&self, at: usize, count: usize) -> Vec<usize> {
        self.groups.iter().skip(at).take(count).map(|group| group.end - group.start).collect()
    }

    /// Whether groups of these sizes start here, with separators between them.
    pub(super) fn has_sizes(&self, at: usize, sizes: &[usize]) -> bool {
        sizes.iter().enumerate().all(|(number, size)| {
            let fits = self.get(at + number).is_some_and(|group| group.end - group.start == *size);
            fits && (number + 1 == sizes.len() || self.separator(at + number).is_some())
        })
    }

    /// Extends a number group by group, as long as there is a separator and `more(count, digits, last)` returns true.
    pub(super) fn extend(&self, at: usize, mut more: impl FnMut(usize, usize, usize) -> bool) {
        let mut total = 0;
        for (number, group) in self.groups.iter().skip(at).take(MAX_GROUPS).enumerate() {
            let size = group.end - group.start;
            total += size;
            if !more(number + 1, total, size) || self.separator(at + number).is_none() {
                return;
            }
        }
    }

    pub(super) fn matched(&self, at: usize, count: usize) -> Match {
        let start = self.get(at).map_or(0, |group| group.start);
        Match { start, end: self.get(at + count.saturating_sub(1)).map_or(start, |group| group.end) }
    }

    /// Whether the number continues before these groups in the same way, so that they are only part of a longer one.
    pub(super) fn continues_before(&self, at: usize, count: usize) -> bool {
        let inner = if count > 1 { self.separator(at) } else { None };
        let outer = at.checked_sub(1).and_then(|earlier| self.separator(earlier));
        at > 0 && self.is_same_grouping(outer, inner, at.saturating_sub(1), at)
    }

    /// Whether the number continues after these groups.
    pub(super) fn continues_after(&self, at: usize, count: usize) -> bool {
        let last = at + count.saturating_sub(1);
        let inner = if count > 1 { self.separator(last.saturating_sub(1)) } else { None };
        self.is_same_grouping(self.separator(last), inner, last + 1, last)
    }

    fn is_same_grouping(&self, outer: Option<&str>, inner: Option<&str>, outside: usize, inside: usize) -> bool {
        let size = |at: usize| self.get(at).map(|group| group.end - group.start);
        match (outer, inner) {
            // Hyphens and dots connect any groups; spaces only connect groups of the same size.
            (Some(outer), Some(inner)) if outer == inner => {
                !outer.chars().all(char::is_whitespace) || size(outside) == size(inside)
            }
            _ => false,
        }
    }
}

/// All personal data in a text that consists of digits.
pub(super) fn find(text: &str) -> Vec<Span> {
    let groups = Groups::of(text);
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(group) = groups.get(at) {
        let done = spans.last().map_or(0, |span| span.end);
        if group.start < done {
            at += 1;
            continue;
        }
        if let Some(span) = classify(&groups, at).filter(|span| span.start >= done) {
            spans.push(span);
        }
        at += 1;
    }
    spans
}

/// Classifies the number that starts here. The most specific kinds come first.
fn classify(groups: &Groups<'_>, at: usize) -> Option<Span> {
    let start = groups.get(at)?.start;
    let text = groups.text;
    let span = |kind: Kind| move |found: Match| Span { start: found.start, end: found.end, kind };
    if let Some((start, end)) = iban::find(text, start) {
        return Some(Span { start, end, kind: Kind::Iban });
    }
    if let Some(found) = phone::international(groups, at) {
        return Some(span(Kind::Phone)(found));
    }
    let hint = words::hint_before(text, start);
    if let Some(found) = tax(groups, at, hint) {
        return Some(found);
    }
    if let Some(end) = iban::find_polish(text, start) {
        return Some(Span { start, end, kind: Kind::Iban });
    }
    if hint == Some(Hint::Thing) {
        return None;
    }
    let find_checked = |kind: Kind, shapes: &[&[usize]], check: fn(&[u8]) -> bool| {
        let fits = |shape: &&&[usize]| {
            let count = shape.len();
            groups.has_sizes(at, shape)
                && !(count > 1 && (groups.continues_before(at, count) || groups.continues_after(at, count)))
                && check(&groups.values(at, count))
        };
        shapes.iter().find(fits).map(|shape| span(kind)(groups.matched(at, shape.len())))
    };
    if !is_fraction(text, start) {
        let single: &[usize] = &[groups.get(at).map_or(0, |group| group.end - group.start)];
        let card = || {
            find_checked(Kind::Card, &[single], checks::is_card)
                .or_else(|| find_checked(Kind::Card, &CARDS, checks::is_card))
        };
        let found = find_checked(Kind::Cnp, &CNPS, checks::is_cnp)
            .or_else(|| find_checked(Kind::Pesel, &PESELS, checks::is_pesel))
            .or_else(card);
        if found.is_some() {
            return found;
        }
    }
    let phone = if hint == Some(Hint::Phone) { phone::marked(groups, at) } else { None };
    phone.or_else(|| phone::national(groups, at)).map(span(Kind::Phone))
}

/// Whether the digits follow a decimal point.
fn is_fraction(text: &str, start: usize) -> bool {
    let point = before(text, start).filter(|mark| matches!(mark, '.' | ','));
    point.is_some() && before(text, start - 1).is_some_and(|character| character.is_ascii_digit())
}

/// A tax number next to its word.
fn tax(groups: &Groups<'_>, at: usize, hint: Option<Hint>) -> Option<Span> {
    let start = groups.get(at)?.start;
    let country = country_before(groups.text, start);
    let country_start = country.map_or(start, |(start, _)| start);
    let hint = match country {
        Some((start, _)) => words::hint_before(groups.text, start),
        None => hint,
    };
    let ten_digits = || {
        let mut count = None;
        groups.extend(at, |number, total, _| {
            count = (total == 10).then_some(number);
            total < 10
        });
        count
    };
    let nip = |count: usize| Span { start: country_start, end: groups.matched(at, count).end, kind: Kind::Nip };
    if hint == Some(Hint::Nip) {
        return ten_digits().map(nip);
    }
    if let Some(Hint::Cui | Hint::PerhapsCui) = hint {
        return cui(groups, at, country_start, hint == Some(Hint::Cui));
    }
    if let Some(count) = ten_digits()
        && words::hint_after(groups.text, groups.matched(at, count).end) == Some(Hint::Nip)
    {
        return Some(nip(count));
    }
    if words::hint_after(groups.text, groups.get(at)?.end) == Some(Hint::Cui) {
        return cui(groups, at, country_start, true);
    }
    None
}

/// Two to ten digits in one piece or in groups of three, with a valid check digit; after "RO" without the check.
fn cui(groups: &Groups<'_>, at: usize, country_start: usize, is_certain: bool) -> Option<Span> {
    let group = groups.get(at)?;
    let has_country = country_start < group.start;
    let min = if has_country || is_certain { 4 } else { 6 };
    let mut found = None;
    groups.extend(at, |count, total, last| {
        let fits = (min..=10).contains(&total) && (has_country || checks::is_cui(&groups.values(at, count)));
        if fits && (count == 1 || last == 3) {
            found = Some(count);
        }
        total < 10 && (count == 1 || last == 3)
    });
    Some(Span { start: country_start, end: groups.matched(at, found?).end, kind: Kind::Cui })
}

/// "PL" or "RO" directly before a number, with its position.
fn country_before(text: &str, start: usize) -> Option<(usize, &str)> {
    let country_end = match before(text, start) {
        Some(' ' | '-') => start - 1,
        _ => start,
    };
    let country_start = country_end.checked_sub(2)?;
    let country = text.get(country_start..country_end)?;
    let is_known = country.eq_ignore_ascii_case("PL") || country.eq_ignore_ascii_case("RO");
    let border = before(text, country_start).is_none_or(|character| !character.is_alphanumeric());
    (is_known && border && after(text, start).is_some()).then_some((country_start, country))
}
