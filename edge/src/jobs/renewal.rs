//! Renews rows that an earlier version wrote, a few hundred per database and run. A run stops after any portion without harm,
//! and the next one continues.

use crate::{
    store::{Old, Store, StoreError},
    telemetry::log::{Event, emit},
};
use survey::submission::PageParameters;

/// Rows that one run renews, and how many of them are one transaction.
struct Budget {
    rows: usize,
    portion: u32,
}

const RESPONSES: Budget = Budget { rows: 300, portion: 100 };
/// A dead letter may have 128 kB.
const DEAD_LETTERS: Budget = Budget { rows: 40, portion: 10 };
/// Shops that one run looks at. Those that are being moved or fail are passed over.
const MAX_SHOPS: usize = 100;

/// Renews rows of one database. `now` in milliseconds since 1970.
///
/// # Errors
/// If the database is unavailable. The failure of one shop is logged and does not stop the others.
pub(crate) async fn run(store: &Store, now: i64) -> Result<(), StoreError> {
    renew(store, Old::Responses, RESPONSES, now).await?;
    renew(store, Old::DeadLetters, DEAD_LETTERS, now).await
}

async fn renew(store: &Store, old: Old, budget: Budget, now: i64) -> Result<(), StoreError> {
    let mut left = budget.rows;
    let mut from = String::new();
    for _ in 0..MAX_SHOPS {
        let Some(found) = store.renewal().shop(old, &from).await? else { return Ok(()) };
        if found.is_moving == 0
            && let Err(error) = renew_shop(store, old, &found.shop, &budget, &mut left, now).await
        {
            emit(&Event::NotRenewed { shop: (&found.shop).into(), cause: error.cause().into() });
        }
        if left == 0 {
            return Ok(());
        }
        // After this shop, and before any id that begins with its id.
        from = found.shop;
        from.push('\u{1}');
    }
    Ok(())
}

async fn renew_shop(
    store: &Store,
    old: Old,
    shop: &str,
    budget: &Budget,
    left: &mut usize,
    now: i64,
) -> Result<(), StoreError> {
    let config = if shop.is_empty() { None } else { store.config().shop(shop, now).await? };
    let none = PageParameters::default();
    let parameters = config.as_deref().map_or(&none, |shop| &shop.page_parameters);
    while *left > 0 {
        let limit = budget.portion.min(u32::try_from(*left).unwrap_or(budget.portion));
        let portion = store.renewal().renew(old, shop, parameters, limit).await?;
        *left = left.saturating_sub(portion.read);
        // Rows that were not renewed would be read again at once.
        if portion.renewed == 0 || portion.read < limit as usize {
            break;
        }
    }
    Ok(())
}
