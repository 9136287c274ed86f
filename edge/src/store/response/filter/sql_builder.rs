//! Writing a statement piece by piece.

use crate::db::Arg;

/// SQL with its arguments in the order of their placeholders.
pub(in crate::store) struct SqlBuilder {
    sql: String,
    args: Vec<Arg>,
}

impl SqlBuilder {
    pub(in crate::store) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), args: Vec::new() }
    }

    /// SQL with one placeholder.
    pub(in crate::store) fn with(sql: &str, arg: impl Into<Arg>) -> Self {
        let mut builder = Self::new(sql);
        builder.args.push(arg.into());
        builder
    }

    pub(in crate::store) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends SQL with one placeholder.
    pub(in crate::store) fn bind(&mut self, sql: &str, arg: impl Into<Arg>) {
        self.sql.push_str(sql);
        self.args.push(arg.into());
    }

    /// Appends SQL with one placeholder, unless there is no argument for it.
    pub(in crate::store) fn bind_some<T: Into<Arg>>(&mut self, sql: &str, arg: Option<T>) {
        if let Some(arg) = arg {
            self.bind(sql, arg);
        }
    }

    /// Adds the argument of a placeholder that was appended before.
    pub(in crate::store) fn extend<T: Into<Arg>>(&mut self, arg: Option<T>) {
        self.args.extend(arg.map(Into::into));
    }

    pub(in crate::store) fn append(&mut self, other: Self) {
        self.sql.push_str(&other.sql);
        self.args.extend(other.args);
    }

    pub(in crate::store) fn finish(self) -> (String, Vec<Arg>) {
        (self.sql, self.args)
    }
}
