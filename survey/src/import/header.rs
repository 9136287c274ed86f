//! What stands where in a file.

use super::{ColumnRole, Options, Record, Source};
use crate::{
    problem::{Code, Problem, Problems},
    submission::{
        context::{MAX_TRAIT, MAX_TRAITS},
        sanitize::strip_control,
    },
};
use alloc::{borrow::ToOwned, collections::BTreeMap, format, string::String, vec::Vec};

/// Columns that say who somebody is, or lead there: not kept unless the owner maps them.
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

/// Columns that tell of the tool's own work.
const ITS_OWN: [&str; 14] = [
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

/// Why a column is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It says who somebody is: map it to take it.
    Personal,
    /// Nobody said what it is.
    NotMapped,
    /// There are as many traits as an answer can have.
    TooManyTraits,
}

impl Why {
    /// The word in the report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::NotMapped => "not_mapped",
            Self::TooManyTraits => "too_many_traits",
        }
    }
}

/// A column that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Its name.
    pub column: String,
    /// Why.
    pub why: Why,
}

/// A trait's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trait {
    pub(super) name: String,
    pub(super) at: usize,
    /// Whether the owner asked for it. What nobody asked for does not keep an answer out.
    pub(super) is_asked: bool,
}

/// What stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    roles: BTreeMap<ColumnRole, usize>,
    pub(super) traits: Vec<Trait>,
    ignored: Vec<Ignored>,
}

/// A column's name without case, spaces and signs.
fn bare(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Columns {
    /// Reads a header.
    ///
    /// # Errors
    /// Everything that keeps the file from being read: a column that is asked for and not there, or is needed, or is there
    /// twice.
    pub fn read(options: &Options, header: &Record<'_>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new();
        if header.fault.is_some() || header.is_empty() {
            let message = "must begin with a line of column names";
            return Err(Vec::from([Problem::new(Code::InvalidCsv, "header", message)]));
        }
        let mut names = Vec::new();
        for at in 0..header.len() {
            match header.text(at) {
                Some(name) if !name.contains('\0') => names.push(strip_control(name)),
                _ => {
                    let message = "is no UTF-8: save the file as CSV in UTF-8";
                    problems.add(Code::InvalidCsv, format!("header[{at}]"), message);
                    names.push(String::new());
                }
            }
        }
        let mut found = Self { names, roles: BTreeMap::new(), traits: Vec::new(), ignored: Vec::new() };
        found.take_asked(options, &mut problems);
        found.take_known(options, &mut problems);
        for (role, why) in [(ColumnRole::Score, "the score"), (ColumnRole::At, "when it was answered")] {
            if !found.roles.contains_key(&role) {
                let name = role.as_str();
                let message = format!(
                    "is required: no column is known as {why}. Say which one it is by column.{name}; there are {}",
                    found.list()
                );
                problems.add(Code::Missing, format!("query.column.{name}"), message);
            }
        }
        let has = |role| found.roles.contains_key(&role);
        if has(ColumnRole::OrderValue) && !has(ColumnRole::Currency) && options.currency.is_none() {
            let message = "is required beside order values: a column (column.currency) or a code (currency=PLN)";
            problems.add(Code::Missing, "query.currency", message);
        }
        if has(ColumnRole::OrderId) && !has(ColumnRole::OrderValue) {
            if options.columns.contains_key(&ColumnRole::OrderId) {
                let message = "is required beside order numbers: an order is kept with its value";
                problems.add(Code::Missing, "query.column.order_value", message);
            } else {
                found.leave(ColumnRole::OrderId);
            }
        }
        problems.or(found)
    }

    /// What the owner asked for.
    fn take_asked(&mut self, options: &Options, problems: &mut Problems) {
        for (role, name) in options.columns.iter().filter(|(_, name)| !name.is_empty()) {
            let at = self.find(name, &format!("query.column.{}", role.as_str()), problems);
            self.roles.extend(at.map(|at| (*role, at)));
        }
        if options.traits.len() > MAX_TRAITS {
            problems.add(Code::TooMany, "query.trait", format!("must be at most {MAX_TRAITS} traits"));
        }
        for (given, name) in options.traits.iter().take(MAX_TRAITS) {
            let place = format!("query.trait.{given}");
            let clean = strip_control(given);
            if clean.is_empty() || clean.chars().count() > MAX_TRAIT {
                problems.add(Code::TooLong, place.as_str(), format!("must be a name of 1 to {MAX_TRAIT} characters"));
            }
            let at = self.find(name, &place, problems);
            self.traits.extend(at.map(|at| Trait { name: clean, at, is_asked: true }));
        }
    }

    /// What is known without asking: each name once, and nothing that was asked for as something else.
    fn take_known(&mut self, options: &Options, problems: &mut Problems) {
        let plain: Vec<String> = self.names.iter().map(|name| bare(name)).collect();
        for (role, _) in ColumnRole::ALL {
            if self.roles.contains_key(&role) || options.columns.contains_key(&role) {
                continue;
            }
            // The best name first: a file may have several.
            for known in role.known(options.source) {
                let taken = |at: &usize| self.is_taken(*at);
                let mut places = plain
                    .iter()
                    .enumerate()
                    .filter(|(_, name)| name == known)
                    .map(|(at, _)| at)
                    .filter(|at| !taken(at));
                let Some(at) = places.next() else { continue };
                if places.next().is_some() {
                    let message = format!("stands there twice: say which one is the {}, or rename one", role.as_str());
                    problems.add(Code::Duplicate, format!("header.{}", self.name(at)), message);
                }
                self.roles.insert(role, at);
                break;
            }
        }
        for (at, bare) in plain.iter().enumerate() {
            if self.is_taken(at) || bare.is_empty() {
                continue;
            }
            let why = if PERSONAL.contains(&bare.as_str()) {
                Why::Personal
            } else if options.source != Source::Delighted || ITS_OWN.contains(&bare.as_str()) {
                Why::NotMapped
            } else if self.traits.len() >= MAX_TRAITS {
                Why::TooManyTraits
            } else {
                let name: String = self.name(at).chars().take(MAX_TRAIT).collect();
                if self.traits.iter().any(|other| other.name == name) {
                    let message = "stands there twice: rename one, or map it by trait.NAME";
                    problems.add(Code::Duplicate, format!("header.{name}"), message);
                }
                self.traits.push(Trait { name, at, is_asked: false });
                continue;
            };
            self.ignored.push(Ignored { column: self.name(at).to_owned(), why });
        }
    }

    /// The column that an owner calls so: exactly, or but for case, spaces and signs.
    fn find(&self, name: &str, place: &str, problems: &mut Problems) -> Option<usize> {
        let places = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
            self.names.iter().enumerate().filter(|(_, known)| same(known)).map(|(at, _)| at).collect()
        };
        let wanted = bare(name);
        let mut found = places(&|known| known == name);
        if found.is_empty() && !wanted.is_empty() {
            found = places(&|known| bare(known) == wanted);
        }
        match found.as_slice() {
            [at] => Some(*at),
            [] => {
                let message = format!("is no column of this file; there are {}", self.list());
                problems.add(Code::NotFound, place, message);
                None
            }
            [at, ..] => {
                problems.add(Code::Duplicate, place, "stands there twice: rename one of the columns");
                Some(*at)
            }
        }
    }

    fn leave(&mut self, role: ColumnRole) {
        if let Some(at) = self.roles.remove(&role) {
            self.ignored.push(Ignored { column: self.name(at).to_owned(), why: Why::NotMapped });
        }
    }

    fn is_taken(&self, at: usize) -> bool {
        self.roles.values().any(|taken| *taken == at) || self.traits.iter().any(|taken| taken.at == at)
    }

    /// All names, as far as they fit into a line.
    fn list(&self) -> String {
        let mut list: String = self.names.join(", ");
        if let Some((cut, _)) = list.char_indices().nth(1_000) {
            list.truncate(cut);
            list.push('…');
        }
        list
    }

    /// How many cells each row has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no column: then there is no file.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// A column's name as it stands there.
    #[must_use]
    pub fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }

    /// Where something stands, if it does.
    #[must_use]
    pub fn place(&self, role: ColumnRole) -> Option<usize> {
        self.roles.get(&role).copied()
    }

    /// What stands where, by its wire name: `score`, …, `trait.NAME`.
    pub fn recognised(&self) -> impl Iterator<Item = (String, &str)> {
        let roles = self.roles.iter().map(|(role, at)| (role.as_str().to_owned(), self.name(*at)));
        roles.chain(self.traits.iter().map(|column| (format!("trait.{}", column.name), self.name(column.at))))
    }

    /// What is left behind.
    #[must_use]
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }
}
