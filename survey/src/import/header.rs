//! The header of a file: which column has which role.

use super::{ColumnRole, Options, Record, Source};
use crate::{
    problem::{Code, Problem, Problems},
    submission::{
        context::{MAX_TRAIT, MAX_TRAITS},
        sanitize::printable,
    },
};
use alloc::{borrow::ToOwned, collections::BTreeMap, format, string::String, vec::Vec};

/// Columns that identify a person: ignored unless the owner maps them.
const PERSONAL: [&str; 38] = [
    "name",
    "firstname",
    "lastname",
    "fullname",
    "personname",
    "respondentname",
    "username",
    "email",
    "emailaddress",
    "personemail",
    "respondentemail",
    "phone",
    "phonenumber",
    "personphone",
    "personphonenumber",
    "mobile",
    "personid",
    "respondentid",
    "respondentuuid",
    "visitorid",
    "visitoruuid",
    "contactid",
    "customer",
    "customerid",
    "customeremail",
    "customername",
    "user",
    "userid",
    "ip",
    "ipaddress",
    "useragent",
    "address",
    "street",
    "birthday",
    "dateofbirth",
    "permalink",
    "responsepermalink",
    "respondent",
];

/// Columns with metadata of the exporting tool.
const TOOL_METADATA: [&str; 14] = [
    "updatedat",
    "responseupdatedat",
    "notes",
    "surveysentat",
    "lastsentat",
    "sentat",
    "bounced",
    "unsubscribed",
    "delighteduuid",
    "surveyid",
    "surveyname",
    "surveyuuid",
    "editurl",
    "responseurl",
];

/// Why a column is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreReason {
    /// It identifies a person; it is only imported if it is mapped.
    Personal,
    /// Its role is unknown and it is not mapped.
    NotMapped,
    /// The maximum number of traits is reached.
    TooManyTraits,
}

impl IgnoreReason {
    /// The name in the import report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::NotMapped => "not_mapped",
            Self::TooManyTraits => "too_many_traits",
        }
    }
}

/// A column that is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredColumn {
    /// The column's name.
    pub column: String,
    /// Why it is ignored.
    pub reason: IgnoreReason,
}

/// A column that is imported as a trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trait {
    pub(super) name: String,
    pub(super) at: usize,
    /// Whether the owner mapped it. Only a mapped trait can make a row invalid.
    pub(super) is_mapped: bool,
}

/// The columns of a file and their roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    roles: BTreeMap<ColumnRole, usize>,
    pub(super) traits: Vec<Trait>,
    ignored: Vec<IgnoredColumn>,
}

/// A column name without case, spaces and punctuation.
fn normalize(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Columns {
    /// Maps the columns of a header.
    ///
    /// The problems that prevent an import: a mapped column that does not exist, a missing required column, a
    /// duplicate.
    pub fn read(options: &Options, header: &Record<'_>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new();
        if header.fault.is_some() || header.is_empty() {
            let message = "must start with a header row of column names";
            return Err(Vec::from([Problem::new(Code::InvalidCsv, "header", message)]));
        }
        let mut names = Vec::new();
        for at in 0..header.len() {
            match header.text(at) {
                Some(name) if !name.contains('\0') => names.push(printable(name)),
                _ => {
                    let message = "must be valid UTF-8; save the file as CSV in UTF-8";
                    problems.add(Code::InvalidCsv, format!("header[{at}]"), message);
                    names.push(String::new());
                }
            }
        }
        let mut columns = Self { names, roles: BTreeMap::new(), traits: Vec::new(), ignored: Vec::new() };
        columns.map_requested(options, &mut problems);
        columns.map_recognised(options, &mut problems);
        for (role, meaning) in [(ColumnRole::Score, "the score"), (ColumnRole::At, "the time of the answer")] {
            if !columns.roles.contains_key(&role) {
                let name = role.as_str();
                let message = format!(
                    "is required: no column was recognised as {meaning}; set column.{name} to one of: {}",
                    columns.list()
                );
                problems.add(Code::Missing, format!("query.column.{name}"), message);
            }
        }
        let has = |role| columns.roles.contains_key(&role);
        if has(ColumnRole::OrderValue) && !has(ColumnRole::Currency) && options.currency.is_none() {
            let message = "is required with order values; map a column (column.currency) or set a code (currency=PLN)";
            problems.add(Code::Missing, "query.currency", message);
        }
        if has(ColumnRole::OrderId) && !has(ColumnRole::OrderValue) {
            if options.columns.contains_key(&ColumnRole::OrderId) {
                let message = "is required with order numbers; an order is only stored with its value";
                problems.add(Code::Missing, "query.column.order_value", message);
            } else {
                columns.ignore(ColumnRole::OrderId);
            }
        }
        problems.or(columns)
    }

    /// Applies the owner's mapping.
    fn map_requested(&mut self, options: &Options, problems: &mut Problems) {
        for (role, name) in options.columns.iter().filter(|(_, name)| !name.is_empty()) {
            let at = self.position_of(name, &format!("query.column.{}", role.as_str()), problems);
            self.roles.extend(at.map(|at| (*role, at)));
        }
        if options.traits.len() > MAX_TRAITS {
            problems.add(Code::TooMany, "query.trait", format!("must not map more than {MAX_TRAITS} traits"));
        }
        for (requested, name) in options.traits.iter().take(MAX_TRAITS) {
            let place = format!("query.trait.{requested}");
            let clean = printable(requested);
            if clean.is_empty() || clean.chars().count() > MAX_TRAIT {
                problems.add(Code::TooLong, place.as_str(), format!("must have a name of 1 to {MAX_TRAIT} characters"));
            }
            let at = self.position_of(name, &place, problems);
            self.traits.extend(at.map(|at| Trait { name: clean, at, is_mapped: true }));
        }
    }

    /// Maps the columns with a known name that have no role yet.
    fn map_recognised(&mut self, options: &Options, problems: &mut Problems) {
        let normalized: Vec<String> = self.names.iter().map(|name| normalize(name)).collect();
        for (role, _) in ColumnRole::ALL {
            if self.roles.contains_key(&role) || options.columns.contains_key(&role) {
                continue;
            }
            // The most specific alias first: a file may have several of them.
            for alias in role.aliases(options.source) {
                let is_mapped = |at: &usize| self.is_mapped(*at);
                let mut matches = normalized
                    .iter()
                    .enumerate()
                    .filter(|(_, name)| name == alias)
                    .map(|(at, _)| at)
                    .filter(|at| !is_mapped(at));
                let Some(at) = matches.next() else { continue };
                if matches.next().is_some() {
                    let message =
                        format!("appears more than once; set column.{} or rename one of the columns", role.as_str());
                    problems.add(Code::Duplicate, format!("header.{}", self.name(at)), message);
                }
                self.roles.insert(role, at);
                break;
            }
        }
        for (at, name) in normalized.iter().enumerate() {
            if self.is_mapped(at) || name.is_empty() {
                continue;
            }
            let reason = if PERSONAL.contains(&name.as_str()) {
                IgnoreReason::Personal
            } else if options.source != Source::Delighted || TOOL_METADATA.contains(&name.as_str()) {
                IgnoreReason::NotMapped
            } else if self.traits.len() >= MAX_TRAITS {
                IgnoreReason::TooManyTraits
            } else {
                let name: String = self.name(at).chars().take(MAX_TRAIT).collect();
                if self.traits.iter().any(|other| other.name == name) {
                    let message = "appears more than once; rename one of the columns or map it with trait.NAME";
                    problems.add(Code::Duplicate, format!("header.{name}"), message);
                }
                self.traits.push(Trait { name, at, is_mapped: false });
                continue;
            };
            self.ignored.push(IgnoredColumn { column: self.name(at).to_owned(), reason });
        }
    }

    /// The position of the column with this name: exact, or else without case, spaces and punctuation.
    fn position_of(&self, name: &str, place: &str, problems: &mut Problems) -> Option<usize> {
        let positions = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
            self.names.iter().enumerate().filter(|(_, known)| same(known)).map(|(at, _)| at).collect()
        };
        let normalized = normalize(name);
        let mut found = positions(&|known| known == name);
        if found.is_empty() && !normalized.is_empty() {
            found = positions(&|known| normalize(known) == normalized);
        }
        match found.as_slice() {
            [at] => Some(*at),
            [] => {
                let message = format!("unknown column; the file has: {}", self.list());
                problems.add(Code::NotFound, place, message);
                None
            }
            [at, ..] => {
                problems.add(Code::Duplicate, place, "appears more than once; rename one of the columns");
                Some(*at)
            }
        }
    }

    fn ignore(&mut self, role: ColumnRole) {
        if let Some(at) = self.roles.remove(&role) {
            self.ignored.push(IgnoredColumn { column: self.name(at).to_owned(), reason: IgnoreReason::NotMapped });
        }
    }

    fn is_mapped(&self, at: usize) -> bool {
        self.roles.values().any(|mapped| *mapped == at) || self.traits.iter().any(|mapped| mapped.at == at)
    }

    /// All column names, cut to the length of a message.
    fn list(&self) -> String {
        let mut list: String = self.names.join(", ");
        if let Some((cut, _)) = list.char_indices().nth(1_000) {
            list.truncate(cut);
            list.push('…');
        }
        list
    }

    /// The number of columns.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no columns.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// A column's name as it is written in the file.
    #[must_use]
    pub fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }

    /// The position of the column with a role.
    #[must_use]
    pub fn position(&self, role: ColumnRole) -> Option<usize> {
        self.roles.get(&role).copied()
    }

    /// The mapped columns by wire name: `score`, …, `trait.NAME`.
    pub fn recognised(&self) -> impl Iterator<Item = (String, &str)> {
        let roles = self.roles.iter().map(|(role, at)| (role.as_str().to_owned(), self.name(*at)));
        roles.chain(self.traits.iter().map(|column| (format!("trait.{}", column.name), self.name(column.at))))
    }

    /// The columns that are not imported.
    #[must_use]
    pub fn ignored(&self) -> &[IgnoredColumn] {
        &self.ignored
    }
}
