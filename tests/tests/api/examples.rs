//! Runs the examples of `docs/api.md`.

use serde_json::json;
use std::{fmt::Write as _, fs, path::Path, process::Command};
use tests::{
    random::Random,
    shop::Shop,
    temp_dir,
    worker::{Worker, repository, tool},
};

/// An example and its documented output.
#[derive(Debug)]
struct Example {
    language: String,
    text: String,
    output: Option<String>,
    /// The line in the document.
    line: usize,
}

/// The fenced blocks of a document; an `output` block belongs to the block before it.
fn examples(document: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) else { continue };
        let mut text = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| *line != "```") {
            writeln!(text, "{line}").unwrap();
        }
        match (language, found.last_mut()) {
            ("output", Some(before)) => before.output = Some(text),
            _ => found.push(Example { language: language.to_owned(), text, output: None, line: at + 1 }),
        }
    }
    found
}

/// Whether the output matches a pattern in which `…` matches any text.
fn fits(printed: &str, pattern: &str) -> bool {
    let mut rest = printed.trim();
    let parts: Vec<&str> = pattern.trim().split('…').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    if !rest.starts_with(first) || !rest.ends_with(last) {
        return false;
    }
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// A shop with forty responses: half of them 9, a quarter 8, a quarter 3 with text; one of them from a customer.
fn furnished(worker: &Worker) -> Shop {
    let shop = Shop::new(worker);
    let survey = shop.publish(&json!({
        "name": "After purchase", "touchpoint": "purchase", "language": "en",
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    }));
    let mut random = Random::seeded(97);
    for number in 0..40 {
        let score = [9, 9, 8, 3][number % 4];
        let mut answers = json!([{ "question": "nps", "score": score }]);
        if score == 3 {
            answers.as_array_mut().unwrap().push(json!({ "question": "why", "text": "It came late" }));
        }
        let mut submission = shop.submission(&survey, &random.uuid(), 1, &answers);
        submission["complete"] = json!(true);
        let _ = shop.submit(&submission).expect(201);
    }
    shop
}

/// Runs all examples in a language.
fn run(language: &str, program: &Path, file: &str) {
    let document = fs::read_to_string(repository().join("docs/api.md")).unwrap();
    let worker = Worker::shared();
    let shop = furnished(worker);
    let mut complaints = String::new();
    let mut ran = 0;
    for example in examples(&document).iter().filter(|example| example.language == language) {
        ran += 1;
        let folder = temp_dir::create();
        let path = folder.path().join(file);
        fs::write(&path, &example.text).unwrap();
        let mut command = Command::new(program);
        if language == "sh" {
            command.args(["-euo", "pipefail"]);
        }
        let command = command.arg(&path).current_dir(folder.path());
        let command = command.env("ORIGIN", &worker.dev.origin).env("API_KEY", &shop.secret_key).env("NO_PROXY", "*");
        let output = command.output().unwrap();
        let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let as_told = example.output.as_ref().is_none_or(|output| fits(&printed, output));
        if !output.status.success() || !as_told {
            let wanted = example.output.as_deref().unwrap_or_default();
            writeln!(
                complaints,
                "docs/api.md:{}: {}\nprinted: {printed}\nwanted: {wanted}\n{said}",
                example.line, output.status
            )
            .unwrap();
        }
    }
    assert!(ran > 2, "{ran} examples of {language}");
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn in_curl() {
    run("sh", Path::new("bash"), "example.sh");
}

#[test]
fn in_python() {
    run("python", Path::new("python3"), "example.py");
}

#[test]
fn in_javascript() {
    run("js", &tool("GLAS_NODE"), "example.mjs");
}

#[test]
fn output_matches_a_pattern_with_gaps() {
    for (printed, pattern, fitting) in [
        ("a b\n", "a b", true),
        ("a 12 b", "a … b", true),
        ("{\"n\":40}", "{…\"n\":40…", true),
        ("a b", "a", false),
        ("ab", "…c…", false),
        ("ab", "b…", false),
        ("ab", "…a", false),
    ] {
        assert_eq!(fits(printed, pattern), fitting, "{printed} {pattern}");
    }
    let document = "text\n```sh\ncurl\n```\n\n```output\n{}\n```\n```json\n{}\n```\n";
    let found = examples(document);
    assert_eq!((found.len(), found[0].output.as_deref(), found[0].line), (2, Some("{}\n"), 2));
}
