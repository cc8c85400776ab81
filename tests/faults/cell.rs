//! One operation with one fault: an account is read, audited, and compared with the same account
//! without the fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use roledrift::audit::{self, Audit, Selection, Status};
use roledrift::baselines::Baselines;
use roledrift::inventory::aws::{CollectError, Offered, Scope};
use roledrift::inventory::{Fact, FactOwner, Inventory, Unread, UnreadReason, snapshot};
use roledrift::model::{Arn, Severity};
use serde_json::{Value, json};

use super::accounts::{AWAY, HOME};
use super::client::{self, configuration, sleep};
use super::fake_account::{FakeAccount, Options};
use super::kinds::{Costs, How, Kind};
use super::operations::Operation;

/// No cell takes longer, or it hangs.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// The rule that tells of unread inputs itself.
const TELLS_UNREAD: &str = "unread-input";

/// The rules that miss a role, or a grant, where AWS says that it is gone.
const TELL_OF_GONE: [&str; 3] = [
    "configured-resource-not-granted",
    "instance-without-role",
    "profile-domain-count-mismatch",
];

/// Holds an account as read, and as judged.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) inventory: Inventory,
    pub(crate) audit: Arc<Audit>,
    /// How often the operation was asked for, and answered or refused.
    pub(crate) calls: u64,
}

/// Returns the embedded baselines, read once.
pub(crate) fn baselines() -> &'static Baselines {
    static BASELINES: OnceLock<Baselines> = OnceLock::new();
    BASELINES.get_or_init(|| Baselines::embedded().unwrap())
}

/// Keeps what was judged, by what was read.
type Judged = BTreeMap<Vec<u8>, Arc<OnceLock<Arc<Audit>>>>;

/// Judges an inventory, once for all that lack the same facts: why a fact was not read, beside that
/// nobody left it out, makes no difference but in words.
fn judged(inventory: &Inventory) -> Arc<Audit> {
    static JUDGED: Mutex<Judged> = Mutex::new(BTreeMap::new());
    let mut text = Vec::new();
    snapshot::write(inventory, &mut text).unwrap();
    let mut known: Value = serde_json::from_slice(&text).unwrap();
    forget_reasons(&mut known);
    let audit = {
        let mut judged = JUDGED.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(judged.entry(known.to_string().into_bytes()).or_default())
    };
    let judge = || Arc::new(audit::audit(inventory, baselines(), &Selection::default()));
    Arc::clone(audit.get_or_init(judge))
}

/// Makes all reasons for which something can fail to be read the same.
fn forget_reasons(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let reason = members.get("reason").and_then(Value::as_str);
            if reason.is_some_and(|reason| !["skipped", "not-offered"].contains(&reason)) {
                members.clear();
                members.insert("reason".to_owned(), json!("unread"));
            }
            members.values_mut().for_each(forget_reasons);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_reasons),
        _ => {}
    }
}

impl Seen {
    /// Returns the exit code of a scan without flags.
    pub(crate) fn exit(&self) -> i32 {
        let mut findings = self.audit.findings.iter();
        if findings.any(|finding| finding.rule.severity >= Severity::Low) {
            1
        } else if self.audit.is_complete() {
            0
        } else {
            3
        }
    }
}

pub(crate) fn serve(world: &Value, rules: &[Value]) -> FakeAccount {
    let options = Options {
        control: json!({"enforce_rates": false, "require_roles": false, "rules": rules})
            .to_string(),
        threads: 1,
        ..Options::default()
    };
    FakeAccount::of(&world.to_string(), &options).unwrap()
}

fn scope() -> Scope {
    let offered = Some(
        [HOME, AWAY]
            .iter()
            .map(|name| name.parse().unwrap())
            .collect(),
    );
    Scope {
        owners: true,
        regions: BTreeSet::new(),
        offered: Offered {
            connect: offered.clone(),
            campaigns: offered.clone(),
            profiles: offered,
        },
    }
}

/// Reads and judges an account; `None` for no fault.
pub(crate) fn see(
    account: &Value,
    operation: &Operation,
    kind: Option<&Kind>,
) -> Result<Seen, CollectError> {
    let mut rules = kind.map_or_else(Vec::new, |kind| kind.rules(operation.label));
    if operation.label == "iam:GetAccountSummary" {
        // It is asked only where the roles do not fit a page.
        let size = json!({"page_size": 3});
        rules.push(json!({"operation": "iam:GetAccountAuthorizationDetails", "fault": size}));
    }
    let server = serve(account, &rules);
    let refused = kind.is_some_and(|kind| kind.how == How::Refused);
    let config = configuration(
        &server,
        refused.then_some(operation.label),
        kind.is_some_and(Kind::is_slow),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let source = client::source(&config).with_strategy(operation.strategy);
    let read = runtime.block_on(async {
        let now = "2026-11-02T06:00:00Z".parse().unwrap();
        let scope = scope();
        tokio::select! {
            read = source.collect(now, &scope, &|_| {}) => read,
            () = sleep(DEADLINE) => panic!("{} with {:?} hangs", operation.label, kind),
        }
    });
    let log = server.log();
    assert_eq!(log.unsigned, 0);
    let inventory = read?;
    Ok(Seen {
        audit: judged(&inventory),
        inventory,
        calls: log
            .operations
            .get(operation.label)
            .map_or(0, |counts| counts.calls),
    })
}

/// Says what a fault did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Effect {
    /// What the coverage says, in words.
    pub(crate) coverage: Vec<String>,
    /// Whether the account was read at all, and as it is.
    pub(crate) end: End,
}

/// Says how a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// The inventory is what it would have been.
    Same,
    /// Something is missing from it, and it says so.
    Less,
    /// Something is taken to be gone.
    Gone,
    /// There is no inventory.
    Nothing,
}

/// Compares what was seen with a fault with what there is to see; the complaints are what must not be.
pub(crate) fn compare(
    operation: &Operation,
    kind: &Kind,
    whole: &Seen,
    faulted: &Result<Seen, CollectError>,
) -> (Effect, Vec<String>) {
    let faulted = match faulted {
        Ok(seen) => seen,
        Err(error) => return stopped(operation, kind, error),
    };
    let mut complaints = Vec::new();
    let known: BTreeSet<_> = unread(&whole.inventory).into_iter().collect();
    let lost: Vec<_> = unread(&faulted.inventory)
        .into_iter()
        .filter(|entry| !known.contains(entry))
        .collect();
    complaints.extend(wrong_reasons(operation, kind, &lost));
    complaints.extend(wrong_findings(kind, whole, faulted));
    complaints.extend(wrong_statuses(kind, whole, faulted, &lost));
    let same = faulted.inventory == whole.inventory;
    let end = match (same, lost.is_empty()) {
        (true, _) => End::Same,
        (false, false) => End::Less,
        (false, true) => End::Gone,
    };
    match (kind.costs, end) {
        (Costs::Nothing, End::Less | End::Gone) => {
            complaints.push("something is missing although nothing was lost".to_owned());
        }
        (Costs::Answer(_), End::Gone) => {
            complaints.push("the inventory differs and does not say why".to_owned());
        }
        _ => {}
    }
    let effect = Effect {
        coverage: words(operation, &lost),
        end,
    };
    (effect, complaints)
}

type Lost = (FactOwner, Fact, Unread);

fn unread(inventory: &Inventory) -> Vec<Lost> {
    let coverage = inventory.coverage();
    let unread = coverage
        .unread()
        .map(|(entry, unread)| (entry.subject.clone(), entry.fact.clone(), unread.clone()));
    unread.collect()
}

/// Complains about facts that are unread for another reason, or by another operation.
fn wrong_reasons(operation: &Operation, kind: &Kind, lost: &[Lost]) -> Vec<String> {
    let action = operation.action();
    let fits = |unread: &Unread| {
        let wanted = match kind.costs {
            Costs::Nothing => return false,
            Costs::Answer(reason) => reason,
            Costs::Thing => UnreadReason::Failed,
        };
        // Nobody asks an endpoint that did not answer; the message names who found out.
        let is_told = unread.operation == action
            || (wanted == UnreadReason::Unreachable && unread.message.contains(&action));
        unread.reason == wanted && is_told && !unread.message.is_empty()
    };
    let wrong = lost.iter().filter(|(_, _, unread)| !fits(unread));
    wrong
        .map(|(subject, fact, unread)| format!("{fact} of {subject:?}: {unread}"))
        .collect()
}

/// Complains about findings that the account without the fault does not have.
fn wrong_findings(kind: &Kind, whole: &Seen, faulted: &Seen) -> Vec<String> {
    let known: BTreeSet<&str> = whole
        .audit
        .findings
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let found = faulted.audit.findings.iter();
    let may_be_new = |rule: &str| {
        rule == TELLS_UNREAD || kind.costs == Costs::Thing && TELL_OF_GONE.contains(&rule)
    };
    let wrong = found.filter(|one| !known.contains(one.id.as_str()) && !may_be_new(one.rule.id));
    wrong
        .map(|one| format!("finds {}: {}", one.rule.id, one.summary))
        .collect()
}

/// Complains about roles that are judged better than they are, or are missing.
fn wrong_statuses(kind: &Kind, whole: &Seen, faulted: &Seen, lost: &[Lost]) -> Vec<String> {
    let statuses = |audit: &Audit| -> BTreeMap<Arn, Status> {
        let roles = audit.roles.iter();
        roles.map(|role| (role.arn.clone(), role.status)).collect()
    };
    let (before, after) = (statuses(&whole.audit), statuses(&faulted.audit));
    let mut complaints = Vec::new();
    let may_miss = kind.costs == Costs::Thing || faulted.inventory.listing.unread().is_some();
    for (role, was) in &before {
        let name = role.name();
        match after.get(role) {
            None if may_miss => {}
            None => complaints.push(format!("{name} is missing")),
            // What it drifted by may be gone.
            Some(Status::Conforms) if *was != Status::Conforms && kind.costs != Costs::Thing => {
                complaints.push(format!("{name} conforms, and was {}", was.as_str()));
            }
            Some(Status::Conforms) => {
                let own = lost.iter().filter(|(subject, fact, _)| {
                    *subject == FactOwner::Role(role.clone()) && *fact != Fact::Tags
                });
                for (_, fact, _) in own {
                    complaints.push(format!("{name} conforms without its {fact}"));
                }
            }
            Some(_) => {}
        }
    }
    let made_up = after.keys().filter(|role| !before.contains_key(*role));
    complaints.extend(made_up.map(|role| format!("{} does not exist", role.name())));
    complaints
}

/// Judges a scan that came to no inventory.
fn stopped(operation: &Operation, kind: &Kind, error: &CollectError) -> (Effect, Vec<String>) {
    let action = operation.action();
    let (fits, line) = match error {
        CollectError::NoRoles { reason, .. } => (
            reason.operation == action && kind.costs == Costs::Answer(reason.reason),
            format!(
                "{}: the roles, and with them everything",
                reason.reason.as_str()
            ),
        ),
        CollectError::Identity(_) | CollectError::Nonsense(_) => (
            action == "sts:GetCallerIdentity" && kind.costs != Costs::Nothing,
            "whose credentials they are, and with it everything".to_owned(),
        ),
    };
    let complaints = (!fits).then(|| format!("fails: {error}"));
    let effect = Effect {
        coverage: vec![line],
        end: End::Nothing,
    };
    (effect, complaints.into_iter().collect())
}

/// Tells what the operation's own requests cost, by kind of fact.
fn words(operation: &Operation, lost: &[Lost]) -> Vec<String> {
    let action = operation.action();
    let mut kinds: BTreeMap<(UnreadReason, String), usize> = BTreeMap::new();
    for (_, fact, unread) in lost {
        if unread.operation == action && operation.tells(fact) {
            *kinds.entry((unread.reason, plain(fact))).or_default() += 1;
        }
    }
    let lines = kinds.into_iter();
    let lines =
        lines.map(|((reason, fact), count)| format!("{}: {fact} ({count})", reason.as_str()));
    lines.collect()
}

/// Names a fact without the name of what it is about.
fn plain(fact: &Fact) -> String {
    match fact {
        Fact::InlineDocument(_) => "documents of inline policies".to_owned(),
        Fact::DomainSettings(_) => "settings of domains".to_owned(),
        Fact::Storage(_) => "storage".to_owned(),
        Fact::Switch(_) => "switches".to_owned(),
        other => other.to_string(),
    }
}
