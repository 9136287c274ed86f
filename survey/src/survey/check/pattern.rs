//! Patterns of pages.

use super::{Check, Survey};
use crate::problem::Code;
use alloc::format;

impl Check {
    pub(super) fn pattern(&mut self, page: &str, at: &str) {
        let pattern = page.strip_prefix('!').unwrap_or(page);
        let expression = pattern.strip_prefix('~');
        if page.chars().count() > Survey::MAX_PATTERN {
            self.wrong(Code::TooLong, at, format!("must have at most {} characters", Survey::MAX_PATTERN));
        } else if let Some(expression) = expression {
            if let Err(message) = sane(expression) {
                self.wrong(Code::InvalidFormat, at, message);
            }
        } else if !pattern.starts_with(['/', '*']) {
            let message = "must be a path that starts with '/' or '*', or '~' and a regular expression, after '!' to \
                           leave pages out";
            self.wrong(Code::InvalidFormat, at, message);
        }
    }
}

/// Whether a regular expression can be one. It runs in the shopper's browser, which is the judge of the rest: there one
/// that is wrong fits no page.
fn sane(expression: &str) -> Result<(), &'static str> {
    if expression.is_empty() {
        return Err("must have a regular expression after '~'");
    }
    if expression.starts_with(['*', '+', '?']) {
        return Err("must not begin with a sign that repeats what stands before it");
    }
    let mut groups = 0_u32;
    let mut in_class = false;
    let mut letters = expression.chars();
    while let Some(letter) = letters.next() {
        match letter {
            // What follows a backslash is taken with it and means itself.
            '\\' if letters.next().is_none() => return Err("must not end with a backslash"),
            '\\' => {}
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => groups += 1,
            ')' => groups = groups.checked_sub(1).ok_or("closes a bracket that was not opened")?,
            _ => {}
        }
    }
    if groups > 0 || in_class { Err("opens a bracket that is not closed") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::sane;

    #[test]
    fn expressions() {
        for fine in ["^/p/[0-9]+$", "a|b", r"\(", "[(]", r"[\]]", "(a(b))", "^/(pl|ro)/.*", "(?:a)?", "ż"] {
            assert_eq!(sane(fine), Ok(()), "{fine}");
        }
        for wrong in ["", "*", "+a", "?", "(", ")", "a)(b", "[a", "(]", "a\\", "((a)"] {
            assert!(sane(wrong).is_err(), "{wrong}");
        }
    }
}
