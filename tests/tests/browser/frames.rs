//! Hosted surveys in frames: a page of the shop may frame them, and no other page can make its visitors vote.

use tests::{
    browser::{Browser, Window},
    gallery,
    shop::Published,
    site::Site,
    worker::Worker,
};

/// What an attacker claims about a visitor.
const CLAIMS: &str = "customer=VICTIM-7&order_id=1&order_value=9007199254740991&order_currency=PLN&trigger=email";

/// A shop with a survey that is only shown on its hosted page.
fn shop() -> (Site, Published) {
    let site = Site::open(Worker::shared());
    let survey = site.shop.publish(&gallery::survey("Framed", &serde_json::json!({ "pages": ["/none"] })));
    (site, survey)
}

/// A page of a site with the hosted survey in an almost invisible frame over a button.
fn bait(site: &Site, survey: &Published) -> String {
    let hosted = format!("{}/s/{}?{CLAIMS}", Worker::shared().dev.origin, survey.id).replace('&', "&amp;");
    let frame = format!(
        "<button>Win a prize</button><iframe style=\"opacity:.02;position:fixed;left:0;top:0;width:600px;height:800px;\
         border:0\" src=\"{hosted}\"></iframe>"
    );
    site.page("/prize", "", &frame);
    format!("{}/prize", site.origin)
}

/// The middle of the score 5 in the window. The survey is in the frame at the window's upper left corner.
fn scale_position(browser: &Browser) -> (i64, i64) {
    browser.enter("iframe");
    let panel = browser.panel();
    let (x, y): (f64, f64) = panel.run(
        "const box = [...root.querySelectorAll('label')].find((it) => it.textContent.trim() === '5').getBoundingClientRect();
         return [box.x + box.width / 2, box.y + box.height / 2]",
    );
    browser.leave_frame();
    #[allow(clippy::cast_possible_truncation, reason = "a position in a window")]
    (x.round() as i64, y.round() as i64)
}

#[test]
fn an_invisible_frame_on_another_site_cannot_vote() {
    let (site, survey) = shop();
    let browser = Browser::open(Window::Desktop);

    // The shop's own page may frame the survey, and a click on the frame is an answer.
    browser.visit(&bait(&site, &survey));
    let (x, y) = scale_position(&browser);
    browser.click_at(x, y);
    let response = browser.until("the answer", || site.shop.all_responses("").into_iter().next());
    assert_eq!(response["answers"][0]["score"], 5, "{response}");

    // The same click on a page of another origin answers nothing, because the browser refuses the frame.
    let (other, _) = shop();
    assert_ne!(other.origin, site.origin);
    browser.visit(&bait(&other, &survey));
    browser.enter("iframe");
    assert_eq!(browser.run::<String>("return location.protocol"), "chrome-error:", "the frame is refused");
    browser.leave_frame();
    browser.click_at(x, y);
    browser.passes(1_500);
    assert_eq!(site.shop.all_responses("").len(), 1, "no vote of another site's visitor");
    assert_eq!(other.shop.all_responses("").len(), 0);
}
