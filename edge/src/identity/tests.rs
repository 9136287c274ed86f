//! The vectors in `vectors.json` are those of the documentation's examples in other languages.

use super::*;
use serde_json::Value;
use std::{collections::BTreeMap, io::Write as _};
use survey::submission::{Order, RawOrder};

struct Vector {
    name: String,
    secret: String,
    members: BTreeMap<String, String>,
    message: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let vector = |value: &Value| Vector {
        name: text(&value["name"]),
        secret: text(&value["secret"]),
        members: value["members"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        message: text(&value["message"]),
        signature: text(&value["signature"]),
    };
    vectors.iter().map(vector).collect()
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
}

/// The fenced block of a language in `docs/identity.md`.
fn example(language: &str) -> String {
    let document = include_str!("../../../docs/identity.md");
    let after = document.split_once(&format!("```{language}\n")).unwrap().1;
    after.split_once("\n```").unwrap().0.to_owned()
}

/// The examples sign as the service does. A language whose interpreter is not installed is reported as not run.
#[test]
fn the_documented_functions_make_the_vectors() {
    let mut members: Vec<(String, Value, String)> = vectors()
        .into_iter()
        .map(|vector| (vector.secret, serde_json::json!(vector.members), vector.signature))
        .collect();
    // Line breaks and surrounding blanks are removed before signing.
    let (secret, _, signature) = members[0].clone();
    members.push((secret, serde_json::json!({ "customer": " c-\n10\u{7}01\r\n" }), signature));
    for (language, program, option, begin, call) in [
        ("php", "php", "-r", "", "echo glas_sign(json_decode(getenv('MEMBERS'), true), getenv('SECRET'));"),
        ("js", "node", "-e", "", "process.stdout.write(glasSign(JSON.parse(process.env.MEMBERS), process.env.SECRET))"),
        (
            "py",
            "python3",
            "-c",
            "import json, os\n",
            "print(glas_sign(json.loads(os.environ['MEMBERS']), os.environ['SECRET']), end='')",
        ),
        ("ruby", "ruby", "-e", "require 'json'\n", "print glas_sign(JSON.parse(ENV['MEMBERS']), ENV['SECRET'])"),
    ] {
        let text = format!("{begin}{}\n{call}", example(language));
        for (secret, members, signature) in &members {
            let mut command = std::process::Command::new(program);
            command.args([option, &text]).env("MEMBERS", members.to_string()).env("SECRET", secret);
            // Otherwise Ruby takes UTF-8 for bytes.
            let Ok(output) = command.env("LC_ALL", "C.UTF-8").output() else {
                writeln!(std::io::stderr(), "not run: {program} is not installed").unwrap();
                break;
            };
            let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(&printed, signature, "{program} {members}: {said}");
        }
    }
}

#[test]
fn the_documentation_lists_the_vectors() {
    let document = include_str!("../../../docs/identity.md");
    for vector in vectors() {
        assert!(document.contains(&format!(" | `{}` |", vector.signature)), "{}", vector.name);
        let shown = |(name, value): (&String, &String)| format!("`{name}` = `{value}`");
        assert!(vector.members.iter().map(shown).all(|member| document.contains(&member)), "{}", vector.name);
        assert!(document.contains(&vector.secret), "{}", vector.name);
    }
    // The short form for a customer alone is the same signature.
    assert!(document.contains("hash_hmac('sha256', \"customer=$id\", $secret)"));
}
