//! What the simulation of docs/scale.md reckons with is what the real Worker does.

use serde_json::json;
use tests::{
    faults::Faults,
    random::Random,
    shop::{ORIGIN, Shop, every_kind},
    supervisor::{Entry, Supervisor},
};

#[test]
fn an_answer_writes_what_is_reckoned_with() {
    let place = Supervisor::start(Entry::Faulty);
    let faults = Faults::of(&place);
    let shop = Shop::at(place.client(), &place.dev().admin_token, "Waga", &[ORIGIN]);
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(60);
    for customer in [None, Some("c-1")] {
        for round in 0..3 {
            let id = random.uuid();
            let mut first = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 4 }]));
            let mut second = shop.submission(
                &survey,
                &id,
                2,
                &json!([{ "question": "nps", "score": 4 }, { "question": "why", "text": "slow" }]),
            );
            second["complete"] = json!(true);
            if let Some(customer) = customer {
                first["context"]["customer"] = json!(customer);
                second["context"]["customer"] = json!(customer);
            }
            for body in [first, second] {
                let r = shop.submit(&body).expect(201);
                println!(
                    "{round} {customer:?} written {} read {}",
                    r.header("x-rows-written"),
                    r.header("x-rows-read")
                );
            }
            let r = shop.tell(&[(&survey.id, 1, "impression"), (&survey.id, 1, "view")]);
            println!("events written {} read {}", r.header("x-rows-written"), r.header("x-rows-read"));
        }
    }
    faults.none();
}
