//! Clients that close the connection early, whether or not their response was stored, and send it again.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    checker,
    load::{self, Figures},
    random::Random,
    supervisor::Supervisor,
};
use std::time::Duration;

const LINES: usize = 20;
/// Connections are closed within this time.
const MOMENT_US: u64 = 60_000;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let count = scale.of(320, 5_000);
    let fixture = Fixture::new(supervisor);
    let each = count / LINES;
    let answers = load::run(load::on_lines(&fixture.target, LINES, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        async move {
            let (mut cut, mut answers) = (0, Vec::new());
            for _ in 0..each {
                let (id, content) = (new_id(&mut random), anything(&mut random));
                fixture.ledger.sent(&id, 1, &content);
                let moment = Duration::from_micros(random.below(MOMENT_US));
                match line.send_and_hang_up(&fixture.call(&id, 1, &content), moment).await {
                    Ok(answer) => fixture.ledger.replied(&id, 1, answer.status),
                    Err(_) => cut += 1,
                }
                answers.push((id, content));
            }
            (cut, answers)
        }
    }));
    let cut: usize = answers.iter().map(|(cut, _)| cut).sum();
    supervisor.wait_until_healthy();
    let unseen = checker::count(fixture.database(), &fixture.shop_id()) - fixture.ledger.acknowledged();

    let figures = load::run(async {
        let again = load::on_lines(&fixture.target, LINES, |number, mut line| {
            let (fixture, answers) = (fixture.clone(), answers[number].1.clone());
            async move {
                let mut figures = Figures::default();
                for (id, content) in &answers {
                    let answer = fixture.deliver(&mut line, (id, 1, content), &mut figures).await;
                    assert!(matches!(answer.status, 200..=202), "{}: {:?}", answer.status, answer.body);
                }
                figures
            }
        });
        Figures::sum(again.await)
    });
    let checked = fixture.check(Duration::from_secs(60));
    assert_eq!(checked.rows, each * LINES, "one row per response");
    assert!(cut > count / 20, "too few connections were closed: {cut}");
    format!(
        "{} sent, {cut} connections closed within 60 ms, {unseen} of them stored without a response, all sent again ({}): {} rows",
        each * LINES,
        figures.by_status(),
        checked.rows
    )
}
