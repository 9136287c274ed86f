//! Validates page patterns.

use super::{Check, Survey};
use crate::problem::Code;
use alloc::format;

impl Check {
    pub(super) fn pattern(&mut self, page: &str, at: &str) {
        let pattern = page.strip_prefix('!').unwrap_or(page);
        let expression = pattern.strip_prefix('~');
        if page.chars().count() > Survey::MAX_PATTERN {
            self.problem(Code::TooLong, at, format!("must not be longer than {} characters", Survey::MAX_PATTERN));
        } else if let Some(expression) = expression {
            if let Err(message) = check_expression(expression) {
                self.problem(Code::InvalidFormat, at, message);
            }
        } else if !pattern.starts_with(['/', '*']) {
            let message = "must be a path starting with '/' or '*', or '~' followed by a regular expression; prefix either with '!' \
                           to exclude pages";
            self.problem(Code::InvalidFormat, at, message);
        }
    }
}

/// Finds obvious errors in a regular expression. The shopper's browser compiles it; an invalid one matches no page.
fn check_expression(expression: &str) -> Result<(), &'static str> {
    if expression.is_empty() {
        return Err("must have a regular expression after '~'");
    }
    if expression.starts_with(['*', '+', '?']) {
        return Err("must not start with a quantifier (*, + or ?)");
    }
    let mut groups = 0_u32;
    let mut in_class = false;
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        match character {
            // A backslash escapes the next character.
            '\\' if characters.next().is_none() => return Err("must not end with a backslash"),
            '\\' => {}
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => groups += 1,
            ')' => groups = groups.checked_sub(1).ok_or("has an unmatched ')'")?,
            _ => {}
        }
    }
    if groups > 0 || in_class { Err("has an unclosed '(' or '['") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::check_expression;

    #[test]
    fn unbalanced_expressions_are_rejected() {
        for valid in ["^/p/[0-9]+$", "a|b", r"\(", "[(]", r"[\]]", "(a(b))", "^/(pl|ro)/.*", "(?:a)?", "ż"] {
            assert_eq!(check_expression(valid), Ok(()), "{valid}");
        }
        for invalid in ["", "*", "+a", "?", "(", ")", "a)(b", "[a", "(]", "a\\", "((a)"] {
            assert!(check_expression(invalid).is_err(), "{invalid}");
        }
    }
}
