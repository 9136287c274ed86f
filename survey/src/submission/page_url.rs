//! The part of a page's address that may be stored.
//!
//! An address can open an order, an account or a session: shops put keys into parameters, path segments and fragments. So
//! parameters are kept by name and dropped otherwise, and what looks like a secret is replaced wherever it is.

mod secret;

use crate::{Survey, origin::Origin, settings::ShopSettings};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};
use secret::Position;

/// Replaces a secret.
const SECRET: &str = "[secret]";
/// Maximum length of a stored address, in bytes. Longer ones are cut, not rejected: an address is no reason to lose a
/// response.
const MAX_URL: usize = 2_000;
/// The parameters of campaigns, which are always kept: this prefix and a word.
const CAMPAIGN: &str = "utm_";
/// Maximum length of a campaign parameter's name after its prefix, in characters.
const MAX_CAMPAIGN: usize = 24;

/// The parameters that a shop keeps in stored addresses, besides those of campaigns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageParameters(Vec<String>);

impl PageParameters {
    /// Maximum number of names in the settings.
    pub const MAX: usize = 20;
    /// Maximum length of a name, in characters.
    pub const MAX_NAME: usize = 64;

    /// The names in the settings, and those in the page patterns of the surveys.
    pub fn new<'a>(settings: &'a ShopSettings, surveys: impl IntoIterator<Item = &'a Survey>) -> Self {
        let patterns = surveys.into_iter().flat_map(|survey| &survey.display().pages);
        let mut names: Vec<String> = settings.page_parameters.clone();
        names.extend(patterns.flat_map(|pattern| names_in(pattern)).map(str::to_owned));
        names.retain(|name| Self::check(name).is_ok() && !is_campaign(name));
        names.sort();
        names.dedup();
        Self(names)
    }

    /// Checks a name.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn check(name: &str) -> Result<(), &'static str> {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '[' | ']');
        if name.is_empty() || name.len() > Self::MAX_NAME || !name.chars().all(is_allowed) {
            return Err("must be 1 to 64 letters, digits, '_', '-', '.', '[' or ']'");
        }
        if secret::is_secret_name(name) {
            return Err("must not be the name of a secret or of personal data, like key, token or email");
        }
        if secret::in_value(name) {
            return Err("must be the name of a parameter, not its value");
        }
        Ok(())
    }

    /// The names, sorted.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    fn keeps(&self, name: &str) -> bool {
        // The names are short ASCII words, whose only encoded characters are brackets.
        let name = if name.contains('%') {
            Cow::Owned(name.replace("%5B", "[").replace("%5D", "]").replace("%5b", "[").replace("%5d", "]"))
        } else {
            Cow::Borrowed(name)
        };
        is_campaign(&name) || self.0.iter().any(|known| *known == name)
    }
}

fn is_campaign(name: &str) -> bool {
    name.strip_prefix(CAMPAIGN).is_some_and(|rest| {
        (1..=MAX_CAMPAIGN).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && !secret::is_secret_name(rest)
    })
}

/// The names of parameters in a page pattern: `route` in `/index.php?route=checkout/success` and in `~[?&]route=checkout/`.
fn names_in(pattern: &str) -> impl Iterator<Item = &str> {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    let query = if pattern.starts_with('~') { Some(pattern) } else { pattern.split_once('?').map(|(_, query)| query) };
    let query = query.unwrap_or_default();
    query.match_indices('=').filter_map(move |(at, _)| {
        let before = query.get(..at)?;
        let name =
            before.rsplit(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))).next()?;
        // In a regular expression, `\b` before a name is no part of it.
        let is_escaped = before.strip_suffix(name).is_some_and(|head| head.ends_with('\\'));
        if is_escaped { name.get(1..) } else { Some(name) }
    })
}

/// The part of an address that may be stored: origin, path, the kept parameters, and a route in the fragment (`#/…`).
/// Secrets in them are replaced by `[secret]`. `None` if the address is malformed. Idempotent.
#[must_use]
pub fn clean(url: &str, kept: &PageParameters) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    // A browser and this parser could disagree on where the host ends.
    if rest.starts_with('\\') {
        return None;
    }
    let host = authority.rsplit('@').next()?;
    let origin = Origin::parse(&format!("{scheme}://{host}")).ok()?;
    let (main, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let mut cleaned = origin.as_str().to_owned();
    push_location(&mut cleaned, main, kept);
    let route = fragment.split('#').next().unwrap_or_default();
    if route.starts_with('/') || route.starts_with("!/") {
        cleaned.push('#');
        push_location(&mut cleaned, route, kept);
    }
    Some(cleaned)
}

/// The origin of a cleaned address.
#[must_use]
pub fn origin_of(cleaned: &str) -> &str {
    let host = cleaned.find("://").map_or(0, |at| at + 3);
    let end = cleaned.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(cleaned.len(), |at| host + at);
    cleaned.get(..end).unwrap_or_default()
}

/// Cuts a masked address to the length that is stored. Only a masked one may be cut: half of an e-mail address would no
/// longer be recognised. A mask or an encoded character is dropped rather than split.
pub fn cut(url: &mut String) {
    if url.len() <= MAX_URL {
        return;
    }
    let mut end = url.floor_char_boundary(MAX_URL);
    let head = url.get(..end).unwrap_or_default();
    let is_open = |at: &usize| head.get(*at..).is_some_and(|tail| !tail.contains(']'));
    let mask = head.rfind('[').filter(is_open);
    let code = head.rfind('%').filter(|at| at + 3 > end);
    for start in [mask, code].into_iter().flatten() {
        end = end.min(start);
    }
    url.truncate(end);
}

/// Removes the last part of an address that was cut before it was masked: it may be half of a secret.
pub fn drop_cut_part(url: &mut String) {
    if url.len() > MAX_URL - SECRET.len() {
        let end = url.rfind(['/', '?', '&', '#']).unwrap_or_default();
        url.truncate(end);
    }
}

/// Appends a path with its query.
fn push_location(cleaned: &mut String, location: &str, kept: &PageParameters) {
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let mut position = Position::Anywhere;
    for (number, segment) in path.split(['/', '\\']).enumerate() {
        if number > 0 {
            cleaned.push('/');
        }
        // A path parameter like `;jsessionid=…`.
        let segment = segment.split(';').next().unwrap_or_default();
        cleaned.push_str(if secret::in_segment(segment, position) { SECRET } else { segment });
        position = position.max(Position::after(segment));
    }
    let mut separator = '?';
    for parameter in query.split(['&', ';']) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !kept.keeps(name) {
            continue;
        }
        cleaned.push(separator);
        separator = '&';
        if secret::in_value(value) {
            cleaned.push_str(name);
            cleaned.push('=');
            cleaned.push_str(SECRET);
        } else {
            cleaned.push_str(parameter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn patterns_name_parameters() {
        for (pattern, expected) in [
            ("/index.php?route=checkout/success", &["route"][..]),
            ("!/index.php?route=checkout/*", &["route"]),
            ("/?page_id=12&lang=pl", &["page_id", "lang"]),
            ("~route=checkout/success", &["route"]),
            (r"~[?&]route=checkout(/|&step=2)", &["route", "step"]),
            (r"~\bid=1", &["id"]),
            ("~(?=x)(?<=y)", &["", ""]),
            ("/cart/*", &[]),
            ("/a=b", &[]),
        ] {
            assert_eq!(names_in(pattern).collect::<Vec<_>>(), expected, "{pattern}");
        }
    }

    #[test]
    fn names_of_secrets_are_never_kept() {
        for name in ["category", "filter[color]", "route", "page_id", "keyword", "author", "q"] {
            assert_eq!(PageParameters::check(name), Ok(()), "{name}");
        }
        for name in
            ["", "a b", "a=b", "key", "id_cart", "user_token", "PHPSESSID", "password", "e-mail", "8f14e45fceea167a"]
        {
            assert!(PageParameters::check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_cut_splits_no_mask_and_no_encoded_character() {
        let url = |tail: &str| alloc::format!("{}{tail}", "x".repeat(MAX_URL - 4));
        for (tail, expected) in [
            ("ab", "ab"),
            ("abcdef", "abcd"),
            ("[email]", ""),
            ("[a]b[secret]", "[a]b"),
            ("ab%C5%BC", "ab"),
            ("abż…", "abż"),
        ] {
            let mut text = url(tail);
            cut(&mut text);
            assert_eq!(text, url(expected), "{tail}");
        }
        let mut text = "https://shop.example/a".to_string();
        drop_cut_part(&mut text);
        assert_eq!(text, "https://shop.example/a");
    }
}
