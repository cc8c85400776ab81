//! What rules look at: a role with its documents and its baseline, or the whole account.

use std::sync::{Arc, OnceLock};

use super::ceiling::Ceiling;
use super::finding::{Confidence, DocumentRef};
use super::gap::Cause;
use super::inline;
use super::judgement::Judgement;
use super::memory::{Memory, Text};
use super::served::Served;
use super::source::Source;
use super::standing::Standing;
use crate::baselines::{Baseline, Baselines, Expected, Resolution};
use crate::inventory::{Carrier, Fact, FactOwner, Inventory, Observed, Role, Unread};
use crate::lock::LockedPolicy;
use crate::model::{Arn, PolicyVersion, ServicePrincipal};
use crate::policy::{Document, Kind};

/// A role under judgement.
pub(super) struct Subject<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) baselines: &'a Baselines,
    pub(super) role: &'a Role,
    /// The service in the role's path; `None` for look-alikes.
    pub(super) linked: Option<ServicePrincipal>,
    /// What is known about the role; `None` for look-alikes.
    pub(super) resolution: Option<Resolution<'a>>,
    pub(super) trust: Source,
    pub(super) inline: Observed<Vec<Source>>,
    pub(super) managed: Observed<Vec<Managed<'a>>>,
    /// Whom it serves; `None` where its family has no owners, or the user left them out.
    pub(super) served: Option<Served<'a>>,
    ceiling: OnceLock<Option<Ceiling<'a>>>,
    inline_judgement: OnceLock<Judgement>,
}

/// A managed policy that the role carries.
pub(super) struct Managed<'a> {
    pub(super) arn: &'a Arn,
    pub(super) default_version: Observed<PolicyVersion>,
    /// Who carries it; `None` where nobody asks.
    pub(super) carriers: Option<Observed<&'a [Carrier]>>,
    /// What the baseline expects at this ARN, if it does.
    pub(super) expected: Option<&'a Expected>,
    pub(super) source: Source,
    standing: OnceLock<Standing>,
}

/// The account under judgement.
pub(super) struct Account<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) baselines: &'a Baselines,
    /// The selected roles.
    pub(super) subjects: &'a [Subject<'a>],
    /// Whether every role was selected.
    pub(super) whole: bool,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        inventory: &'a Inventory,
        baselines: &'a Baselines,
        memory: &Memory,
        role: &'a Role,
    ) -> Self {
        let linked = role.path.linked_principal();
        let resolution = linked
            .as_ref()
            .map(|principal| baselines.resolve(&role.name, principal));
        let baseline = known(resolution);
        let about = FactOwner::Role(role.arn.clone());
        let trust = Source::new(
            DocumentRef::Trust,
            &role.trust,
            about.clone(),
            Fact::Trust,
            |text| memory.text(text, Kind::Trust),
        );
        let inline = role.inline.as_ref().map(|policies| {
            policies
                .iter()
                .map(|policy| {
                    Source::new(
                        DocumentRef::Inline(policy.name.clone()),
                        &policy.document,
                        about.clone(),
                        Fact::InlineDocument(policy.name.clone()),
                        |text| Arc::new(Text::new(text, Kind::Identity)),
                    )
                })
                .collect()
        });
        let managed = role.attached.as_ref().map(|arns| {
            arns.iter()
                .map(|arn| Managed::new(inventory, baseline, memory, arn))
                .collect()
        });
        let owner = baseline.and_then(|baseline| baseline.owner);
        Self {
            inventory,
            baselines,
            role,
            linked,
            resolution,
            trust,
            inline,
            managed,
            served: owner.and_then(|kind| Served::of(inventory, kind, &role.arn)),
            ceiling: OnceLock::new(),
            inline_judgement: OnceLock::new(),
        }
    }

    /// Returns what the role may be granted; `None` where no baseline is known.
    pub(super) fn ceiling(&self) -> Option<&Ceiling<'a>> {
        let of = || Some(Ceiling::of(self, self.baseline()?));
        self.ceiling.get_or_init(of).as_ref()
    }

    /// Compares its inline policies with the ceiling; computed once, several rules ask.
    pub(super) fn inline_judgement(&self) -> &Judgement {
        self.inline_judgement.get_or_init(|| {
            let known = self.baseline().zip(self.ceiling());
            let judge = |(baseline, ceiling)| inline::judge(self, baseline, ceiling);
            known.map_or_else(|| Judgement::nothing(Confidence::Exact), judge)
        })
    }

    /// Returns the managed policies that it carries, or why they are not known.
    pub(super) fn attached(&self) -> Result<&[Managed<'a>], Cause> {
        match &self.managed {
            Observed::Read(managed) => Ok(managed),
            Observed::NotRead(unread) => Err(Cause::Unread {
                subject: self.about(),
                fact: Fact::AttachedPolicies,
                unread: unread.clone(),
            }),
        }
    }

    /// Returns the baseline of this role, where one is known.
    pub(super) fn baseline(&self) -> Option<&'a Baseline> {
        known(self.resolution)
    }

    /// Names the role as what a fact is about.
    pub(super) fn about(&self) -> FactOwner {
        FactOwner::Role(self.role.arn.clone())
    }
}

fn known(resolution: Option<Resolution<'_>>) -> Option<&Baseline> {
    match resolution {
        Some(Resolution::Known(baseline)) => Some(baseline),
        _ => None,
    }
}

impl<'a> Managed<'a> {
    fn new(
        inventory: &'a Inventory,
        baseline: Option<&'a Baseline>,
        memory: &Memory,
        arn: &'a Arn,
    ) -> Self {
        let absent = || {
            let problem = "the inventory does not hold this policy";
            Unread::not_offered("iam:GetPolicyVersion", problem)
        };
        let policy = inventory.policies.get(arn);
        let carriers = policy.and_then(|policy| policy.carriers.as_ref());
        let (default_version, document) = match policy {
            Some(policy) => (policy.default_version.clone(), policy.document.clone()),
            None => (Observed::NotRead(absent()), Observed::NotRead(absent())),
        };
        let which = DocumentRef::Managed {
            arn: arn.clone(),
            version: default_version.read().copied(),
        };
        let about = FactOwner::Policy(arn.clone());
        Self {
            arn,
            default_version,
            carriers: match carriers {
                Some(carriers) => Some(carriers.as_ref().map(Vec::as_slice)),
                None => arn.is_linked_policy().then(|| Observed::NotRead(absent())),
            },
            expected: baseline.and_then(|baseline| baseline.expects(arn, &inventory.partition)),
            source: Source::new(which, &document, about, Fact::PolicyDocument, |text| {
                if arn.is_aws_owned() {
                    memory.text(text, Kind::Identity)
                } else {
                    Arc::new(Text::new(text, Kind::Identity))
                }
            }),
            standing: OnceLock::new(),
        }
    }

    /// Tells whether the role's baseline has this policy, or may have it for all that is known.
    pub(super) fn is_accepted(&self, baseline: &Baseline) -> bool {
        self.expected.is_some() || (!baseline.knows_policies() && self.arn.is_linked_policy())
    }

    /// Compares version and text with lock or ledger; computed once, several rules ask.
    pub(super) fn standing(&self, subject: &Subject<'_>) -> &Standing {
        self.standing.get_or_init(|| Standing::of(self, subject))
    }

    /// Returns the policy as the user accepted it last, where the role is a service-linked one.
    pub(super) fn locked<'s>(&self, subject: &Subject<'s>) -> Option<&'s LockedPolicy> {
        let lock = subject.baselines.lock()?;
        self.is_lockable(subject).then(|| lock.policy(self.arn))?
    }

    /// Tells whether a lock may hold the policy for this role.
    pub(super) fn is_lockable(&self, subject: &Subject<'_>) -> bool {
        subject.linked.is_some()
            && self.arn.is_linked_policy()
            && self.arn.partition() == subject.inventory.partition.as_str()
    }

    /// Returns the document when it was read and is one.
    pub(super) fn document(&self) -> Option<&Document> {
        self.source.document()
    }
}
