//! Which members of a submission's context the shop vouches for, and the messages that its signatures cover.

use super::{Context, RawContext, canonical_id, sanitize::printable};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The members of a context that the shop vouches for, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified(u8);

impl Verified {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The customer's id.
    pub const CUSTOMER: Self = Self(1);
    /// The order.
    pub const ORDER: Self = Self(2);
    /// All traits.
    pub const TRAITS: Self = Self(4);
    /// All members with their names on the wire.
    const NAMES: [(Self, &'static str); 3] =
        [(Self::CUSTOMER, "customer"), (Self::ORDER, "order"), (Self::TRAITS, "traits")];

    /// From stored bits; unknown ones are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 7)
    }

    /// The bits to store.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Both sets of members.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of these members are vouched for.
    #[must_use]
    pub const fn has(self, members: Self) -> bool {
        self.0 & members.0 == members.0
    }

    /// The names of all members on the wire.
    pub fn all_names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().map(|(_, name)| name)
    }

    /// The names on the wire.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(member, _)| self.has(*member)).map(|(_, name)| name)
    }

    /// The members that a context has: what the shop's server or an import vouches for.
    #[must_use]
    pub fn present(context: &Context) -> Self {
        let member = |is_present: bool, member| if is_present { member } else { Self::NONE };
        member(context.customer.is_some(), Self::CUSTOMER)
            .and(member(context.order.is_some(), Self::ORDER))
            .and(member(!context.traits.is_empty(), Self::TRAITS))
    }
}

/// The members that a shop passes in one call, and so signs together.
const SIGNED_TOGETHER: [Verified; 5] = [
    Verified::CUSTOMER,
    Verified::CUSTOMER.and(Verified::TRAITS),
    Verified::TRAITS,
    Verified::ORDER,
    Verified::CUSTOMER.and(Verified::ORDER).and(Verified::TRAITS),
];

/// The members that the shop has signed. `is_signed` says whether one of the submission's signatures is that of a message:
/// the lines `name=value` of the signed members, sorted by name. A member is signed in the spelling in which the shop passed
/// it, or in the one that is stored. `raw` is the context as it arrived, and `context` what is stored of it before masking.
pub fn verified(raw: &RawContext, context: &Context, is_signed: impl Fn(&str) -> bool) -> Verified {
    let present = Verified::present(context);
    let spellings = [lines_of(raw), canonical_lines(context)];
    let mut verified = Verified::NONE;
    let mut tried: Vec<String> = Vec::new();
    for members in SIGNED_TOGETHER {
        let members = Verified(members.0 & present.0);
        if members == Verified::NONE || verified.has(members) {
            continue;
        }
        for lines in &spellings {
            let Some(message) = message(lines, members) else { continue };
            if tried.contains(&message) {
                continue;
            }
            if is_signed(&message) {
                verified = verified.and(members);
            }
            tried.push(message);
        }
    }
    verified
}

/// A line of a message, and the member that it belongs to.
struct Line {
    member: Verified,
    name: String,
    value: String,
}

fn lines_of(raw: &RawContext) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |member, name: &str, value: Option<String>| {
        lines.extend(value.map(|value| Line { member, name: name.into(), value }));
    };
    add(Verified::CUSTOMER, "customer", raw.customer.clone());
    if let Some(order) = &raw.order {
        add(Verified::ORDER, "order.currency", order.currency.clone());
        add(Verified::ORDER, "order.id", order.id.clone());
        add(Verified::ORDER, "order.value", order.value.map(|value| value.to_string()));
    }
    for (name, value) in &raw.traits {
        add(Verified::TRAITS, &format!("trait.{name}"), Some(value.clone()));
    }
    lines.sort_by(|one, other| one.name.cmp(&other.name));
    lines
}

fn canonical_lines(context: &Context) -> Vec<Line> {
    let raw = RawContext {
        customer: context.customer.as_deref().map(canonical_id),
        order: context.order.as_ref().map(|order| super::RawOrder {
            id: order.id.as_deref().map(canonical_id),
            value: Some(order.value),
            currency: Some(order.currency.clone()),
        }),
        traits: context.traits.iter().map(|(name, value)| (printable(name), printable(value))).collect(),
        ..RawContext::default()
    };
    lines_of(&raw)
}

/// The message of some members. `None` if a name or value could be read as another line or another name: such a message is
/// the same as that of other members, which the shop did not sign.
fn message(lines: &[Line], members: Verified) -> Option<String> {
    let mut message = String::new();
    for line in lines.iter().filter(|line| members.has(line.member)) {
        if line.name.contains('=') || line.name.contains(char::is_control) || line.value.contains(char::is_control) {
            return None;
        }
        if !message.is_empty() {
            message.push('\n');
        }
        message.push_str(&line.name);
        message.push('=');
        message.push_str(&line.value);
    }
    Some(message)
}

#[cfg(all(test, feature = "wire"))]
mod tests {
    use super::super::{RawOrder, context};
    use super::*;
    use crate::problem::Problems;

    fn raw(customer: &str, order: Option<&str>, traits: &[(&str, &str)]) -> RawContext {
        RawContext {
            customer: Some(customer.to_string()).filter(|customer| !customer.is_empty()),
            order: order.map(|id| RawOrder {
                id: Some(id.to_string()),
                value: Some(12_990),
                currency: Some("PLN".to_string()),
            }),
            traits: traits.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            ..RawContext::default()
        }
    }

    /// The names of what is verified if these messages are signed.
    fn names(raw: &RawContext, signed: &[&str]) -> Vec<&'static str> {
        let context = context::check(raw.clone(), &super::super::PageParameters::default(), &mut Problems::new());
        verified(raw, &context, |message| signed.contains(&message)).names().collect()
    }

    const ORDER: &str = "order.currency=PLN\norder.id=1001\norder.value=12990";

    #[test]
    fn what_is_passed_in_one_call_is_signed_together() {
        let all = raw("c-7", Some("1001"), &[("plan", "gold"), ("orders", "3")]);
        let everything =
            "customer=c-7\norder.currency=PLN\norder.id=1001\norder.value=12990\ntrait.orders=3\ntrait.plan=gold";
        for (signed, expected) in [
            (&[][..], &[][..]),
            (&["customer=c-7"], &["customer"]),
            (&["customer=c-7\ntrait.orders=3\ntrait.plan=gold"], &["customer", "traits"]),
            (&["trait.orders=3\ntrait.plan=gold"], &["traits"]),
            (&[ORDER], &["order"]),
            (&["customer=c-7", ORDER], &["customer", "order"]),
            (&["customer=c-7", ORDER, "trait.orders=3\ntrait.plan=gold"], &["customer", "order", "traits"]),
            (&[everything], &["customer", "order", "traits"]),
            // Only a part of what is sent.
            (&["trait.plan=gold"], &[]),
            (&["customer=c-7\ntrait.plan=gold"], &[]),
            (&["order.id=1001"], &[]),
            // Of another shopper.
            (&["customer=c-8"], &[]),
            (&["trait.orders=3\ntrait.plan=gold\ncustomer=c-7"], &[]),
        ] {
            assert_eq!(names(&all, signed), expected, "{signed:?}");
        }
        assert_eq!(names(&raw("", None, &[]), &["", "customer="]), [""; 0], "nothing is passed");
        assert_eq!(
            names(&raw("c-7", Some("1001"), &[]), &[&alloc::format!("customer=c-7\n{ORDER}")]),
            ["customer", "order"]
        );
    }

    #[test]
    fn the_passed_and_the_stored_spelling_may_be_signed() {
        for (passed, signed, expected) in [
            ("Jose\u{301}", "customer=Jose\u{301}", true),
            ("Jose\u{301}", "customer=José", true),
            ("José", "customer=Jose\u{301}", false),
            (" c-7", "customer= c-7", true),
            (" c-7", "customer=c-7", true),
            ("c\u{7}-7", "customer=c-7", true),
            ("c-7", "customer=C-7", false),
        ] {
            assert_eq!(names(&raw(passed, None, &[]), &[signed]) == ["customer"], expected, "{passed:?} {signed:?}");
        }
    }

    /// A value with a line break, or a name with an equals sign, makes the message of other members.
    #[test]
    fn a_signature_is_not_valid_for_other_members() {
        // The shop signed the trait `name` of a shopper who chose this name.
        let signed = "customer=c-7\ntrait.name=Jan\ntrait.plan=gold";
        let chosen = raw("c-7", None, &[("name", "Jan\ntrait.plan=gold")]);
        assert_eq!(names(&chosen, &[signed]), [""; 0], "a value has one line");
        assert_eq!(names(&raw("c-7\ntrait.plan=gold", None, &[]), &["customer=c-7\ntrait.plan=gold"]), [""; 0]);
        assert_eq!(names(&raw("", None, &[("a=b", "c")]), &["trait.a=b=c"]), [""; 0], "a name has no equals sign");
        assert_eq!(names(&raw("", None, &[("a", "b=c")]), &["trait.a=b=c"]), ["traits"]);
    }

    #[test]
    fn bits_are_names_and_unknown_bits_are_dropped() {
        for (bits, expected) in [
            (0, &[][..]),
            (1, &["customer"]),
            (2, &["order"]),
            (4, &["traits"]),
            (7, &["customer", "order", "traits"]),
            (0b1111_1000, &[]),
        ] {
            let verified = Verified::from_bits(bits);
            assert_eq!(verified.names().collect::<Vec<_>>(), expected, "{bits}");
            assert_eq!(verified.bits(), bits & 7);
        }
        assert_eq!(Verified::all_names().count(), 3);
    }
}
