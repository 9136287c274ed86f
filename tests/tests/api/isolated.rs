//! A Worker whose database the tests write to directly, to simulate elapsed time and states that no request can create.
//! One test at a time: SQLite allows one writer, and a Worker that finds the database locked reports it as unavailable.

use rusqlite::Connection;
use std::{
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tests::{supervisor::database_in, worker::Worker};

/// The Worker and its database, reserved while this value lives.
pub(crate) struct Isolated {
    pub(crate) worker: &'static Worker,
    pub(crate) database: Connection,
    _lock: MutexGuard<'static, ()>,
}

/// Waits until the Worker is free.
pub(crate) fn isolated() -> Isolated {
    static LOCK: Mutex<()> = Mutex::new(());
    static WORKER: OnceLock<Worker> = OnceLock::new();
    let lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let worker = WORKER.get_or_init(Worker::start);
    let database = Connection::open(database_in(worker.state())).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    Isolated { worker, database, _lock: lock }
}
