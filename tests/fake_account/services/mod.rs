//! What each service answers, from a recorded account. One file for each API.

pub(crate) mod campaigns;
pub(crate) mod connect;
pub(crate) mod iam_account;
pub(crate) mod iam_policies;
pub(crate) mod iam_roles;
pub(crate) mod organizations;
pub(crate) mod profiles;
pub(crate) mod regions;
pub(crate) mod sts;
