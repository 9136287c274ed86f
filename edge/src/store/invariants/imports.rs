//! Imports among all other operations: each row is counted once, however often it is imported.

use super::{CUSTOMERS, Random, SHOPS, SURVEYS, World};
use crate::{
    platform::in_process::ready,
    store::{Import, ImportBatch, ImportProgress},
    time::clock::{DAY_MS, day_of},
};
use survey::{Answer, Language, Metric, ResponseId, Slug, Value, import::Imported, submission::Context};

/// Ids of imported responses, which never collide with those of pages.
pub(super) const IMPORTED: [&str; 3] = [
    "00000000-0000-8000-8000-000000000000",
    "01010101-0101-8101-8101-010101010101",
    "02020202-0202-8202-8202-020202020202",
];
impl World<'_> {
    /// A row of an imported file. Another import of it usually has the same time.
    fn imported(&mut self, number: u8) -> Imported {
        let random = &mut self.random;
        let slug = |name: &str| Slug::parse(name).unwrap();
        let score = |random: &mut Random| u8::try_from(random.below(11)).unwrap();
        let value = Value::Score { metric: Metric::Nps, score: score(random) };
        let odd = if random.below(6) == 0 { 3_600_000 } else { 0 };
        Imported {
            line: 2 + u64::from(number),
            id: ResponseId::of_import([number; 16]),
            at_ms: 20_000 * DAY_MS + i64::from(number) * 7 * 3_600_000 + odd,
            touchpoint: slug(if random.below(8) == 0 { "delivery" } else { "purchase" }),
            answers: vec![Answer { question: slug("q1"), value }],
            context: Context {
                language: random.maybe(&["pl", "ro"]).map(|tag| Language::parse(tag).unwrap()),
                customer: random.maybe(&CUSTOMERS).map(str::to_owned),
                ..Context::default()
            },
        }
    }

    pub(super) fn import(&mut self) -> String {
        let (shop, survey) = (self.random.pick(&SHOPS), self.random.pick(&[SURVEYS[0], SURVEYS[0], SURVEYS[1]]));
        let id = format!("imp_{}", self.steps);
        let import = Import { shop, id: &id, survey, version: 2, now: self.now };
        ready(self.database.store.imports().create(import, "generic", None)).unwrap();
        self.imports.insert((shop, id.clone()));
        let (mut progress, mut is_erased) = (ImportProgress::default(), false);
        for _ in 0..=self.random.below(2) {
            let mut batch = ImportBatch::default();
            for number in 0..3 {
                if self.random.below(3) == 0 {
                    continue;
                }
                let row = self.imported(number);
                batch.add(&row, survey, day_of(row.at_ms)).unwrap();
                progress.rows += 1;
                let customer = row.context.customer.as_deref();
                let forgotten = customer.and_then(|customer| {
                    self.forgotten.iter().find(|((of, known), _)| *of == shop && *known == customer).map(|(_, at)| *at)
                });
                if forgotten.is_some_and(|at| at >= row.at_ms) {
                    is_erased = true;
                    self.erased.insert((shop, IMPORTED[usize::from(number)]));
                }
            }
            // If the reply is lost, the batch is written again.
            for _ in 0..=self.random.below(2) {
                ready(self.database.store.imports().write_batch(import, &batch, progress)).unwrap();
            }
            progress.batches += 1;
        }
        let counts = "SELECT json_array(rows, imported + updated + unchanged + barred, batches) FROM imports \
                    WHERE shop = ?1 AND id = ?2";
        let expected = format!("[{0},{0},{1}]", progress.rows, progress.batches);
        assert_eq!(self.strings(counts, &[shop.into(), (&id).into()]), [expected], "each row is counted once");
        let missing = "SELECT CAST(imported - (SELECT count(*) FROM responses AS r WHERE r.shop = i.shop AND \
                       r.import = i.id) AS TEXT) FROM imports AS i WHERE shop = ?1 AND id = ?2";
        // A later batch may have named the erased customer of a response and so deleted it.
        let gone: i64 = self.strings(missing, &[shop.into(), (&id).into()])[0].parse().unwrap();
        assert!(gone == 0 || is_erased, "{gone}");
        format!("import {id} into {shop} {survey}")
    }

    pub(super) fn delete_import(&mut self) -> String {
        let Some((shop, id)) = self.imports.pop_first() else { return "skip: no import to delete".to_owned() };
        let imported = "SELECT id FROM responses WHERE shop = ?1 AND import = ?2";
        let before = self.strings(imported, &[shop.into(), (&id).into()]);
        let deleted = ready(self.database.store.imports().delete(shop, &id)).unwrap().unwrap();
        assert_eq!((deleted.responses as usize, deleted.more), (before.len(), false));
        assert_eq!(self.strings(imported, &[shop.into(), (&id).into()]), [""; 0]);
        assert_eq!(
            self.strings("SELECT id FROM imports WHERE shop = ?1 AND id = ?2", &[shop.into(), (&id).into()]),
            [""; 0]
        );
        format!("delete_import {id} of {shop}")
    }
}
