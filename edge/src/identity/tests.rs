//! The vectors in `vectors.json` are those of the documentation's examples in other languages.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;
use survey::submission::{Order, RawOrder};

#[derive(Deserialize)]
struct Vector {
    name: String,
    secret: String,
    members: BTreeMap<String, String>,
    message: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

impl Vector {
    fn secret(&self) -> IdentitySecret {
        IdentitySecret::new(self.secret.clone(), None)
    }

    fn member(&self, name: &str) -> Option<String> {
        self.members.get(name).cloned()
    }

    fn raw(&self) -> RawContext {
        let order = RawOrder {
            id: self.member("order.id"),
            value: self.member("order.value").map(|value| value.parse().unwrap()),
            currency: self.member("order.currency"),
        };
        let is_trait =
            |(name, value): (&String, &String)| Some((name.strip_prefix("trait.")?.to_owned(), value.clone()));
        RawContext {
            customer: self.member("customer"),
            order: order.value.is_some().then_some(order),
            traits: self.members.iter().filter_map(is_trait).collect(),
            signatures: vec![self.signature.clone()],
            ..RawContext::default()
        }
    }
}

/// What intake stores of a context whose members are in their canonical spelling.
fn stored(raw: &RawContext) -> Context {
    let order = raw.order.clone().map(|order| Order {
        id: order.id,
        value: order.value.unwrap(),
        currency: order.currency.unwrap(),
    });
    Context { customer: raw.customer.clone(), order, traits: raw.traits.clone(), ..Context::default() }
}

fn names(verified: Verified) -> Vec<&'static str> {
    verified.names().collect()
}

#[test]
fn signatures_match_the_vectors() {
    for vector in vectors() {
        assert_eq!(
            vector.secret().sign(&vector.message).as_deref(),
            Some(vector.signature.as_str()),
            "{}",
            vector.name
        );
        let raw = vector.raw();
        let context = stored(&raw);
        let verified = verified_of(&raw, &context, &[vector.secret()], false, 0);
        assert_eq!(verified, Verified::present(&context), "{}", vector.name);
    }
}

#[test]
fn a_changed_member_is_not_verified() {
    for vector in vectors() {
        let expect = |raw: &RawContext, about: &str| {
            let verified = verified_of(raw, &stored(raw), &[vector.secret()], false, 0);
            assert_eq!(names(verified), [""; 0], "{} {about}", vector.name);
        };
        let mut raw = vector.raw();
        raw.signatures = vec![vector.signature.replace(|letter: char| letter.is_ascii_digit(), "f")];
        expect(&raw, "signature");
        raw.signatures = vec![vector.signature[..63].to_owned()];
        expect(&raw, "short signature");
        raw.signatures.clear();
        expect(&raw, "no signature");
        for change in ["customer", "order", "trait"] {
            let mut raw = vector.raw();
            match (change, &mut raw) {
                ("customer", RawContext { customer: Some(customer), .. }) => customer.push('x'),
                ("order", RawContext { order: Some(order), .. }) => order.value = Some(7),
                ("trait", RawContext { traits, .. }) if !traits.is_empty() => {
                    traits.insert("plan".to_owned(), "silver".to_owned());
                }
                _ => continue,
            }
            let verified = verified_of(&raw, &stored(&raw), &[vector.secret()], false, 0);
            assert_eq!(names(verified), [""; 0], "{} with another {change}", vector.name);
        }
    }
}

#[test]
fn a_secret_is_valid_until_its_end() {
    let vector = &vectors()[0];
    let raw = vector.raw();
    let other = IdentitySecret::new("ids_other".to_owned(), None);
    for (secrets, now, expected) in [
        (vec![], 0, false),
        (vec![other.clone()], 0, false),
        (vec![other.clone(), vector.secret()], 0, true),
        (vec![other.clone(), IdentitySecret::new(vector.secret.clone(), Some(10))], 9, true),
        (vec![other, IdentitySecret::new(vector.secret.clone(), Some(10))], 10, false),
    ] {
        let verified = verified_of(&raw, &stored(&raw), &secrets, false, now);
        assert_eq!(verified == Verified::CUSTOMER, expected, "{secrets:?} {now}");
    }
}

#[test]
fn everything_from_the_shop_s_server_is_verified() {
    let everything = vectors().pop().unwrap().raw();
    let unsigned = RawContext { signatures: Vec::new(), ..everything };
    let verified = verified_of(&unsigned, &stored(&unsigned), &[], true, 0);
    assert_eq!(names(verified), ["customer", "order", "traits"]);
    assert_eq!(verified_of(&RawContext::default(), &Context::default(), &[], true, 0), Verified::NONE);
}

#[test]
fn a_secret_has_160_bits_and_is_not_printed() {
    let (one, two) = (new_secret().unwrap(), new_secret().unwrap());
    assert!(one.starts_with("ids_") && one.len() == 36 && one != two, "{one} {two}");
    let secret = IdentitySecret::new(one.clone(), Some(5));
    assert!(!format!("{secret:?}").contains(&one[4..]), "{secret:?}");
    let written: Value = serde_json::to_value(&secret).unwrap();
    assert_eq!(serde_json::from_value::<IdentitySecret>(written).unwrap(), secret);
}
