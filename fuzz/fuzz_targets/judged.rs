//! Judges an account that somebody made up, and shows it in every format.

use std::sync::OnceLock;

use roledrift::audit::{Selection, audit, dossiers};
use roledrift::baselines::Baselines;
use roledrift::inventory::Inventory;
use roledrift::report::{Format, Report, render};

pub(crate) fn judge(inventory: &Inventory) {
    static BASELINES: OnceLock<Baselines> = OnceLock::new();
    let baselines = BASELINES.get_or_init(|| Baselines::embedded().expect("our own baselines"));
    let audit = audit(inventory, baselines, &Selection::default());
    let coverage = inventory.coverage();
    // What was not read leaves its mark, and who found nothing says whether all was looked at.
    let is_listed = inventory.listing.read().is_some();
    assert!(is_listed || !audit.is_complete());
    let mut report = Report::new(audit, coverage);
    report.dossiers = Some(dossiers(inventory, baselines, &report.audit));
    for format in Format::ALL {
        let mut shown = Vec::new();
        render(&report, format, &mut shown).expect("nothing to fail");
        let shown = String::from_utf8(shown).expect("every format is UTF-8");
        let is_hostile = |c: char| matches!(c, '\0' | '\u{9b}' | '\u{202e}');
        assert!(!shown.contains(is_hostile), "{format:?}");
    }
}
