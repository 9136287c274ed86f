//! Which parts of a submission are masked.

use insight::redact;
use survey::{
    Answer, Slug, Submission, SubmissionId, Value,
    question::Channel,
    submission::{Context, Order},
};

fn submission(values: Vec<Value>, context: Context) -> Submission {
    let answers = values.into_iter().enumerate();
    Submission {
        client_secret: None,
        id: SubmissionId::parse("0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11").unwrap(),
        revision: 1,
        answers: answers
            .map(|(at, value)| Answer { question: Slug::parse(&format!("q{at}")).unwrap(), value })
            .collect(),
        complete: true,
        context,
        token: Some("601123456".into()),
        honeypot: false,
    }
}

#[test]
fn only_free_texts_are_masked() {
    let choice = |other: Option<&str>| Value::Choice {
        choices: vec![Slug::parse("601123456").unwrap()],
        other: other.map(str::to_owned),
    };
    let traits = [("mail", "jan@wp.pl"), ("plan", "gold"), ("601123456", "0721 234 567")];
    let context = Context {
        url: Some("https://shop.example/thanks?mail=jan%40wp.pl&order=601123456".into()),
        order: Some(Order { id: Some("601123456".into()), value: 601_123_456, currency: "PLN".into() }),
        customer: Some("jan@wp.pl".into()),
        traits: traits.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        ..Context::default()
    };
    let contact = Value::Contact { channel: Channel::Email, contact: "jan@wp.pl".into() };
    let values =
        vec![Value::Text("pisz na jan@wp.pl".into()), choice(Some("tel. 601 123 456")), choice(None), contact.clone()];
    let mut submission = submission(values, context.clone());
    let counts = redact::submission(&mut submission);
    assert_eq!((counts.email, counts.phone, counts.total()), (3, 2, 5));
    let expected = [Value::Text("pisz na [email]".into()), choice(Some("tel. [phone]")), choice(None), contact];
    assert!(submission.answers.iter().map(|answer| &answer.value).eq(&expected), "{:?}", submission.answers);
    assert_eq!(submission.context.url.as_deref(), Some("https://shop.example/thanks?mail=[email]&order=601123456"));
    let traits = [("601123456", "[phone]"), ("mail", "[email]"), ("plan", "gold")];
    assert!(submission.context.traits.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(traits));
    assert_eq!((submission.context.order, submission.context.customer), (context.order, context.customer));
    assert_eq!(submission.token.as_deref(), Some("601123456"));
}

fn redacted_url(url: &str) -> (String, u32) {
    let mut submission = submission(Vec::new(), Context { url: Some(url.into()), ..Context::default() });
    let counts = redact::submission(&mut submission);
    (submission.context.url.unwrap(), counts.total())
}

#[test]
fn personal_data_in_urls_is_masked() {
    let shop = |rest: &str| format!("https://shop.example{rest}");
    for (input, masked) in [
        ("/?email=jan@wp.pl", "/?email=[email]"),
        ("/?email=jan%40wp.pl", "/?email=[email]"),
        ("/?email=jan%E2%80%8B%40wp.pl", "/?email=[email]"),
        ("/klient/jan%C2%AD@wp%E2%80%8B.pl/", "/klient/[email]/"),
        ("/?email=jan.kowalski%40wp%2Epl&ok=1", "/?email=[email]&ok=1"),
        ("/?email=jan%2540wp.pl", "/?email=[email]"),
        ("/?email=jan+sklep%40wp.pl", "/?email=[email]"),
        ("/?email=jan%2Bsklep%40wp.pl", "/?email=[email]"),
        ("/?email=za%C5%BC%C3%B3%C5%82%C4%87%40wp.pl", "/?email=[email]"),
        ("/klient/jan@wp.pl/zamowienie", "/klient/[email]/zamowienie"),
        ("/klient/jan%40wp.pl", "/klient/[email]"),
        ("/?tel=+48601123456", "/?tel=[phone]"),
        ("/?tel=%2B48601123456", "/?tel=[phone]"),
        ("/?tel=%2B48%20601%20123%20456", "/?tel=[phone]"),
        ("/?tel=+48+601+123+456&x=1", "/?tel=[phone]&x=1"),
        ("/?phone=601+123+456", "/?phone=[phone]"),
        ("/?telefon=0721%20234%20567", "/?telefon=[phone]"),
        ("/tel/601123456", "/tel/[phone]"),
        ("/?q=m%C3%B3j+numer+601-123-456", "/?q=m%C3%B3j+numer+[phone]"),
        ("/?pesel=44051401359", "/?pesel=[pesel]"),
        ("/?cnp=1960312401238#x", "/?cnp=[cnp]#x"),
        ("/?iban=PL61+1090+1014+0000+0712+1981+2874", "/?iban=[iban]"),
        ("/?card=4111%201111%201111%201111", "/?card=[card]"),
        ("/?nip=526-104-08-28", "/?nip=[nip]"),
        ("?a=jan%40wp.pl&b=ola@o2.pl", "?a=[email]&b=[email]"),
    ] {
        let (found, count) = redacted_url(&shop(input));
        assert_eq!(found, shop(masked), "{input}");
        assert_eq!(count, u32::try_from(masked.matches('[').count()).unwrap(), "{input}");
        assert_eq!(redacted_url(&found), (found.clone(), 0), "{input}");
    }
    assert_eq!(redacted_url("https://jan@shop.example/").0, "https://[email]/");
}

#[test]
fn other_urls_are_kept() {
    for url in [
        "https://shop.example",
        "https://601123456.shop.example/",
        "https://shop.example/thank-you?order=601123456",
        "https://shop.example/order/601123456",
        "https://shop.example/p/601123456",
        "https://shop.example/produkt-601123456,12.html",
        "https://shop.example/?utm_source=news&utm_id=44051401358",
        "https://shop.example/?q=a+b+c%20d",
        "https://shop.example/?x=%",
        "https://shop.example/?x=%4",
        "https://shop.example/?x=%zz%ff%C5",
        "https://shop.example/%E2%82",
        "https://shop.example/@shop.example",
        "https://shop.example/?q=za%C5%BC%C3%B3%C5%82%C4%87",
        "https://shop.example/?page=2&per=48&price=1+299%2C00",
        "http://localhost:8787/?t=1795000000000",
    ] {
        assert_eq!(redacted_url(url), (url.to_owned(), 0));
    }
}

#[test]
fn a_long_url_is_masked_before_it_is_cut() {
    for data in ["jan.kowalski@poczta.example", "+48601123456"] {
        for length in 1_960..2_000 {
            let url = format!("https://shop.example/{}/{data}/end", "x".repeat(length - 22));
            let (found, _) = redacted_url(&url);
            assert!(found.len() <= 2_000 && !found.contains("jan") && !found.contains("+48"), "{found}");
        }
    }
}
