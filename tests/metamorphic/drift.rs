//! One thing that drifts is one finding more, and changes no other.

use proptest::prelude::*;
use roledrift::audit::{Reach, Selection, audit};
use roledrift::baselines::Baselines;
use roledrift::inventory::{Carrier, CarrierKind, Observed};

use super::recipe::{Recipe, recipes};
use super::support::{
    ACCOUNT, Account, CAMPAIGNS, CLOUDTRAIL, CONNECT, CONNECT_POLICY, allow, baselines, read, trust,
};
use super::{cases, findings, named};

/// One way in which an account drifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// An inline statement that no feature of the service needs.
    WiderInline,
    /// Another principal in the trust policy.
    WiderTrust,
    /// A policy of the account, attached.
    AttachedCustomerPolicy,
    /// A role outside AWS's path with a linked role's name.
    Impostor,
    /// Longer sessions.
    Session,
    Boundary,
    /// The managed policy was taken off.
    Detached,
    /// A user carries AWS's policy.
    CarriedByUser,
    /// AWS's policy says more than its version is known to say.
    WiderManaged,
    /// A document that is none.
    Malformed,
    /// Of another service's role: another principal.
    WiderTrustElsewhere,
    /// Another text for the reader.
    Description,
}

impl Drift {
    pub const ALL: [Self; 12] = [
        Self::WiderInline,
        Self::WiderTrust,
        Self::AttachedCustomerPolicy,
        Self::Impostor,
        Self::Session,
        Self::Boundary,
        Self::Detached,
        Self::CarriedByUser,
        Self::WiderManaged,
        Self::Malformed,
        Self::WiderTrustElsewhere,
        Self::Description,
    ];

    /// The rules that tell it; the first always does.
    fn rules(self) -> &'static [&'static str] {
        match self {
            Self::WiderInline => &["inline-grant-beyond-features"],
            Self::WiderTrust | Self::WiderTrustElsewhere => &["trust-widened"],
            Self::AttachedCustomerPolicy => &["unexpected-managed-policy"],
            Self::Impostor => &["impostor-role"],
            Self::Session => &["session-duration-edited"],
            Self::Boundary => &["permissions-boundary-attached"],
            Self::Detached => &["missing-managed-policy"],
            Self::CarriedByUser => &["policy-attached-elsewhere"],
            Self::WiderManaged => &["aws-widened-policy"],
            Self::Malformed => &["malformed-policy", "unread-input"],
            Self::Description => &["description-edited"],
        }
    }

    /// The role that it happens to, where there must be one.
    fn role(self) -> &'static str {
        match self {
            Self::WiderTrustElsewhere => CLOUDTRAIL,
            Self::Description => CAMPAIGNS,
            _ => CONNECT,
        }
    }

    pub fn apply(self, account: &mut Account) {
        if !account
            .0
            .roles
            .iter()
            .any(|role| role.name.as_str() == self.role())
        {
            return;
        }
        match self {
            Self::WiderInline => {
                let text = allow(r#""iam:PassRole""#, "*");
                account.inline(CONNECT, "extra", read(&text));
            }
            Self::WiderTrust => widen_trust(account, CONNECT, "connect.amazonaws.com"),
            Self::WiderTrustElsewhere => {
                widen_trust(account, CLOUDTRAIL, "cloudtrail.amazonaws.com");
            }
            Self::AttachedCustomerPolicy => {
                let arn = format!("arn:aws:iam::{ACCOUNT}:policy/extra");
                let text = allow(r#""ec2:DescribeRegions""#, "*");
                account.attach(CONNECT, &arn, "v1", &text);
            }
            Self::Impostor => {
                account.add_role(
                    "AWSServiceRoleForAmazonConnect_mine",
                    "/",
                    "ec2.amazonaws.com",
                );
            }
            Self::Session => {
                account.role(CONNECT).max_session_seconds = Observed::Read(43_200);
            }
            Self::Boundary => {
                let arn = "arn:aws:iam::aws:policy/AdministratorAccess"
                    .parse()
                    .unwrap();
                account.role(CONNECT).boundary = Observed::Read(Some(arn));
            }
            Self::Detached => {
                if let Observed::Read(attached) = &mut account.role(CONNECT).attached {
                    attached.retain(|arn| arn.name() != CONNECT_POLICY);
                }
            }
            Self::CarriedByUser => {
                let user = Carrier {
                    kind: CarrierKind::User,
                    name: "alice".to_owned(),
                };
                let carriers = &mut account.policy(CONNECT_POLICY).carriers;
                if let Some(Observed::Read(carriers)) = carriers {
                    carriers.push(user);
                    carriers.sort();
                }
            }
            Self::WiderManaged => {
                let policy = account.policy(CONNECT_POLICY);
                let text = policy.document.read().unwrap().as_str();
                let statement =
                    r#""Statement": [{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"},"#;
                let (before, behind) = text.split_once("\"Statement\"").unwrap();
                let (_, behind) = behind.split_once('[').unwrap();
                policy.document = read(&format!("{before}{statement}{behind}"));
            }
            Self::Description => {
                account.role(CAMPAIGNS).description = Observed::Read(Some("mine".to_owned()));
            }
            Self::Malformed => {
                let twice = r#"{"Statement": [], "Statement": []}"#;
                account.inline(CONNECT, "broken", read(twice));
            }
        }
    }

    /// Tells whether the two touch the same thing, so that one changes what is said of the other.
    fn concerns(self, other: Self) -> bool {
        let managed = [Self::Detached, Self::WiderManaged];
        self == other || (managed.contains(&self) && managed.contains(&other))
    }
}

fn widen_trust(account: &mut Account, role: &str, principal: &str) {
    let text = trust(principal).replacen(
        r#""Service":"#,
        r#""AWS":"arn:aws:iam::444455556666:root","Service":"#,
        1,
    );
    account.role(role).trust = read(&text);
}

/// Judges an account by the embedded baselines and the recipe's lock.
fn judge(recipe: &Recipe, account: &Account) -> roledrift::audit::Audit {
    let locked: Baselines;
    let by = match recipe.lock() {
        Some(lock) => {
            locked = baselines().clone().with_lock(lock);
            &locked
        }
        None => baselines(),
    };
    audit(&account.0, by, &Selection::default())
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn one_drift_more_is_its_finding_more(
        recipe in recipes(),
        drift in proptest::sample::select(Drift::ALL.to_vec()),
    ) {
        prop_assume!(recipe.has(drift.role()));
        prop_assume!(!recipe.drifts.iter().any(|before| drift.concerns(*before)));
        let account = recipe.account();
        let mut drifted = account.clone();
        drift.apply(&mut drifted);
        let (before, after) = (judge(&recipe, &account), judge(&recipe, &drifted));
        let (known, found) = (findings(&before), findings(&after));
        let new: Vec<_> = found.iter().filter(|(id, _)| !known.contains_key(*id)).map(|(_, own)| *own).collect();
        // Beside a document that is none, some rules cannot decide any more, and say so.
        let reach = Reach::of(&after);
        let is_lost = |id: &str, rule, resource| !found.contains_key(id) && reach.decides(rule, resource);
        let lost: Vec<_> = known
            .iter()
            .filter(|(id, own)| is_lost(id, own.rule.id, &own.resource))
            .map(|(_, own)| *own)
            .collect();
        prop_assert!(drift == Drift::Malformed || known.keys().all(|id| found.contains_key(id)));
        prop_assert!(lost.is_empty(), "{drift:?} hides {:#?}", named(lost));
        let rules: Vec<&str> = new.iter().map(|finding| finding.rule.id).collect();
        prop_assert!(rules.contains(&drift.rules()[0]), "{drift:?}: {:#?}", named(new));
        let other: Vec<_> = new.into_iter().filter(|own| !drift.rules().contains(&own.rule.id)).collect();
        prop_assert!(other.is_empty(), "{drift:?} also {:#?}", named(other));
    }
}
