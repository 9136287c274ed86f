//! Verifies signatures with the reference library for Python, in a virtual environment.

use super::{EventSource, TIMEOUT};
use crate::{receiver::Receiver, supervisor::Supervisor, temp_dir};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// The package and its version.
const PACKAGE: &str = "standardwebhooks==1.1.0";

/// Reads a JSON list of secret, headers, body and expected validity; prints the entries that differ.
const SCRIPT: &str = "
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
wrong = []
messages = json.load(sys.stdin)
for at, message in enumerate(messages):
    try:
        Webhook(message['secret']).verify(message['body'], message['headers'])
        verified = True
    except WebhookVerificationError:
        verified = False
    if verified != message['valid']:
        wrong.append(at)
sys.exit(f'of {len(messages)} messages these are wrong: {wrong}' if wrong or not messages else 0)
";

/// Sends messages before and after a rotation, and verifies them. Returns a summary.
///
/// # Panics
/// If the library disagrees or cannot be installed.
pub fn python(supervisor: &Supervisor, receiver: &Receiver, seed: u64) -> String {
    let mut source = EventSource::at(supervisor, seed);
    let path = format!("/python-{seed}");
    let endpoint = source.endpoint(&format!("{}{path}", receiver.origin), &["response.created"]);
    let rotate = format!("/v1/webhooks/{}/rotate", endpoint["id"].as_str().expect("an id"));
    for words in ["", "żółć „quoted” 🙂", "<b>&amp;</b>"] {
        source.submit(9, words);
    }
    let _ = receiver.wait_for(&path, 3, TIMEOUT);
    let rotated = source.shop.call("POST", &rotate, &Value::Null).expect(200).json();
    source.submit(9, "");
    let seen = receiver.wait_for(&path, 4, TIMEOUT);
    let mut list = Vec::new();
    for (at, received) in seen.iter().enumerate() {
        for (secret, valid) in [(&endpoint["secret"], true), (&rotated["secret"], at == 3)] {
            let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
            let headers: serde_json::Map<String, Value> =
                names.into_iter().map(|name| (name.to_owned(), received.header(name).into())).collect();
            let body = String::from_utf8_lossy(&received.body);
            list.push(json!({ "secret": secret, "headers": headers, "body": body, "valid": valid }));
        }
    }
    let folder = temp_dir::create();
    let run = |command: &mut Command| {
        let output = command.output().expect("a Python");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(folder.path()));
    let python = folder.path().join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]));
    let mut child = Command::new(&python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(Value::from(list.clone()).to_string().as_bytes()).expect("the input is written");
    drop(input);
    let output = child.wait_with_output().expect("the process exits");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("{PACKAGE} agrees on {} signatures", list.len())
}
