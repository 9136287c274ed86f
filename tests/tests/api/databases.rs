//! Several databases: each shop is stored in exactly one, until it is moved.

#![allow(clippy::print_stdout, reason = "a test prints its measurements")]

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tests::{
    http::{Client, Reply},
    random::Random,
    shop::{ORIGIN, Shop, as_operator, every_kind},
    temp_dir,
    worker::{Dev, spawn, tool, wait_for},
};

/// A generous timeout.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(120);

/// A Worker with two databases.
pub(crate) struct Two {
    /// Stops when this process exits, because its input closes.
    child: Child,
    pub(crate) state: TempDir,
    pub(crate) dev: Dev,
}

impl Two {
    fn start() -> Self {
        Self::start_in(temp_dir::create(), &["--databases", "2"])
    }

    /// Starts a Worker in a folder, which may hold the data of a stopped one.
    pub(crate) fn start_in(state: TempDir, words: &[&str]) -> Self {
        let words: Vec<String> = words.iter().chain(&["--bare"]).map(|word| (*word).to_owned()).collect();
        let mut child = spawn(state.path(), &words);
        let dev = wait_for(state.path(), &mut child);
        Self { child, state, dev }
    }

    /// Stops it; the data remains in the returned folder.
    pub(crate) fn stop(mut self) -> TempDir {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        self.state
    }

    /// The instance shared by the tests of this file.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Two> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    pub(crate) fn shop(&self) -> Shop {
        Shop::at(Client::new(&self.dev.origin), &self.dev.admin_token, "Na walizkach", &[ORIGIN])
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        as_operator(&Client::new(&self.dev.origin), &self.dev.admin_token, method, path, body)
    }

    /// The database files.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let folder = self.state.path().join("v3/d1/miniflare-D1DatabaseObject");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files
            .filter(|file| file.extension().is_some_and(|it| it == "sqlite") && !file.ends_with("metadata.sqlite"))
            .collect()
    }

    /// A number from each database.
    pub(crate) fn count(&self, sql: &str, shop: &str) -> Vec<i64> {
        let one = |file: &PathBuf| {
            let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
            connection.busy_timeout(Duration::from_secs(10)).unwrap();
            connection.query_row(sql, [shop], |row| row.get(0)).unwrap()
        };
        self.files().iter().map(one).collect()
    }

    /// The database that a shop is stored in.
    pub(crate) fn place(&self, shop: &str) -> &'static str {
        let reply = self.call("POST", &format!("/v1/shops/{shop}/move"), &json!({ "to": "DB_0", "grace_seconds": 0 }));
        if reply.status == 409 {
            return "DB_0";
        }
        let _ = reply.expect(200);
        assert_eq!(self.call("DELETE", &format!("/v1/shops/{shop}/move"), &Value::Null).status, 204);
        "DB_1"
    }

    /// Moves a shop as the operator does, and waits until the old copy is deleted.
    pub(crate) fn move_shop(&self, shop: &str, to: &str) {
        let token = self.state.path().join("token");
        fs::write(&token, format!("{}\n", self.dev.admin_token)).unwrap();
        let mut command = Command::new(tool("GLAS_XTASK"));
        command.args(["move-shop", "--origin", &self.dev.origin, "--shop", shop, "--to", to, "--grace", "0"]);
        let output = command.arg("--token-file").arg(&token).output().unwrap();
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && printed.contains(&format!("{shop} is in {to} after")), "{printed}");
        print!("{printed}");
        let begin = Instant::now();
        loop {
            let reply = self.call("POST", &format!("/v1/shops/{shop}/move/step"), &Value::Null);
            if reply.status == 404 || reply.json()["done"] == true {
                return;
            }
            assert_eq!(reply.status, 200, "{}", reply.text);
            assert!(begin.elapsed() < TIMEOUT, "{}", reply.text);
        }
    }
}

/// The id of a shop, which is part of its keys.
pub(crate) fn id_of(shop: &Shop) -> String {
    format!("shp_{}", &shop.public_key[3..19])
}

#[test]
fn new_shops_are_spread_over_all_databases() {
    let two = Two::shared();
    let shops: Vec<Shop> = (0..24).map(|_| two.shop()).collect();
    let mut random = Random::seeded(950);
    for shop in &shops {
        let survey = shop.publish(&every_kind());
        let id = random.uuid();
        let body = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
        let _ = shop.submit(&body).expect(201);
        assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 1);
        let rows = two.count("SELECT count(*) FROM shops WHERE id = ?1", &id_of(shop));
        assert_eq!(rows.iter().sum::<i64>(), 1, "the shop is in exactly one database");
    }
    // All of them are in the same database with a probability of 2 in 2^24.
    let shares = two.count("SELECT count(*) FROM shops WHERE id > ?1", "");
    assert!(shares.iter().all(|shops| *shops > 0), "{shares:?}");
}

#[test]
fn adding_a_database_moves_no_existing_shop() {
    let one = Two::start_in(temp_dir::create(), &["--databases", "1"]);
    let shops: Vec<Shop> = (0..8).map(|_| one.shop()).collect();
    let surveys: Vec<_> = shops.iter().map(|shop| shop.publish(&every_kind())).collect();
    let two = Two::start_in(one.stop(), &["--databases", "2"]);
    let mut random = Random::seeded(960);
    for (shop, survey) in shops.into_iter().zip(surveys) {
        // The same shops at the new Worker. The hash would now assign half of them to the other database, but they
        // stay.
        let shop = Shop { client: Client::new(&two.dev.origin), ..shop };
        let body = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
        let _ = shop.submit(&body).expect(201);
        assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 1);
        // If it was stopped within a second of publishing, the pages' config may be outdated until the cron job runs.
        let begin = Instant::now();
        while !shop.config().to_string().contains(&survey.id) {
            let _ = shop.client.send("GET", "/cdn-cgi/local/scheduled?cron=*+*+*+*+*", &[], "");
            assert!(begin.elapsed() < TIMEOUT, "its pages do not show the survey");
            thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(two.place(&id_of(&shop)), "DB_0");
    }
    let mut rows = two.count("SELECT count(*) FROM responses WHERE shop > ?1", "");
    rows.sort_unstable();
    assert_eq!(rows, [0, 8]);
    let newcomers: Vec<Shop> = (0..16).map(|_| two.shop()).collect();
    // All 16 are in the old database with a probability of 1 in 2^16.
    assert!(newcomers.iter().any(|shop| two.place(&id_of(shop)) == "DB_1"));
}

#[test]
fn an_abandoned_freeze_expires() {
    let faulty = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faults/worker.mjs");
    let words = ["--databases", "2", "--entry", faulty.to_str().unwrap()];
    let two = Two::start_in(temp_dir::create(), &words);
    let shop = two.shop();
    let id = id_of(&shop);
    let survey = shop.publish(&every_kind());
    let to = if two.place(&id) == "DB_0" { "DB_1" } else { "DB_0" };
    let path = format!("/v1/shops/{id}/move");
    let _ = two.call("POST", &path, &json!({ "to": to, "grace_seconds": 0 })).expect(200);
    let is_frozen =
        || two.count("SELECT count(*) FROM moves WHERE shop = ?1 AND state = 'frozen'", &id).iter().sum::<i64>() == 1;
    let begin = Instant::now();
    while !is_frozen() {
        let _ = two.call("POST", &format!("{path}/step"), &Value::Null).expect(200);
        assert!(begin.elapsed() < TIMEOUT, "the shop is never frozen");
    }
    let body = shop.submission(&survey, &Random::seeded(970).uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = shop.submit(&body).expect(202);
    assert_eq!(
        shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "wait" })).status,
        503,
        "the owner is asked to retry"
    );
    assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 0, "reads still work");

    // A day later, according to the cron job's clock.
    let headers = [("content-type", "application/json")];
    let _ = shop.client.send("PUT", "/v1/__faults", &headers, json!({ "days": 1 }).to_string()).expect(200);
    let clock = "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*";
    while is_frozen() {
        let _ = shop.client.send("GET", clock, &[], "");
        assert!(begin.elapsed() < TIMEOUT, "the shop stays frozen");
    }
    while shop.get("/v1/metrics?metric=nps")["n"] != 1 {
        assert!(begin.elapsed() < TIMEOUT, "queued responses are not stored");
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "wait" })).status, 200);
    // The move continues from where it was and includes what was written since.
    two.move_shop(&id, to);
    assert_eq!(two.place(&id), to);
    assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 1);
    assert_eq!(shop.get("/v1/shop/settings")["consent"], "wait");
}
