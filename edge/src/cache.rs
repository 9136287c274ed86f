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

    /// A copy of the value of `key`.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
        V: Clone,
    {
        self.entries.borrow().get(key).cloned()
    }

    /// Replaces the value of `key`; the old one, if it was cached.
    pub(crate) fn insert(&self, key: K, value: V) -> Option<V> {
        let mut entries = self.entries.borrow_mut();
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            entries.clear();
        }
        entries.insert(key, value)
    }

    /// Evicts everything.
    pub(crate) fn clear(&self) {
        self.entries.borrow_mut().clear();
    }
}

/// A value with the time at which it was cached, in milliseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Timed<V> {
    value: V,
    at: i64,
}

impl<V> Timed<V> {
    pub(crate) const fn new(value: V, at: i64) -> Self {
        Self { value, at }
    }

    /// The value, if it is younger than `max_age`, in milliseconds.
    pub(crate) fn younger_than(self, max_age: i64, now: i64) -> Option<V> {
        (now.saturating_sub(self.at) < max_age).then_some(self.value)
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
        assert_eq!((cache.insert("c".to_owned(), 7), cache.get("c"), cache.get("a")), (Some(12), Some(7), Some(11)));
        assert_eq!((cache.insert("d".to_owned(), 1), cache.get("c"), cache.get("d")), (None, None, Some(1)));
        cache.clear();
        assert_eq!(cache.get("d"), None);
    }

    #[test]
    fn a_timed_value_expires() {
        let value = Timed::new("v", 1_000);
        for (now, expected) in [(999, Some("v")), (1_059, Some("v")), (1_060, None)] {
            assert_eq!(value.clone().younger_than(60, now), expected, "{now}");
        }
    }
}
