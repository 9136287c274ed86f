//! `cargo xtask move-shop`: moves a shop to another database through the operator API.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How long to retry while the deployment is unavailable.
const RETRY_BUDGET: Duration = Duration::from_secs(120);
/// Delay between retries.
const PAUSE: Duration = Duration::from_secs(1);
/// Default time for which the deployment keeps the old copy, in seconds.
const GRACE_S: u64 = 600;

struct Options {
    origin: String,
    token: String,
    shop: String,
    to: String,
    grace_s: u64,
    cancel: bool,
}

/// Moves a shop. It can be interrupted at any point and continues when it is run again.
pub fn run(words: &[String]) -> Result<()> {
    let options = options(words)?;
    let path = format!("/v1/shops/{}/move", options.shop);
    if options.cancel {
        let reply = options.call("DELETE", &path, None)?;
        return if reply.0 == 204 {
            println!("cancelled: {} stays in its current database", options.shop);
            Ok(())
        } else {
            bail!("{}", error_message(&reply))
        };
    }
    let request = json!({ "to": options.to, "grace_seconds": options.grace_s });
    let begin = Instant::now();
    let started = options.call("POST", &path, Some(&request))?;
    if started.0 != 200 {
        bail!("{}", error_message(&started));
    }
    let mut shown = String::new();
    let mut last_reply = Instant::now();
    loop {
        let reply = match options.call("POST", &format!("{path}/step"), None) {
            Ok(reply) if reply.0 == 200 => reply.1,
            // A 4xx is final. Other failures are retried within the budget.
            Ok(reply) if reply.0 < 500 && reply.0 != 429 => bail!("{}", error_message(&reply)),
            Ok(reply) if last_reply.elapsed() > RETRY_BUDGET => bail!("{}", error_message(&reply)),
            Err(error) if last_reply.elapsed() > RETRY_BUDGET => return Err(error),
            _ => {
                thread::sleep(PAUSE);
                continue;
            }
        };
        last_reply = Instant::now();
        let line = line(&reply);
        if line != shown {
            println!("{line}");
            shown = line;
        }
        if word(&reply, "phase") == "grace" || reply.get("done") == Some(&Value::Bool(true)) {
            let seconds = begin.elapsed().as_secs_f64();
            println!("{} is in {} after {seconds:.1} s", options.shop, options.to);
            if let Some(wait) = number(&reply, "wait_seconds").filter(|wait| *wait > 0) {
                println!("the deployment deletes the old copy after {wait} s");
            }
            return Ok(());
        }
    }
}

fn word<'a>(reply: &'a Value, name: &str) -> &'a str {
    reply.get(name).and_then(Value::as_str).unwrap_or("?")
}

fn number(reply: &Value, name: &str) -> Option<u64> {
    reply.get(name).and_then(Value::as_u64)
}

fn line(reply: &Value) -> String {
    match (word(reply, "phase"), number(reply, "copied"), number(reply, "responses")) {
        (phase @ ("copy" | "follow"), Some(copied), Some(all)) => format!("{phase}: {copied} copied of {all}"),
        (phase, ..) => phase.to_owned(),
    }
}

/// The message of an error response.
fn error_message((status, body): &(u16, Value)) -> String {
    let word = |name: &str| body.get(name).and_then(Value::as_str);
    format!("{status}: {}", word("detail").or_else(|| word("title")).unwrap_or("no details"))
}

impl Options {
    /// Sends a request; returns the status and the body.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
        let agent: ureq::Agent = config.build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", "application/json");
        let text = body.map(Value::to_string).unwrap_or_default();
        let mut response = agent.run(request.body(text)?).with_context(|| format!("{method} {}{path}", self.origin))?;
        let text = response.body_mut().read_to_string().unwrap_or_default();
        Ok((response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null)))
    }
}

fn options(words: &[String]) -> Result<Options> {
    let (mut origin, mut token, mut shop, mut to) = (None, None, None, None);
    let (mut grace_s, mut cancel) = (GRACE_S, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().cloned().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--origin" => origin = Some(value()?.trim_end_matches('/').to_owned()),
            "--token-file" => {
                let path = PathBuf::from(value()?);
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                token = Some(text.trim().to_owned());
            }
            "--shop" => shop = Some(value()?),
            "--to" => to = Some(value()?),
            "--grace" => {
                let text = value()?;
                grace_s = text.parse().with_context(|| format!("`{text}` is not a valid number of seconds"))?;
            }
            "--cancel" => cancel = true,
            _ => bail!("`move-shop` does not accept `{word}`; see `cargo xtask help`"),
        }
    }
    let need = |value: Option<String>, name: &str| value.with_context(|| format!("`move-shop` needs {name}"));
    Ok(Options {
        origin: need(origin, "--origin URL")?,
        token: need(token, "--token-file FILE")?,
        shop: need(shop, "--shop ID")?,
        to: if cancel { to.unwrap_or_default() } else { need(to, "--to DB_1")? },
        grace_s,
        cancel,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options> {
        options(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_missing_or_unknown_option_is_named_in_the_error() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for (line, message) in [
            ("", "`move-shop` needs --origin URL"),
            ("--origin", "--origin needs a value"),
            ("--origin http://a", "`move-shop` needs --token-file FILE"),
            ("--orgin http://a", "`move-shop` does not accept `--orgin`; see `cargo xtask help`"),
            ("--grace x", "`x` is not a valid number of seconds"),
        ] {
            assert_eq!(read(line).err().map(|error| error.to_string()).as_deref(), Some(message), "{line}");
        }
        let all = read(&format!("--origin http://a/ --token-file {file} --shop shp_1 --to DB_1")).unwrap();
        assert_eq!((all.origin.as_str(), all.to.as_str(), all.grace_s), ("http://a", "DB_1", 600));
        assert!(read(&format!("--origin http://a --token-file {file} --shop shp_1")).is_err(), "--to is missing");
        assert!(read(&format!("--origin http://a --token-file {file} --shop shp_1 --cancel")).unwrap().cancel);
    }
}
