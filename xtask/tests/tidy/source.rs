//! Source files as the rules see them: comments and the contents of strings are blanked, so that a rule about code does
//! not react to prose.

use std::fs;
use std::path::{Path, PathBuf};

/// Generated folders, and folders that are not ours.
const SKIPPED: [&str; 6] = [".git", "target", "build", "pkg", "node_modules", ".wrangler"];

pub struct Source {
    /// Relative to the repository.
    pub path: String,
    /// The unchanged text.
    pub text: String,
    /// The text with comments and the contents of strings blanked; lines and columns are preserved.
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: blank(text) }
    }

    /// Every identifier with its line number.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(line, text)| {
            let words = text.split(|character: char| !(character.is_alphanumeric() || character == '_'));
            words.filter(|word| !word.is_empty()).map(move |word| (line + 1, word))
        })
    }

    /// A complaint for each identifier that `bad` returns a reason for.
    pub fn words_against(&self, bad: impl Fn(&str) -> Option<&'static str>) -> Vec<String> {
        self.words().filter_map(|(line, word)| Some(format!(":{line}: `{word}`: {}", bad(word)?))).collect()
    }

    /// A complaint for each line of code that contains one of the needles.
    pub fn lines_with(&self, needles: &[&str], reason: &str) -> Vec<String> {
        lines_with(&self.code, needles, reason)
    }

    /// The source without `#[cfg(test)]` items.
    pub fn shipped(&self) -> Self {
        let mut code = self.code.clone();
        while let Some(begin) = code.find("#[cfg(test)]") {
            let end = end_of_item(&code, begin + "#[cfg(test)]".len());
            let blanked: String =
                code[begin..end].chars().map(|character| if character == '\n' { '\n' } else { ' ' }).collect();
            code.replace_range(begin..end, &blanked);
        }
        Self { path: self.path.clone(), text: self.text.clone(), code }
    }

    /// True for a file that is compiled for tests only.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

pub fn lines_with(text: &str, needles: &[&str], reason: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .flat_map(|(line, text)| {
            let found = needles.iter().filter(move |needle| text.contains(**needle));
            found.map(move |needle| format!(":{}: `{needle}`: {reason}", line + 1))
        })
        .collect()
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The files below these paths with one of these endings.
pub fn sources(paths: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    for path in paths {
        list(&root().join(path), &mut files);
    }
    files.sort();
    files
        .iter()
        .filter(|file| endings.iter().any(|ending| file.to_string_lossy().ends_with(ending)))
        .map(|file| {
            let path = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{path}: {error}"));
            Source::new(&path, &text)
        })
        .collect()
}

/// The Rust files below these paths.
pub fn rust(paths: &[&str]) -> Vec<Source> {
    sources(paths, &[".rs"])
}

fn list(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.map(Result::unwrap) {
            if !SKIPPED.iter().any(|name| entry.file_name() == *name) {
                list(&entry.path(), files);
            }
        }
    }
}

/// The end of the item that begins at `from`: its closing brace, or its semicolon if that comes first.
fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, character) in code[from..].char_indices() {
        match character {
            ';' if depth == 0 => return from + at + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return from + at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// Replaces comments and the contents of strings with spaces. Written for Rust; good enough for JavaScript.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let hidden = match rest {
            ['/', '/', ..] => rest.iter().position(|character| *character == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => string(rest),
            ['r', '"' | '#', ..] if !follows_word(&chars, at) => raw_string(rest),
            ['\'', '\\', ..] => {
                2 + rest.iter().skip(2).skip(1).position(|character| *character == '\'').map_or(0, |end| end + 2)
            }
            ['\'', _, '\'', ..] => 3,
            _ => 0,
        };
        if hidden == 0 {
            out.push(rest[0]);
            at += 1;
        } else {
            let hidden = hidden.min(rest.len());
            out.extend(rest[..hidden].iter().map(|character| if *character == '\n' { '\n' } else { ' ' }));
            at += hidden;
        }
    }
    out
}

fn follows_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => {
                depth += 1;
                at += 2;
            }
            ['*', '/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#`; 0 for `r#type`.
fn raw_string(rest: &[char]) -> usize {
    let marks = rest.iter().skip(1).take_while(|character| **character == '#').count();
    if rest.get(1 + marks) != Some(&'"') {
        return 0;
    }
    let body = 2 + marks;
    for at in body..rest.len() {
        if rest[at] == '"' && rest[at + 1..].iter().take(marks).filter(|character| **character == '#').count() == marks
        {
            return at + 1 + marks;
        }
    }
    rest.len()
}

#[test]
fn comments_and_strings_are_blanked() {
    #[track_caller]
    fn blanked(text: &str, expected: &str) {
        assert_eq!(blank(text).split_whitespace().collect::<Vec<_>>().join(" "), expected, "{text}");
    }
    blanked("let a = 1; // worker", "let a = 1;");
    blanked("a /* x /* y */ z */ b", "a b");
    blanked(r#"f("worker \" x", y)"#, "f( , y)");
    blanked("f(r#\"a \"worker\" b\"#, r\"w\") r#type", "f( , ) r#type");
    blanked(
        r"match c { '\'' => x, '\u{7f}' => y, '\\' => z, '\n' => n, 'a' => w, _ => v::<'a, 'b>() }",
        "match c { => x, => y, => z, => n, => w, _ => v::<'a, 'b>() }",
    );
    assert_eq!(blank("a\n/*\n*/b").lines().count(), 3);
}

#[test]
fn shipped_code_contains_no_tests() {
    let source = Source::new(
        "a.rs",
        "use a;\n#[cfg(test)]\nmod tests { fn x() { std::fs::read() } }\n#[cfg(test)]\nmod more;\nuse b;",
    );
    let words: Vec<&str> = source.code.split_whitespace().collect();
    assert!(words.contains(&"tests"));
    let shipped = source.shipped();
    assert_eq!(shipped.code.split_whitespace().collect::<Vec<_>>().join(" "), "use a; use b;");
    assert_eq!(shipped.words().last(), Some((6, "b")));
}
