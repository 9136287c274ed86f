//! Parses the output of the test runners.

use std::fmt;

use crate::process::tail;

/// Totals of a test run.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u32,
    /// Failed or could not run.
    pub failed: u32,
    /// Ignored.
    pub skipped: u32,
}

impl Count {
    /// One passed check.
    pub fn one_passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One failed check.
    pub fn one_failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// Adds another count to this one.
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// libtest prints `test result: ok. 3 passed; 0 failed; 1 ignored; …` per test binary and per crate's doctests.
    pub fn of_cargo(output: &str) -> Self {
        let mut count = Self::default();
        for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
            let Some((_, numbers)) = line.split_once(". ") else {
                continue;
            };
            for part in numbers.split(';') {
                match number_and_word(part) {
                    Some((number, "passed")) => count.passed += number,
                    Some((number, "failed")) => count.failed += number,
                    Some((number, "ignored")) => count.skipped += number,
                    _ => {}
                }
            }
        }
        count
    }

    /// node:test prints TAP: `# pass 3` and so on, once at the end.
    pub fn of_node(output: &str) -> Self {
        let number = |word: &str| {
            let lines = output.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(word));
            lines.filter_map(|rest| rest.trim().parse::<u32>().ok()).next_back().unwrap_or_default()
        };
        Self {
            passed: number("pass "),
            failed: number("fail ") + number("cancelled "),
            skipped: number("skipped ") + number("todo "),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// `" 3 passed"` → `(3, "passed")`.
fn number_and_word(part: &str) -> Option<(u32, &str)> {
    let mut words = part.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?))
}

/// The relevant part of a failed command's output: libtest's failures without backtraces, otherwise the compiler
/// errors, otherwise the last lines.
pub fn failures(output: &str, limit: usize) -> String {
    let mut shown = Vec::new();
    let (mut inside, mut in_stack) = (false, false);
    for line in output.lines() {
        if line == "failures:" {
            inside = true;
        } else if line.starts_with("test result:") {
            inside = false;
        } else if line == "stack backtrace:" {
            in_stack = true;
        } else if in_stack {
            in_stack = line.starts_with(' ');
        } else if inside && !line.trim().is_empty() {
            shown.push(line);
        }
    }
    if shown.is_empty() {
        // A compiler error: everything from the first error on.
        shown = output.lines().skip_while(|line| !line.starts_with("error")).collect();
    }
    if shown.is_empty() {
        return tail(output, limit.min(60));
    }
    let more = shown.len().saturating_sub(limit);
    let mut text: Vec<String> = shown.iter().take(limit).map(|line| format!("    {line}")).collect();
    if more > 0 {
        text.push(format!("    … {more} more lines"));
    }
    text.join("\n")
}

/// The compiler's own total: ``warning: `survey` (lib) generated 3 warnings``.
pub fn warnings(output: &str) -> u32 {
    output
        .lines()
        .filter(|line| line.starts_with("warning: `"))
        .filter_map(|line| line.split_once(" generated ")?.1.split_whitespace().next()?.parse::<u32>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_test_output_is_counted() {
        let output = "\
running 3 tests
test a ... ok
test b ... ignored
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests survey
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.10s
";
        assert_eq!(Count::of_cargo(output), Count { passed: 3, failed: 2, skipped: 1 });
        assert_eq!(Count::of_cargo("error: could not compile"), Count::default());
    }

    #[test]
    fn node_test_output_is_counted() {
        let output =
            "ok 1 - a\n1..1\n# tests 6\n# suites 0\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 2\n# todo 0\n";
        assert_eq!(Count::of_node(output), Count { passed: 3, failed: 1, skipped: 2 });
    }

    #[test]
    fn ignored_tests_do_not_count_as_passed() {
        let count = Count { passed: 1, failed: 0, skipped: 4 };
        assert_eq!(count.to_string(), "1 passed, 0 failed, 4 skipped");
    }

    #[test]
    fn failures_are_extracted_without_backtraces() {
        let output = "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\nleft: 1\n\nfailures:\n    a\n\ntest result: FAILED. …\nmore";
        assert_eq!(failures(output, 9), "    ---- a stdout ----\n    left: 1\n        a");
        assert_eq!(failures("Compiling a\nerror[E1]: x\n --> b\n", 9), "    error[E1]: x\n     --> b");
        assert_eq!(failures("Diff in a.rs\n", 9), "    Diff in a.rs");
        let stack = "failures:\nleft: 1\nstack backtrace:\n   0: a\n      at b\nnote: more\nright: 2\ntest result:";
        assert_eq!(failures(stack, 9), "    left: 1\n    right: 2");
        assert_eq!(failures("failures:\n1\n2\n3\ntest result:", 2), "    1\n    2\n    … 1 more lines");
    }

    #[test]
    fn clippy_warnings_are_counted() {
        let output = "warning: unused\nwarning: `survey` (lib) generated 3 warnings\nwarning: `edge` (lib test) generated 1 warning (1 duplicate)\n";
        assert_eq!(warnings(output), 4);
    }
}
