//! Runs of digits in groups, and what they are.

use super::{
    checks, iban, phone,
    span::{Kind, Span, after, before},
    words::{self, Hint},
};

/// Digits without anything between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All groups of a text.
pub(super) struct Groups<'a> {
    pub(super) text: &'a str,
    groups: Vec<Group>,
}

/// Groups that are something together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Match {
    /// With the bracket before it, if the one that closes it is inside: "(22) 123 45 67".
    pub(super) fn with_bracket(mut self, text: &str) -> Self {
        let inside = text.get(self.start..self.end).unwrap_or_default();
        let closes = inside.find(')').is_some_and(|close| !inside.get(..close).unwrap_or_default().contains('('));
        if closes && before(text, self.start) == Some('(') {
            self.start -= 1;
        }
        self
    }
}

/// Most characters between two groups of one number.
const JOINT: usize = 3;
/// Most groups of one number.
const MOST: usize = 10;

/// How the digits of cards are grouped.
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

    /// What stands between a group and the next, if both can be of one number.
    pub(super) fn joint(&self, at: usize) -> Option<&'a str> {
        let joint = self.text.get(self.get(at)?.end..self.get(at + 1)?.start)?;
        let sign = |letter: char| {
            matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '-' | '\u{2011}' | '–' | '.' | '/' | '(' | ')')
        };
        (joint.len() <= JOINT * 3 && joint.chars().count() <= JOINT && joint.chars().all(sign)).then_some(joint)
    }

    /// The first digits from a group on, over its joints.
    pub(super) fn digits(&self, at: usize, most: usize) -> String {
        let mut digits = String::new();
        for (number, group) in self.groups.iter().enumerate().skip(at).take(MOST) {
            let room = most - digits.len();
            digits.push_str(self.text.get(group.start..group.end.min(group.start + room)).unwrap_or_default());
            if digits.len() >= most || self.joint(number).is_none() {
                break;
            }
        }
        digits
    }

    /// The digits of some groups, as values.
    fn values(&self, at: usize, count: usize) -> Vec<u8> {
        let groups = self.groups.iter().skip(at).take(count);
        let texts = groups.filter_map(|group| self.text.get(group.start..group.end));
        texts.flat_map(str::bytes).map(|byte| byte.wrapping_sub(b'0')).collect()
    }

    pub(super) fn sizes(&self, at: usize, count: usize) -> Vec<usize> {
        self.groups.iter().skip(at).take(count).map(|group| group.end - group.start).collect()
    }

    /// Whether groups of these sizes begin here, joined.
    pub(super) fn has_sizes(&self, at: usize, sizes: &[usize]) -> bool {
        sizes.iter().enumerate().all(|(number, size)| {
            let fits = self.get(at + number).is_some_and(|group| group.end - group.start == *size);
            fits && (number + 1 == sizes.len() || self.joint(at + number).is_some())
        })
    }

    /// Takes group after group, as far as they are joined and `more(count, digits, last)` says so.
    pub(super) fn join(&self, at: usize, mut more: impl FnMut(usize, usize, usize) -> bool) {
        let mut total = 0;
        for (number, group) in self.groups.iter().skip(at).take(MOST).enumerate() {
            let size = group.end - group.start;
            total += size;
            if !more(number + 1, total, size) || self.joint(at + number).is_none() {
                return;
            }
        }
    }

    pub(super) fn matched(&self, at: usize, count: usize) -> Match {
        let start = self.get(at).map_or(0, |group| group.start);
        Match { start, end: self.get(at + count.saturating_sub(1)).map_or(start, |group| group.end) }
    }

    /// Whether the groups go on before as they do inside: a longer number, of which they are a part.
    pub(super) fn continues_before(&self, at: usize, count: usize) -> bool {
        let inner = if count > 1 { self.joint(at) } else { None };
        let outer = at.checked_sub(1).and_then(|earlier| self.joint(earlier));
        at > 0 && self.alike(outer, inner, at.saturating_sub(1), at)
    }

    /// Whether they go on after.
    pub(super) fn continues_after(&self, at: usize, count: usize) -> bool {
        let last = at + count.saturating_sub(1);
        let inner = if count > 1 { self.joint(last.saturating_sub(1)) } else { None };
        self.alike(self.joint(last), inner, last + 1, last)
    }

    fn alike(&self, outer: Option<&str>, inner: Option<&str>, outside: usize, inside: usize) -> bool {
        let size = |at: usize| self.get(at).map(|group| group.end - group.start);
        match (outer, inner) {
            // With hyphens or dots it is one word; with spaces only groups of one size are one number.
            (Some(outer), Some(inner)) if outer == inner => {
                !outer.chars().all(char::is_whitespace) || size(outside) == size(inside)
            }
            _ => false,
        }
    }
}

/// Everything in a text that is made of digits and says who somebody is.
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
        if let Some(span) = what_is(&groups, at).filter(|span| span.start >= done) {
            spans.push(span);
        }
        at += 1;
    }
    spans
}

/// What the groups from here on are: the surest first.
fn what_is(groups: &Groups<'_>, at: usize) -> Option<Span> {
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
    let checked = |kind: Kind, shapes: &[&[usize]], check: fn(&[u8]) -> bool| {
        let fits = |shape: &&&[usize]| {
            let count = shape.len();
            groups.has_sizes(at, shape)
                && !(count > 1 && (groups.continues_before(at, count) || groups.continues_after(at, count)))
                && check(&groups.values(at, count))
        };
        shapes.iter().find(fits).map(|shape| span(kind)(groups.matched(at, shape.len())))
    };
    if !is_fraction(text, start) {
        let whole: &[usize] = &[groups.get(at).map_or(0, |group| group.end - group.start)];
        let card =
            || checked(Kind::Card, &[whole], checks::is_card).or_else(|| checked(Kind::Card, &CARDS, checks::is_card));
        let known = checked(Kind::Cnp, &CNPS, checks::is_cnp)
            .or_else(|| checked(Kind::Pesel, &PESELS, checks::is_pesel))
            .or_else(card);
        if known.is_some() {
            return known;
        }
    }
    let phone = if hint == Some(Hint::Phone) { phone::marked(groups, at) } else { None };
    phone.or_else(|| phone::national(groups, at)).map(span(Kind::Phone))
}

/// Digits after a decimal point.
fn is_fraction(text: &str, start: usize) -> bool {
    let point = before(text, start).filter(|sign| matches!(sign, '.' | ','));
    point.is_some() && before(text, start - 1).is_some_and(|letter| letter.is_ascii_digit())
}

/// A tax number beside its word.
fn tax(groups: &Groups<'_>, at: usize, hint: Option<Hint>) -> Option<Span> {
    let start = groups.get(at)?.start;
    let country = country_before(groups.text, start);
    let begin = country.map_or(start, |(begin, _)| begin);
    let hint = match country {
        Some((begin, _)) => words::hint_before(groups.text, begin),
        None => hint,
    };
    let ten = || {
        let mut count = None;
        groups.join(at, |number, total, _| {
            count = (total == 10).then_some(number);
            total < 10
        });
        count
    };
    let nip = |count: usize| Span { start: begin, end: groups.matched(at, count).end, kind: Kind::Nip };
    if hint == Some(Hint::Nip) {
        return ten().map(nip);
    }
    if let Some(Hint::Cui | Hint::PerhapsCui) = hint {
        return cui(groups, at, begin, hint == Some(Hint::Cui));
    }
    if let Some(count) = ten()
        && words::hint_after(groups.text, groups.matched(at, count).end) == Some(Hint::Nip)
    {
        return Some(nip(count));
    }
    if words::hint_after(groups.text, groups.get(at)?.end) == Some(Hint::Cui) {
        return cui(groups, at, begin, true);
    }
    None
}

/// Two to ten digits in one piece or in threes, with their check; after "RO" without.
fn cui(groups: &Groups<'_>, at: usize, begin: usize, sure: bool) -> Option<Span> {
    let group = groups.get(at)?;
    let ro = begin < group.start;
    let fewest = if ro || sure { 4 } else { 6 };
    let mut found = None;
    groups.join(at, |count, total, last| {
        let fits = (fewest..=10).contains(&total) && (ro || checks::is_cui(&groups.values(at, count)));
        if fits && (count == 1 || last == 3) {
            found = Some(count);
        }
        total < 10 && (count == 1 || last == 3)
    });
    Some(Span { start: begin, end: groups.matched(at, found?).end, kind: Kind::Cui })
}

/// "PL" or "RO" directly before a number, and where it begins.
fn country_before(text: &str, start: usize) -> Option<(usize, &str)> {
    let end = match before(text, start) {
        Some(' ' | '-') => start - 1,
        _ => start,
    };
    let begin = end.checked_sub(2)?;
    let country = text.get(begin..end)?;
    let known = country.eq_ignore_ascii_case("PL") || country.eq_ignore_ascii_case("RO");
    let border = before(text, begin).is_none_or(|letter| !letter.is_alphanumeric());
    (known && border && after(text, start).is_some()).then_some((begin, country))
}
