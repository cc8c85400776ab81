//! Every rule, one file each: id = file name = anchor in `docs/rules.md`.

mod aws_changes;
mod expected_trust;
mod inline_grants;

mod aws_narrowed_policy;
mod aws_rolled_back_policy;
mod aws_widened_policy;
mod configured_resource_not_granted;
mod cross_account_grant;
mod description_edited;
mod expired_waiver;
mod grant_on_unconfigured_resource;
mod impostor_role;
mod inline_grant_beyond_features;
mod instance_without_role;
mod legacy_role_name;
mod linked_principal_mismatch;
mod look_alike_policy;
mod malformed_policy;
mod missing_managed_policy;
mod orphaned_role;
mod permissions_boundary_attached;
mod permissions_missing;
mod permissions_widened;
mod policy_attached_elsewhere;
mod profile_domain_count_mismatch;
mod retired_service_grant;
mod session_duration_edited;
mod shared_role;
mod trust_narrowed;
mod trust_widened;
mod uncatalogued_role;
mod unexpected_managed_policy;
mod unknown_policy_version;
mod unlocked_policy;
mod unread_input;
mod unsupported_region;
mod unused_role;
mod unused_waiver;

pub(super) use expected_trust::trust_text;

use super::rule::Rule;

/// Lists every rule, by group.
static ALL: [&Rule; 35] = [
    &impostor_role::RULE,
    &linked_principal_mismatch::RULE,
    &uncatalogued_role::RULE,
    &legacy_role_name::RULE,
    &trust_widened::RULE,
    &trust_narrowed::RULE,
    &unexpected_managed_policy::RULE,
    &missing_managed_policy::RULE,
    &look_alike_policy::RULE,
    &inline_grant_beyond_features::RULE,
    &permissions_widened::RULE,
    &permissions_missing::RULE,
    &policy_attached_elsewhere::RULE,
    &malformed_policy::RULE,
    &aws_widened_policy::RULE,
    &aws_narrowed_policy::RULE,
    &aws_rolled_back_policy::RULE,
    &unknown_policy_version::RULE,
    &unlocked_policy::RULE,
    &grant_on_unconfigured_resource::RULE,
    &configured_resource_not_granted::RULE,
    &cross_account_grant::RULE,
    &retired_service_grant::RULE,
    &orphaned_role::RULE,
    &instance_without_role::RULE,
    &shared_role::RULE,
    &profile_domain_count_mismatch::RULE,
    &unused_role::RULE,
    &unsupported_region::RULE,
    &permissions_boundary_attached::RULE,
    &description_edited::RULE,
    &session_duration_edited::RULE,
    &unread_input::RULE,
    &expired_waiver::RULE,
    &unused_waiver::RULE,
];

/// Returns every rule, by group.
pub fn all() -> &'static [&'static Rule] {
    &ALL
}

/// Lists the rules that run without owners too, and then overlook what they would show with them.
///
/// Grants on what is not configured hide behind wildcards, and a Region that owners lie in counts
/// for nothing.
pub(super) fn blunted_without_owners() -> [&'static Rule; 3] {
    [
        &inline_grant_beyond_features::RULE,
        &retired_service_grant::RULE,
        &unsupported_region::RULE,
    ]
}

/// Lists the rules that a lock file lets see changes of all policies, and not of a few only.
pub(super) fn blunted_without_lock() -> [&'static Rule; 5] {
    [
        &aws_widened_policy::RULE,
        &aws_narrowed_policy::RULE,
        &aws_rolled_back_policy::RULE,
        &unknown_policy_version::RULE,
        &unlocked_policy::RULE,
    ]
}

/// Finds a rule by its id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// Finds the rule that somebody probably meant.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::model::nearest(name, ALL.iter().map(|rule| rule.id))
}

/// Returns the rule that gaps are reported by.
pub(super) fn unread_input() -> &'static Rule {
    &unread_input::RULE
}
