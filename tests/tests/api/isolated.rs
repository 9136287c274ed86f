//! A Worker whose database tests write to themselves: what nobody can wait for, and what no request can make. One test
//! at a time: SQLite lets one in to write, and a Worker that finds another one there says that its database is away.

use rusqlite::Connection;
use std::{
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tests::{supervisor::database_in, worker::Worker};

/// The Worker and its database, for as long as this is held.
pub(crate) struct Isolated {
    pub(crate) worker: &'static Worker,
    pub(crate) database: Connection,
    _lock: MutexGuard<'static, ()>,
}

/// Waits for its slot.
pub(crate) fn isolated() -> Isolated {
    static LOCK: Mutex<()> = Mutex::new(());
    static WORKER: OnceLock<Worker> = OnceLock::new();
    let lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let worker = WORKER.get_or_init(Worker::start);
    let database = Connection::open(database_in(worker.state())).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    Isolated { worker, database, _lock: lock }
}
