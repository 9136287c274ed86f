//! Files, types and functions are named with standard terms, and prose is plain English.
//!
//! Each table maps a retired word to the term to use instead. The rules look at names only: a comment may use any of
//! these words in its ordinary sense.

use crate::source::{Source, lines_with, sources};
use crate::{allows, catches, check};

/// The folders that the rules apply to.
const FOLDERS: [&str; 7] = ["survey", "insight", "widget", "edge", "tests", "fuzz", "xtask"];

/// Sources whose names are checked.
const ENDINGS: [&str; 4] = [".rs", ".js", ".mjs", ".py"];

/// A retired word, the term to use instead, and the folder in which it is retired; an empty folder means everywhere.
type Term = (&'static str, &'static str, &'static str);

/// Retired names of files, folders and modules.
const FILES: [Term; 42] = [
    ("alone", "isolated", ""),
    ("auto", "consent_platforms", "widget"),
    ("begin", "from_template", ""),
    ("bytes", "sizes", "xtask/src"),
    ("courier", "sender", ""),
    ("exchange", "runtime", ""),
    ("fleet", "databases", ""),
    ("flood", "rate_limit", ""),
    ("fold", "search_text", ""),
    ("ground", "fixture", ""),
    ("guesses", "auth_throttle", ""),
    ("home", "target", ""),
    ("journal", "log", ""),
    ("kept", "read", ""),
    ("letters", "dead_letters or sanitize", ""),
    ("limit", "body", "edge"),
    ("looks", "gallery", ""),
    ("mixture", "mixed_validity", ""),
    ("moment", "timestamp", ""),
    ("more", "extras", "widget"),
    ("outside", "harness", ""),
    ("patience", "retry_policy", ""),
    ("pins", "versions", ""),
    ("places", "shop_directory", ""),
    ("portion", "batch", ""),
    ("quiet", "safely", "widget"),
    ("registry", "catalog", ""),
    ("role", "column_role", ""),
    ("run", "scheduler", "widget"),
    ("scratch", "temp_dir", ""),
    ("seal", "tokens", ""),
    ("share", "proportion", ""),
    ("sheet", "csv_writer", ""),
    ("shops", "move_shop", "xtask"),
    ("silence", "watchdog", ""),
    ("spill", "intake_queue", ""),
    ("stamp", "fingerprint", ""),
    ("step", "process", "xtask"),
    ("teller", "presenter", ""),
    ("terse", "minify", ""),
    ("trial", "test_delivery", ""),
    ("wish", "request", ""),
];

/// Retired names of types.
const TYPES: [Term; 44] = [
    ("Arrival", "NewResponse", ""),
    ("Asked", "SurveyContext", ""),
    ("Away", "Unavailable", ""),
    ("Broken", "Corrupt", ""),
    ("Choice", "MetricQuery", "edge/src/routes/metrics"),
    ("Chosen", "ChoiceFilter", ""),
    ("Claim", "RawSubmission", ""),
    ("Courier", "Sender", ""),
    ("Enough", "SampleSize", ""),
    ("Errand", "DeliveryMessage", ""),
    ("Fleet", "Databases", ""),
    ("Fold", "SearchText", ""),
    ("Form", "Projection", ""),
    ("Given", "AnswerMask", ""),
    ("Ground", "Fixture", ""),
    ("Home", "ImportTarget", ""),
    ("Job", "ClaimedDelivery", ""),
    ("Judged", "RowVerdict", ""),
    ("KeyTrouble", "KeyError", ""),
    ("Letter", "DeadLetter", ""),
    ("Listed", "SurveySummary", ""),
    ("Owned", "Guard", ""),
    ("Patience", "RetryPolicy", ""),
    ("Pieces", "LimitedBody", ""),
    ("Place", "Location", ""),
    ("Portion", "Batch", ""),
    ("Reached", "ImportProgress", ""),
    ("Said", "ShardReply or Action", ""),
    ("Saved", "SaveResult", ""),
    ("Seal", "TokenSigner", ""),
    ("Settlement", "AttemptResult", ""),
    ("Share", "Proportion", ""),
    ("Sheet", "CsvWriter", ""),
    ("Sign", "ShardReply", ""),
    ("Silence", "Watchdog", ""),
    ("Teller", "ResponsePresenter", ""),
    ("Told", "Projection", ""),
    ("Turn", "Prompt", ""),
    ("Walk", "Progress", ""),
    ("Wanted", "FlagFilter", ""),
    ("Way", "AccessPath", ""),
    ("Wish", "CreateKey or ResponseQuery", ""),
    ("Wrong", "RowErrors", ""),
    ("Alone", "Isolated", ""),
];

/// Retired names of functions, handlers included.
const FUNCTIONS: [Term; 17] = [
    ("beat", "ping", ""),
    ("begin", "create_from_template", "edge/src/routes/surveys"),
    ("burn", "delete_dead_letter", ""),
    ("bury", "insert_dead_letter", ""),
    ("catch_up", "republish_if_closed", ""),
    ("from_letters", "base32_decode", ""),
    ("kept", "get", ""),
    ("kept_back", "suppressed", ""),
    ("lay", "insert_dead_letter", ""),
    ("letters", "list_dead_letters or base32_encode", ""),
    ("looked_at", "scan_limit", ""),
    ("note_use", "touch_last_used", ""),
    ("spill", "enqueue", ""),
    ("tell", "emit", ""),
    ("tend", "run_due", ""),
    ("told", "respond_with", ""),
    ("trial", "send_test_delivery", ""),
];

/// Phrases that hide the subject of a sentence. Name the request, the key, the shopper or the operator instead.
const PHRASES: [&str; 2] = ["whoever", "nobody knows"];

/// Names that stay in spite of a table: path, name, reason.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// The term for a name, if the name is retired in the file's folder.
fn term(table: &[Term], source: &Source, name: &str) -> Option<&'static str> {
    let retired = table.iter().find(|(word, _, folder)| *word == name && source.path.starts_with(folder))?;
    let excepted = EXCEPTIONS.iter().any(|(path, word, _)| *path == source.path && *word == name);
    (!excepted).then_some(retired.1)
}

fn has_a_standard_name(source: &Source) -> Vec<String> {
    let parts = source.path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let retired = parts.filter_map(|stem| Some((stem, term(&FILES, source, stem)?)));
    retired.map(|(stem, term)| format!(":1: the file name `{stem}` is retired; use {term}")).collect()
}

/// The names that follow one of these keywords.
fn declared<'a>(source: &'a Source, keywords: &'a [&str]) -> impl Iterator<Item = (usize, &'a str)> {
    let words: Vec<(usize, &str)> = source.words().collect();
    let pairs = words.windows(2).map(|pair| (pair[0].1, pair[1])).collect::<Vec<_>>();
    pairs.into_iter().filter(|(before, _)| keywords.contains(before)).map(|(_, name)| name)
}

fn declares_standard_names(source: &Source) -> Vec<String> {
    let rules: [(&str, &[Term], &[&str]); 3] = [
        ("module", &FILES, &["mod"]),
        ("type", &TYPES, &["struct", "enum", "trait", "type", "union", "class"]),
        ("function", &FUNCTIONS, &["fn", "function"]),
    ];
    let mut complaints = Vec::new();
    for (kind, table, keywords) in rules {
        for (line, name) in declared(source, keywords) {
            if let Some(term) = term(table, source, name) {
                complaints.push(format!(":{line}: the {kind} name `{name}` is retired; use {term}"));
            }
        }
    }
    complaints
}

fn is_plain_english(source: &Source) -> Vec<String> {
    lines_with(&source.text.to_lowercase(), &PHRASES, "name the subject of the sentence")
}

#[test]
fn files_have_standard_names() {
    check("standard file names", &sources(&FOLDERS, &ENDINGS), has_a_standard_name);
}

#[test]
fn modules_types_and_functions_have_standard_names() {
    check("standard names", &sources(&FOLDERS, &ENDINGS), declares_standard_names);
}

#[test]
fn prose_names_its_subjects() {
    let mut all = sources(&FOLDERS, &ENDINGS);
    // This file lists the phrases.
    all.retain(|source| source.path != "xtask/tests/tidy/words.rs");
    check("plain English", &all, is_plain_english);
}

#[test]
fn the_rules_can_fail() {
    for path in ["edge/src/store/letters.rs", "edge/src/seal.rs", "widget/loader/run.js", "tests/src/ground/a.rs"] {
        catches(has_a_standard_name, path, "", 1);
    }
    // Retired in other folders only.
    for path in ["xtask/src/run.rs", "tests/tests/api/bytes.rs", "edge/src/dead_letters.rs", "insight/src/step.rs"] {
        allows(has_a_standard_name, path, "");
    }

    catches(declares_standard_names, "edge/src/lib.rs", "\nmod seal;", 2);
    catches(declares_standard_names, "edge/src/a.rs", "pub(crate) struct Letter {", 1);
    catches(declares_standard_names, "edge/src/a.rs", "\n\nenum Wish<'a> {", 3);
    catches(declares_standard_names, "edge/src/a.rs", "pub async fn bury(&self) {}", 1);
    catches(declares_standard_names, "widget/loader/a.js", "function told() {}", 1);
    catches(declares_standard_names, "edge/src/routes/surveys.rs", "pub async fn begin() {}", 1);
    allows(declares_standard_names, "edge/src/db.rs", "async fn begin() {} struct DeadLetter; let told = 1;");
    allows(declares_standard_names, "edge/src/a.rs", "// struct Letter\nlet text = \"fn bury\";");
    let complaint = declares_standard_names(&Source::new("edge/src/a.rs", "struct Seal;"));
    assert_eq!(complaint, [":1: the type name `Seal` is retired; use TokenSigner"]);

    catches(is_plain_english, "a.rs", "\n// Whoever asks twice", 2);
    catches(is_plain_english, "a.rs", "let text = \"nobody knows\";", 1);
    allows(is_plain_english, "a.rs", "// The caller may retry.");
}
