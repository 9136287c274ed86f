//! Glas and the Workers it is compared with, each on a copy of the same state.

use serde_json::{Value, json};
use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tests::{
    intake::{Fixture, anything, new_id},
    load::{self, Call, Figures},
    random::Random,
    shopper::stored_secret,
    supervisor::{Entry, Supervisor},
    temp_dir,
    worker::repository,
};

/// The names, in the order of the table.
pub(crate) const KINDS: [&str; 3] = ["Glas", "bare JavaScript, the same transaction", "JavaScript that does nothing"];
/// Responses that a load has view tokens for, over all shops. The shops' servers vouch for the rest.
const STOCK: usize = 8_000;
/// Several shops, since the rate of a single one is limited.
const SHOPS: usize = 8;

/// One of the compared Workers.
pub(crate) struct Contestant {
    pub(crate) kind: &'static str,
    pub(crate) supervisor: Supervisor,
    fixtures: Vec<Fixture>,
    _state: TempDir,
}

/// Starts all of them.
pub(crate) fn start() -> Vec<Contestant> {
    // Shops are created once; the statements of a submission are learned from Glas.
    let state = temp_dir::create();
    let mut supervisor = Supervisor::start_in(Entry::Faulty, state.path());
    let fixtures: Vec<Fixture> = (0..SHOPS).map(|_| Fixture::new(&supervisor)).collect();
    let learned = learn(&fixtures[0]);
    supervisor.stop();
    let bin = repository().join("tests/src/bin/bench_intake");
    let entries = [Entry::Product, Entry::Other(bin.join("bare.mjs")), Entry::Other(bin.join("nothing.mjs"))];
    let all = KINDS.iter().zip(entries).map(|(kind, entry)| {
        let own = temp_dir::create();
        copy(state.path(), own.path()).expect("a copy of the state");
        let supervisor = Supervisor::start_in(entry, own.path());
        let fixtures = fixtures.iter().map(|fixture| fixture.moved(&supervisor)).collect();
        Contestant { kind, supervisor, fixtures, _state: own }
    });
    let all: Vec<Contestant> = all.collect();
    let headers = [("content-type", "application/json")];
    let _ = all[1].supervisor.client().send("PUT", "/v1/__statements", &headers, learned.to_string()).expect(200);
    all
}

/// Records the transaction of a submission: its statements with their values, and which values differ between
/// responses.
fn learn(fixture: &Fixture) -> Value {
    let mut random = Random::seeded(20_261_123);
    // A view token vouches for all ids but these.
    let id = std::iter::repeat_with(|| new_id(&mut random)).find(|id| !id.ends_with('c')).expect("an id");
    let content = anything(&mut random);
    let mut call = fixture.call(&id, 1, &content);
    call.headers.push(("x-show-statements", "yes".to_owned()));
    let shown = load::run(async {
        let mut line = load::Line::to(fixture.target.clone());
        let answer = line.send(&call).await.expect("a reply");
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        answer.header("x-statements").to_owned()
    });
    let statements: Value = serde_json::from_slice(&decoded(&shown)).expect("JSON");
    let all = statements.as_array().expect("a list");
    let first =
        all.iter().position(|one| one["sql"].as_str().is_some_and(|sql| sql.starts_with("INSERT INTO responses")));
    let transaction = &all[first.expect("the statement that inserts a response")..];
    let body: Value = serde_json::from_slice(&call.body).expect("JSON");
    let token = body["token"].as_str().expect("a view token").to_owned();
    let secret = stored_secret(&id);
    let with_roles = transaction.iter().map(|statement| {
        let values = statement["values"].as_array().expect("values");
        let roles = values.iter().map(|value| match value.as_str() {
            Some(text) if text == secret => "secret".into(),
            // The whole token, or the part that names the view.
            Some(text) if text.len() >= 8 && token.contains(text) => "view".into(),
            _ => role(value, &id),
        });
        json!({ "sql": statement["sql"], "values": statement["values"], "roles": roles.collect::<Vec<_>>() })
    });
    with_roles.collect()
}

/// The role of a value that differs between responses.
fn role(value: &Value, id: &str) -> Value {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64() * 1e3);
    match value {
        Value::String(text) if text == id => "id".into(),
        Value::String(text) if text.starts_with("[{\"question\"") => "answers".into(),
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            "fingerprint".into()
        }
        Value::Number(number) if number.as_f64().is_some_and(|ms| (ms - now).abs() < 60_000.0) => "now".into(),
        _ => Value::Null,
    }
}

/// `%41` → `A`.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let code = text.get(text.len() - more.len()..text.len() - more.len() + 2);
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    bytes
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

impl Contestant {
    /// Fetches enough view tokens for the next load, so that the load consists of submissions only. The other contestants
    /// verify no tokens.
    pub(crate) fn stock(&self, connections: usize) {
        if self.kind == KINDS[0] {
            let used = self.fixtures.len().min(connections);
            for fixture in self.fixtures.iter().take(used) {
                fixture.stock(STOCK / used);
            }
        }
    }

    /// Sends new responses over several connections, each as soon as the last one was acknowledged.
    pub(crate) fn load(&self, connections: usize, during: Duration, round: usize) -> Figures {
        let begin = Instant::now();
        let target = self.supervisor.target();
        let all = load::run(load::on_lines(&target, connections, |number, mut line| {
            let fixture = self.fixtures[number % self.fixtures.len()].clone();
            let mut random = Random::seeded((round * 1_000 + number) as u64 ^ u64::from(std::process::id()) << 32);
            async move {
                let mut figures = Figures::default();
                while begin.elapsed() < during {
                    let call: Call = fixture.call(&new_id(&mut random), 1, &anything(&mut random));
                    let sent = Instant::now();
                    match line.send(&call).await {
                        Ok(answer) => figures.replied(answer.status, sent.elapsed()),
                        Err(_) => figures.lost += 1,
                    }
                }
                figures
            }
        }));
        Figures::sum(all)
    }
}
