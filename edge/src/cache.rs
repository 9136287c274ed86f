//! A cache in the memory of one isolate.

use std::{borrow::Borrow, cell::RefCell, collections::HashMap, hash::Hash};

/// Values by key. A full cache evicts everything: that is rare, and anything finer would cost bookkeeping per request.
pub(crate) struct IsolateCache<K, V> {
    capacity: usize,
    entries: RefCell<HashMap<K, V>>,
}

impl<K: Eq + Hash, V> IsolateCache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: RefCell::default() }
    }

    /// Reads or changes the value of `key`, created if it is not cached. `use_value` must not use this cache.
    pub(crate) fn with<Q, T>(&self, key: &Q, create: impl FnOnce() -> V, use_value: impl FnOnce(&mut V) -> T) -> T
    where
        K: Borrow<Q> + for<'a> From<&'a Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut entries = self.entries.borrow_mut();
        if let Some(value) = entries.get_mut(key) {
            return use_value(value);
        }
        if entries.len() >= self.capacity {
            entries.clear();
        }
        use_value(entries.entry(key.into()).or_insert_with(create))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_cache_evicts_everything() {
        let cache: IsolateCache<String, u32> = IsolateCache::new(2);
        let increment = |key: &str| {
            cache.with(
                key,
                || 10,
                |value| {
                    *value += 1;
                    *value
                },
            )
        };
        assert_eq!(["a", "b", "a", "b"].map(increment), [11, 11, 12, 12]);
        assert_eq!(increment("c"), 11);
        assert_eq!(["a", "c"].map(increment), [11, 12], "only the new entry is left");
    }
}
