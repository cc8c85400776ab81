//! Runs over time: what is new, known, resolved or not looked at, and that no half run is read.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use std::path::{Path, PathBuf};

use roledrift::audit::{Audit, Selection, audit};
use roledrift::inventory::{LastUse, Observed, Owners};
use roledrift::objects::Objects;
use roledrift::report::{Format, Report, Since, render};
use roledrift::store::{
    Comparison, Obstacle, Previous, Run, RunId, Standing, Store, StoreError, Trail, history,
    previous_report,
};
use roledrift::waivers::{Entry, Waived, Waivers};

use support::owners::{INSTANCE, REGION, domain, instance};
use support::{ACCOUNT, Account, CAMPAIGNS, CONNECT, baselines, denied};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn select(only: &[&str], globs: &[&str]) -> Selection {
    Selection::new(&names(only), &[], &names(globs)).unwrap()
}

/// The account on a day of November 2026.
fn on(day: u8, account: &Account) -> Account {
    let mut account = account.clone();
    account.0.collected_at = Some(time(day));
    account
}

fn time(day: u8) -> jiff::Timestamp {
    format!("2026-11-{day:02}T06:00:00Z").parse().unwrap()
}

fn run_of(audit: &Audit, waived: Option<&Waived>) -> Run {
    Run::of(audit, waived, time(30))
}

fn plain(account: &Account) -> Run {
    run_of(&account.audit(), None)
}

fn selected(account: &Account, selection: &Selection) -> Run {
    run_of(&audit(&account.0, baselines(), selection), None)
}

/// One finding: session-duration-edited.
fn long_sessions() -> Account {
    let mut account = Account::connect();
    account.role(CONNECT).max_session_seconds = Observed::Read(7200);
    account
}

fn after(runs: &[Run]) -> (Trail, Comparison) {
    let mut trail = Trail::default();
    let mut last = Comparison::default();
    for run in runs {
        last = trail.advance(run);
    }
    (trail, last)
}

fn counts(comparison: &Comparison) -> (usize, usize, usize, usize) {
    (
        comparison.new_count(),
        comparison.known_count(),
        comparison.resolved.len(),
        comparison.not_looked_at.len(),
    )
}

#[test]
fn a_finding_is_new_then_known_then_resolved_then_new_again() {
    let (clean, drifted) = (Account::connect(), long_sessions());
    let mut trail = Trail::default();
    let mut step = |day, account: &Account| {
        let comparison = trail.advance(&plain(&on(day, account)));
        let since = comparison.standings.values().next().copied();
        (counts(&comparison), since)
    };
    assert_eq!(step(1, &clean).0, (0, 0, 0, 0));
    assert_eq!(step(2, &drifted), ((1, 0, 0, 0), Some(Standing::New)));
    let known = Standing::Known {
        since: Some(time(2)),
    };
    assert_eq!(step(3, &drifted), ((0, 1, 0, 0), Some(known)));
    assert_eq!(step(4, &drifted), ((0, 1, 0, 0), Some(known)));
    assert_eq!(step(5, &clean).0, (0, 0, 1, 0));
    assert_eq!(step(6, &drifted), ((1, 0, 0, 0), Some(Standing::New)));
}

#[test]
fn nothing_is_resolved_that_the_run_could_not_decide_about() {
    let drifted = on(1, &long_sessions());
    let clean = on(2, &Account::connect());
    let mut unread = clean.clone();
    unread.role(CONNECT).max_session_seconds = denied("iam:GetRole");
    let mut unlisted = clean.clone();
    unlisted.0.listing = denied("iam:ListRoles");
    unlisted.0.roles.clear();
    let mut gone = clean.clone();
    gone.0.roles.clear();
    for (name, later, resolved) in [
        ("mended", plain(&clean), true),
        ("the role is gone", plain(&gone), true),
        ("the fact was not read", plain(&unread), false),
        ("roles were not listed", plain(&unlisted), false),
        (
            "another rule ran",
            selected(&clean, &select(&["trust-widened"], &[])),
            false,
        ),
        (
            "another role was looked at",
            selected(&clean, &select(&[], &["*Backup*"])),
            false,
        ),
        (
            "the role is gone, few were wanted",
            selected(&gone, &select(&[], &["*Connect_*"])),
            false,
        ),
        (
            "the role alone was looked at",
            selected(&clean, &select(&[], &["*Connect_*"])),
            true,
        ),
        (
            "the rule alone ran",
            selected(&clean, &select(&["session-duration-edited"], &[])),
            true,
        ),
    ] {
        let (trail, last) = after(&[plain(&drifted), later]);
        // What was not read is a finding of its own.
        let gone = last
            .resolved
            .iter()
            .any(|open| open.record.rule == "session-duration-edited");
        assert_eq!(gone, resolved, "{name}: {last:?}");
        assert_eq!(last.not_looked_at.len(), usize::from(!resolved), "{name}");
        let open = trail.open();
        let open = open
            .iter()
            .find(|open| open.record.rule == "session-duration-edited");
        assert_eq!(open.is_none(), resolved, "{name}");
        if let Some(open) = open {
            assert_eq!(
                (open.since, open.last_seen, open.looked_at),
                (Some(time(1)), Some(time(1)), false)
            );
        }
    }
}

/// Tells whether a finding of the first account is resolved by the second.
fn is_resolved(rule: &str, before: &Account, later: &Account) -> bool {
    let before = plain(&on(1, before));
    let has = |run: &Run| run.findings.values().any(|record| record.rule == rule);
    assert!(has(&before), "{rule}: {:?}", before.findings);
    let later = plain(&on(2, later));
    assert!(!has(&later), "{rule}: {:?}", later.findings);
    let (_, last) = after(&[before, later]);
    let of_rule = |open: &roledrift::store::Open| open.record.rule == rule;
    let resolved = last.resolved.iter().any(of_rule);
    assert_ne!(resolved, last.not_looked_at.iter().any(of_rule), "{rule}");
    resolved
}

/// Leaves out what roles serve.
fn without_owners(account: &Account) -> Account {
    let mut account = account.clone();
    account.0.owners = Owners::skipped();
    account
}

/// Denies the instances and domains of a Region.
fn unread_region(account: &Account, name: &str) -> Account {
    let mut account = account.clone();
    let region = account.region(name);
    region.instances = denied("connect:ListInstances");
    region.domains = denied("profile:ListDomains");
    account
}

#[test]
fn nothing_about_owners_is_resolved_where_they_were_not_read() {
    let mut orphan = Account::connect();
    orphan.asked(&[REGION]);
    let mut roleless = Account::with_instance();
    roleless.the_instance().role = None;
    let mut elsewhere = Account::connect();
    elsewhere.asked(&["eu-south-2"]);
    let role = elsewhere.arn(CONNECT);
    elsewhere.add_instance("eu-south-2", instance("eu-south-2", INSTANCE, Some(role)));
    let mut domains = Account::empty();
    domains.asked(&["eu-south-2"]);
    domains.add_domain("eu-south-2", domain("a"));
    for (rule, region, before) in [
        ("orphaned-role", REGION, &orphan),
        ("instance-without-role", REGION, &roleless),
        ("unsupported-region", "eu-south-2", &elsewhere),
        ("unsupported-region", "eu-south-2", &domains),
    ] {
        assert!(
            !is_resolved(rule, before, &without_owners(before)),
            "{rule}"
        );
        assert!(
            !is_resolved(rule, before, &unread_region(before, region)),
            "{rule}"
        );
    }
    assert!(is_resolved(
        "orphaned-role",
        &orphan,
        &Account::with_instance()
    ));
    assert!(is_resolved("instance-without-role", &roleless, &orphan));
    assert!(is_resolved(
        "unsupported-region",
        &elsewhere,
        &Account::with_instance()
    ));
    // A run that leaves owners out mends what such a run saw.
    let mut used = without_owners(&Account::connect());
    used.role(CONNECT).last_use = Observed::Read(Some(LastUse {
        at: time(1),
        region: "eu-south-2".to_owned(),
    }));
    let mended = without_owners(&Account::connect());
    assert!(is_resolved("unsupported-region", &used, &mended));
    let mut empty = domains.clone();
    empty.asked(&["eu-south-2"]);
    assert!(is_resolved("unsupported-region", &domains, &empty));
}

#[test]
fn a_role_that_campaigns_name_is_not_found_again_by_not_reading_them() {
    let mut before = Account::with_instance();
    before.add_role(
        CAMPAIGNS,
        "/aws-service-role/",
        "connect-campaigns.amazonaws.com",
    );
    before.campaigns_act_in(CAMPAIGNS);
    before
        .0
        .roles
        .retain(|role| role.name.as_str() != CAMPAIGNS);
    let mut unread = before.clone();
    for fact in unread.the_instance().campaigns.values_mut() {
        *fact = denied("connect-campaigns:GetConnectInstanceConfig");
    }
    let rule = "instance-without-role";
    assert!(!is_resolved(rule, &before, &unread));
    assert!(is_resolved(rule, &before, &Account::with_instance()));
}

#[test]
fn a_narrow_run_in_between_makes_nothing_new() {
    let drifted = long_sessions();
    let narrow = selected(&on(2, &drifted), &select(&["trust-widened"], &[]));
    let (_, last) = after(&[plain(&on(1, &drifted)), narrow, plain(&on(3, &drifted))]);
    assert_eq!(counts(&last), (0, 1, 0, 0));
    let known = Standing::Known {
        since: Some(time(1)),
    };
    assert_eq!(last.standings.values().next(), Some(&known));
}

#[test]
fn what_was_not_read_is_resolved_only_where_as_many_rules_ran() {
    let mut unread = Account::connect();
    unread.role(CONNECT).description = denied("iam:ListRoles");
    let first = plain(&on(1, &unread));
    assert_eq!(first.findings.len(), 1);
    let few = select(&["unread-input", "trust-widened"], &[]);
    let (_, last) = after(&[first.clone(), selected(&on(2, &unread), &few)]);
    assert_eq!(counts(&last), (0, 0, 0, 1));
    let (_, last) = after(&[first, plain(&on(2, &Account::connect()))]);
    assert_eq!(counts(&last), (0, 0, 1, 0));
}

#[test]
fn a_policy_used_elsewhere_is_resolved_only_where_every_carrier_was_read() {
    let finding = |account: &Account| {
        let run = plain(account);
        run.findings
            .values()
            .any(|record| record.rule == "policy-attached-elsewhere")
    };
    let mut used = on(1, &Account::connect());
    if let Some(Observed::Read(carriers)) = &mut used.policy(support::CONNECT_POLICY).carriers {
        carriers.push(roledrift::inventory::Carrier {
            kind: roledrift::inventory::CarrierKind::User,
            name: "eve".to_owned(),
        });
    }
    assert!(finding(&used));
    let clean = on(2, &Account::connect());
    let mut unread = clean.clone();
    unread.policy(support::CONNECT_POLICY).carriers = Some(denied("iam:ListEntitiesForPolicy"));
    for (later, resolved) in [
        (plain(&clean), 1),
        (plain(&unread), 0),
        (selected(&clean, &select(&[], &["*Connect_*"])), 0),
    ] {
        let (_, last) = after(&[plain(&used), later]);
        assert_eq!(
            (last.resolved.len(), last.not_looked_at.len()),
            (resolved, 1 - resolved)
        );
    }
}

fn waived(audit: &mut Audit, text: &str) -> Waived {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(default)]
        waiver: Vec<Entry>,
    }
    let file: File = toml::from_str(text).unwrap();
    let waivers = Waivers::new("roledrift.toml", text, file.waiver).unwrap();
    waivers.apply(audit, time(2))
}

const UNUSED: &str = "[[waiver]]\nrule = \"trust-widened\"\nresource = \"*\"\nreason = \"r\"\n\
                      owner = \"o\"\nexpires = 2027-01-01\n";

#[test]
fn findings_about_waivers_are_resolved_only_by_runs_that_read_waivers() {
    let run = |account: &Account, selection: &Selection, text: Option<&str>| {
        let mut audit = audit(&account.0, baselines(), selection);
        let waived = text.map(|text| waived(&mut audit, text));
        run_of(&audit, waived.as_ref())
    };
    let whole = Selection::default();
    let account = Account::connect();
    let first = run(&on(1, &account), &whole, Some(UNUSED));
    assert_eq!(first.findings.len(), 1);
    let second = on(2, &account);
    let few = select(&["unused-waiver"], &[]);
    let removed = Some("");
    for (name, later, resolved) in [
        ("removed", run(&second, &whole, removed), 1),
        ("removed, one rule ran", run(&second, &few, removed), 1),
        ("no file", run(&second, &whole, None), 0),
        (
            "its own rule did not run",
            run(&second, &few, Some(UNUSED)),
            0,
        ),
        (
            "rule left out",
            run(&second, &select(&["trust-widened"], &[]), removed),
            0,
        ),
    ] {
        let (_, last) = after(&[first.clone(), later]);
        assert_eq!(
            (last.resolved.len(), last.not_looked_at.len()),
            (resolved, 1 - resolved),
            "{name}"
        );
    }
}

fn scratch() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Objects::in_folder(runs(&folder)).unwrap());
    (folder, store)
}

fn runs(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("runs")
}

fn keep(store: &Store, account: &Account, selection: &Selection, chance: u32) -> RunId {
    let audit = audit(&account.0, baselines(), selection);
    let coverage = account.0.coverage();
    let id = store.keep(&audit, &coverage, None, time(30), time(20), chance);
    id.unwrap()
}

fn keep_all(store: &Store, account: &Account, chance: u32) -> RunId {
    keep(store, account, &Selection::default(), chance)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_kept_run_says_what_the_run_said() {
    let (_folder, store) = scratch();
    let mut account = on(1, &long_sessions());
    account.role(CONNECT).description = denied("iam:ListRoles");
    keep_all(&store, &account, 1);
    let narrow = select(&["trust-widened"], &["*Connect_*"]);
    keep(&store, &on(2, &account), &narrow, 2);
    let listing = store.list(None).unwrap();
    let runs: Vec<Run> = listing
        .runs
        .iter()
        .map(|run| store.load(run).unwrap())
        .collect();
    assert_eq!(runs, [plain(&account), selected(&on(2, &account), &narrow)]);
    assert!(listing.set_aside.is_empty());
}

#[test]
fn the_layout_is_what_query_engines_read() {
    let (scratch, store) = scratch();
    let id = keep_all(&store, &on(1, &long_sessions()), 1);
    let found: Vec<String> = files(&runs(&scratch))
        .iter()
        .map(|path| {
            path.strip_prefix(runs(&scratch))
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/")
        })
        .collect();
    let part = format!("dt=2026-11-01/run={id}/{ACCOUNT}");
    assert_eq!(
        found,
        [
            format!("coverage/{part}.ndjson.gz"),
            format!("findings/{part}.ndjson.gz"),
            format!("roles/{part}.ndjson.gz"),
            format!("runs/{part}.json"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let (scratch, store) = scratch();
    keep_all(&store, &on(1, &long_sessions()), 1);
    for file in files(&runs(&scratch)) {
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        let mut folder = file.parent().unwrap();
        while folder.starts_with(runs(&scratch)) {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
            folder = folder.parent().unwrap();
        }
    }
}

/// A crash leaves what was moved until then; every such state is simulated by taking files away.
#[test]
fn a_run_that_was_cut_off_is_told_and_never_read() {
    let (scratch, store) = scratch();
    keep_all(&store, &on(1, &Account::connect()), 1);
    let cut = keep_all(&store, &on(2, &long_sessions()), 2);
    let folder = |table: &str| {
        let day = runs(&scratch).join(table).join(format!("dt={}", cut.day()));
        day.join(format!("run={cut}"))
    };
    // The manifest comes last, so it is what is missing first.
    for table in ["runs", "coverage", "roles"] {
        std::fs::remove_dir_all(folder(table)).unwrap();
        let listing = store.list(None).unwrap();
        assert_eq!(listing.runs.len(), 1);
        assert_eq!(listing.set_aside.len(), 1);
        assert_eq!(listing.set_aside[0].name, cut.as_str());
        assert_eq!(listing.set_aside[0].obstacle, Obstacle::Unfinished);
        let (trail, _, set_aside) = store
            .trail(&ACCOUNT.parse().unwrap(), None, time(30))
            .unwrap();
        assert!(trail.open().is_empty());
        assert_eq!(set_aside.len(), 1);
    }
    // Before the first table is there only its folder is, with what was being written.
    std::fs::remove_file(folder("findings").join(format!("{ACCOUNT}.ndjson.gz"))).unwrap();
    std::fs::write(folder("findings").join(".writing-x"), "").unwrap();
    let listing = store.list(None).unwrap();
    assert_eq!((listing.runs.len(), listing.set_aside.len()), (1, 1));
    assert_eq!(listing.set_aside[0].name, cut.as_str());
}

#[test]
fn a_damaged_run_is_told_and_never_read() {
    let account: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    for table in ["findings", "roles"] {
        for damage in ["gone", "cut", "changed"] {
            let (scratch, store) = scratch();
            keep_all(&store, &on(1, &Account::connect()), 1);
            let id = keep_all(&store, &on(2, &long_sessions()), 2);
            let file = runs(&scratch)
                .join(table)
                .join(format!("dt={}/run={id}/{ACCOUNT}.ndjson.gz", id.day()));
            match damage {
                "gone" => std::fs::remove_file(&file).unwrap(),
                "cut" => {
                    let bytes = std::fs::read(&file).unwrap();
                    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
                }
                _ => {
                    let other = file.to_str().unwrap().replace(table, "coverage");
                    std::fs::copy(other, &file).unwrap();
                }
            }
            let found = history(&store, None).unwrap();
            assert_eq!(found.accounts[0].runs.len(), 1, "{table} {damage}");
            assert_eq!(found.set_aside.len(), 1, "{table} {damage}");
            assert!(matches!(
                found.set_aside[0].obstacle,
                Obstacle::Damaged { .. }
            ));
            let named = store.trail(&account, Some(&id), time(30));
            assert!(
                matches!(named, Err(StoreError::Unreadable { .. })),
                "{table} {damage}"
            );
        }
    }
}

#[test]
fn a_run_of_a_newer_release_is_told_and_never_read() {
    let (scratch, store) = scratch();
    let id = keep_all(&store, &on(1, &long_sessions()), 1);
    let manifest = runs(&scratch).join(format!("runs/dt={}/run={id}/{ACCOUNT}.json", id.day()));
    let text = std::fs::read_to_string(&manifest).unwrap();
    let newer = text.replacen("\"version\":1", "\"version\":2", 1);
    assert_ne!(text, newer);
    std::fs::write(&manifest, newer).unwrap();
    let listing = store.list(None).unwrap();
    assert!(listing.runs.is_empty());
    assert_eq!(listing.set_aside[0].obstacle, Obstacle::Newer { found: 2 });
}

#[test]
fn two_writers_at_once_do_no_harm() {
    let (scratch, store) = scratch();
    let account = on(1, &long_sessions());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (store, account) = (&store, &account);
            scope.spawn(move || {
                for turn in 0..3 {
                    keep_all(store, account, writer * 100 + turn);
                }
            });
        }
    });
    let listing = store.list(None).unwrap();
    assert_eq!((listing.runs.len(), listing.set_aside.len()), (12, 0));
    for run in &listing.runs {
        assert_eq!(store.load(run).unwrap(), plain(&account));
    }
    assert_eq!(files(&runs(&scratch)).len(), 12 * 4);
}

#[test]
fn the_same_name_twice_is_an_error_and_leaves_the_first_run_alone() {
    let (_folder, store) = scratch();
    let account = on(1, &long_sessions());
    keep_all(&store, &account, 7);
    let coverage = account.0.coverage();
    let again = store.keep(
        &on(1, &Account::connect()).audit(),
        &coverage,
        None,
        time(1),
        time(20),
        7,
    );
    assert!(matches!(again, Err(StoreError::Twice(_))), "{again:?}");
    let listing = store.list(None).unwrap();
    assert_eq!((listing.runs.len(), listing.set_aside.len()), (1, 0));
    assert_eq!(store.load(&listing.runs[0]).unwrap(), plain(&account));
}

#[test]
fn accounts_of_one_store_are_kept_apart() {
    let (_folder, store) = scratch();
    keep_all(&store, &on(1, &long_sessions()), 1);
    let mut other = on(2, &Account::connect());
    other.0.account = "444455556666".parse().unwrap();
    let other_id = keep_all(&store, &other, 2);
    let found = history(&store, None).unwrap();
    assert_eq!(found.accounts.len(), 2);
    assert_eq!(found.accounts[0].open.len(), 1);
    assert!(found.accounts[1].open.is_empty());
    let account: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    assert_eq!(history(&store, Some(&account)).unwrap().accounts.len(), 1);
    let (trail, previous, _) = store.trail(&account, None, time(30)).unwrap();
    assert_eq!(trail.open().len(), 1);
    assert!(matches!(previous, Previous::Run(_)));
    let wrong = store.trail(&account, Some(&other_id), time(30));
    assert!(matches!(wrong, Err(StoreError::OtherAccount { .. })));
    let nobody = "20260101T000000Z-000000000000-00000000".parse().unwrap();
    let wrong = store.trail(&account, Some(&nobody), time(30));
    assert!(matches!(wrong, Err(StoreError::NoSuchRun { .. })));
}

#[test]
fn a_trail_ends_with_the_named_run_or_with_the_time() {
    let (_folder, store) = scratch();
    let account: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    let first = keep_all(&store, &on(1, &Account::connect()), 1);
    keep_all(&store, &on(2, &long_sessions()), 2);
    let open =
        |last: Option<&RunId>, until| store.trail(&account, last, until).unwrap().0.open().len();
    assert_eq!(open(None, time(3)), 1);
    assert_eq!(open(None, time(1)), 0);
    assert_eq!(open(Some(&first), time(3)), 0);
    let nowhere = Objects::in_folder("/no/such/folder").unwrap();
    let (trail, previous, _) = Store::new(nowhere).trail(&account, None, time(3)).unwrap();
    assert!(trail.open().is_empty());
    assert_eq!(previous, Previous::Nothing);
}

#[test]
fn history_tells_runs_and_since_when_findings_are_open() {
    let (_folder, store) = scratch();
    let clean = Account::connect();
    keep_all(&store, &on(1, &clean), 1);
    keep_all(&store, &on(2, &long_sessions()), 2);
    keep(&store, &on(3, &clean), &select(&["trust-widened"], &[]), 3);
    let found = history(&store, None).unwrap();
    let [account] = found.accounts.as_slice() else {
        panic!("{found:?}")
    };
    let rows: Vec<_> = account
        .runs
        .iter()
        .map(|run| {
            (
                run.new,
                run.known,
                run.resolved,
                run.not_looked_at,
                run.rules,
            )
        })
        .collect();
    // These accounts leave out what roles serve.
    let rules = roledrift::audit::all().iter();
    let every = rules.filter(|rule| !rule.needs_owners).count();
    assert_eq!(
        rows,
        [(0, 0, 0, 0, every), (1, 0, 0, 0, every), (0, 0, 0, 1, 1)]
    );
    assert_eq!(account.open[0].since, Some(time(2)));
    assert!(!account.open[0].looked_at);
}

fn json(account: &Account, selection: &Selection, since: Option<Since>) -> String {
    let audit = audit(&account.0, baselines(), selection);
    let mut report = Report::new(audit, account.0.coverage());
    report.since = since;
    let mut text = Vec::new();
    render(&report, Format::Json, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_chain_of_reports_remembers_what_a_narrow_run_did_not_look_at() {
    let account: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    let drifted = long_sessions();
    let path = Path::new("last.json");
    let first = json(&on(1, &drifted), &Selection::default(), None);

    let narrow = select(&["trust-widened"], &[]);
    let (mut trail, previous) = previous_report(path, &first, &account).unwrap();
    let comparison = trail.advance(&selected(&on(2, &drifted), &narrow));
    assert_eq!(counts(&comparison), (0, 0, 0, 1));
    let second = json(
        &on(2, &drifted),
        &narrow,
        Some(Since {
            previous,
            comparison,
        }),
    );

    let (mut trail, _) = previous_report(path, &second, &account).unwrap();
    let comparison = trail.advance(&plain(&on(3, &drifted)));
    let known = Standing::Known {
        since: Some(time(1)),
    };
    assert_eq!(comparison.standings.values().collect::<Vec<_>>(), [&known]);
}

#[test]
fn refuses_what_is_no_report_of_the_account() {
    let account: roledrift::model::AccountId = ACCOUNT.parse().unwrap();
    let other: roledrift::model::AccountId = "444455556666".parse().unwrap();
    let text = json(&long_sessions(), &Selection::default(), None);
    let read = |text: &str, account| previous_report(Path::new("x"), text, account);
    assert!(read(&text, &account).is_ok());
    for (text, account, problem) in [
        (
            text.clone(),
            &other,
            "a report of account 111122223333, not 444455556666",
        ),
        (
            text.replacen("\"schema\": 1", "\"schema\": 99", 1),
            &account,
            "newer",
        ),
        ("{}".to_owned(), &account, "missing field"),
        ("oops".to_owned(), &account, "line 1"),
    ] {
        let error = read(&text, account).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
    assert_eq!(
        roledrift::store::READS_REPORT_VERSION,
        roledrift::report::JSON_SCHEMA_VERSION
    );
}
