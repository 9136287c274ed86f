//! Submissions at a steady rate, independent of the service's speed, and an overload.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    load::{self, Figures},
    random::Random,
    supervisor::Supervisor,
};
use std::time::{Duration, Instant};
use tokio::time;

const A_SECOND: usize = 150;
const CROWD: usize = 1_000;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (seconds, burst) = scale.of((5, 3), (600, 30));
    let fixture = Fixture::new(supervisor);
    let calm = fixture.steadily(A_SECOND, Duration::from_secs(seconds), seed);
    assert_eq!(calm.count(|status| status == 201), calm.replies(), "no errors: {}", calm.by_status());
    assert_eq!(calm.lost, 0, "no errors: {}", calm.by_status());

    let crowd = load::run(burst_of(&fixture, Duration::from_secs(burst), seed));
    let allowed = crowd.count(|status| matches!(status, 201 | 202 | 429 | 503));
    assert_eq!((allowed, crowd.lost), (crowd.replies(), 0), "{}", crowd.by_status());
    let checked = fixture.check(Duration::from_secs(120));
    assert_eq!(checked.rows, fixture.ledger.acknowledged());
    format!(
        "{A_SECOND}/s for {seconds} s: {}, p50 {:.0} ms, p99 {:.0} ms; {CROWD} connections for {burst} s: {}, p99 {:.0} ms; {} rows, every 2xx stored",
        calm.by_status(),
        calm.ms(50.0),
        calm.ms(99.0),
        crowd.by_status(),
        crowd.ms(99.0),
        checked.rows
    )
}

/// Sends new responses at a steady rate. Each is due at its time, and waiting for a busy connection counts as latency.
pub(super) async fn open_loop(fixture: &Fixture, a_second: usize, during: Duration, seed: u64) -> Figures {
    let begin = Instant::now() + Duration::from_millis(100);
    let all = load::on_lines(&fixture.target, a_second, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(1_000 + number as u64));
        // Connections are spread evenly over each second.
        let own = Duration::from_secs(1).mul_f64(ratio(number, a_second));
        async move {
            let mut figures = Figures::default();
            let mut at = own;
            while at < during {
                time::sleep_until((begin + at).into()).await;
                let (id, content) = (new_id(&mut random), anything(&mut random));
                fixture.ledger.sent(&id, 1, &content);
                match line.send(&fixture.call(&id, 1, &content)).await {
                    Ok(answer) => {
                        figures.replied(answer.status, begin.elapsed().saturating_sub(at));
                        fixture.ledger.replied(&id, 1, answer.status);
                    }
                    Err(_) => figures.lost += 1,
                }
                at += Duration::from_secs(1);
            }
            figures
        }
    });
    Figures::sum(all.await)
}

/// A thousand clients at once, each sending its next response as soon as the last one was acknowledged.
async fn burst_of(fixture: &Fixture, during: Duration, seed: u64) -> Figures {
    let begin = Instant::now();
    let all = load::on_lines(&fixture.target, CROWD, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(10_000 + number as u64));
        async move {
            let mut figures = Figures::default();
            while begin.elapsed() < during {
                let (id, content) = (new_id(&mut random), anything(&mut random));
                let answer = fixture.send(&mut line, (&id, 1, &content), &mut figures).await;
                if answer.is_ok_and(|answer| answer.status > 299) {
                    time::sleep(Duration::from_millis(250)).await;
                }
            }
            figures
        }
    });
    Figures::sum(all.await)
}

#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
