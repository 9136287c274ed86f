//! The platform of tests: SQLite for D1, memory for everything else.

use super::{Platform, Queue};
use crate::{
    db::{Database, error::StoreError, sqlite::Sqlite},
    time::clock,
};
use futures_util::FutureExt;
use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};
use worker::send::SendWrapper;

type Work = SendWrapper<Pin<Box<dyn Future<Output = ()>>>>;

/// Bindings in memory. Every value may be changed while a test runs.
#[derive(Default)]
pub(crate) struct InProcess {
    databases: HashMap<String, Arc<Sqlite>>,
    vars: Mutex<HashMap<String, String>>,
    cache: Mutex<HashMap<String, String>>,
    queues: Mutex<Vec<(Queue, String)>>,
    after_reply: Mutex<Vec<Work>>,
    /// The limit of each rate limiter per key and minute. A limiter without one is unavailable.
    limits: Mutex<HashMap<&'static str, u32>>,
    calls: Mutex<HashMap<(String, String, i64), u32>>,
}

/// The result of a future that has nothing to wait for in tests.
#[track_caller]
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits in tests")
}

/// The operator's token of the deployment that tests run.
pub(crate) const ADMIN_TOKEN: &str = "admin-token-of-the-tests";

impl InProcess {
    /// A deployment with this many databases.
    pub(crate) fn new(databases: usize) -> Arc<Self> {
        let databases: HashMap<_, _> =
            (0..databases).map(|number| (format!("DB_{number}"), Arc::new(Sqlite::new()))).collect();
        let vars = HashMap::from([
            ("SHARDS".to_owned(), databases.len().to_string()),
            ("ADMIN_TOKEN".to_owned(), ADMIN_TOKEN.to_owned()),
        ]);
        Arc::new(Self { databases, vars: Mutex::new(vars), ..Self::default() })
    }

    /// The platform that the code under test sees.
    pub(crate) fn platform(self: &Arc<Self>) -> Platform {
        Platform(super::Backend::InProcess(Arc::clone(self)))
    }

    /// One of its databases.
    pub(crate) fn sqlite(&self, binding: &str) -> &Arc<Sqlite> {
        &self.databases[binding]
    }

    pub(super) fn database(&self, binding: &str) -> Result<Database, StoreError> {
        let database = self.databases.get(binding).map(|sqlite| Database::sqlite(Arc::clone(sqlite)));
        database.ok_or_else(|| StoreError::Misconfigured(format!("D1 {binding}: no such binding")))
    }

    pub(super) fn var(&self, name: &str) -> Option<String> {
        lock(&self.vars).get(name).cloned()
    }

    pub(super) fn cached(&self, key: &str) -> Option<String> {
        lock(&self.cache).get(key).cloned()
    }

    pub(super) fn cache(&self, key: &str, text: String) {
        lock(&self.cache).insert(key.to_owned(), text);
    }

    #[allow(clippy::unnecessary_wraps, reason = "the real queue may fail")]
    pub(super) fn enqueue(&self, queue: Queue, texts: Vec<String>) -> Result<(), StoreError> {
        lock(&self.queues).extend(texts.into_iter().map(|text| (queue, text)));
        Ok(())
    }

    /// Takes what was enqueued so far.
    pub(crate) fn drain(&self, queue: Queue) -> Vec<String> {
        let mut queues = lock(&self.queues);
        let (taken, left) = std::mem::take(&mut *queues).into_iter().partition(|(name, _)| *name == queue);
        *queues = left;
        let taken: Vec<(Queue, String)> = taken;
        taken.into_iter().map(|(_, text)| text).collect()
    }

    /// Makes a rate limiter available, with a limit per key and minute.
    pub(crate) fn limit_rate(&self, limiter: &'static str, limit: u32) {
        lock(&self.limits).insert(limiter, limit);
    }

    pub(super) fn within_rate(&self, limiter: &str, key: &str) -> Option<bool> {
        let limit = *lock(&self.limits).get(limiter)?;
        let minute = clock::now_ms() / 60_000;
        let mut calls = lock(&self.calls);
        let calls = calls.entry((limiter.to_owned(), key.to_owned(), minute)).or_default();
        *calls += 1;
        Some(*calls <= limit)
    }

    pub(super) fn asset(&self, path: &str) -> Result<String, StoreError> {
        match path {
            "/a/loader.js" => Ok("/*loader*/".to_owned()),
            "/a/parts.json" => Ok("{}".to_owned()),
            _ => Err(StoreError::Misconfigured(format!("assets: {path} answers 404"))),
        }
    }

    pub(super) fn after_reply(&self, work: impl Future<Output = ()> + 'static) {
        lock(&self.after_reply).push(SendWrapper(Box::pin(work)));
    }

    /// Runs what handlers left for after their replies.
    pub(crate) async fn run_after_reply(&self) {
        let work = std::mem::take(&mut *lock(&self.after_reply));
        for SendWrapper(work) in work {
            work.await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
