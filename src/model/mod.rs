//! Leaf types of the domain: values that cannot hold something wrong.
//!
//! Knows no other module of the crate.

mod account_id;
mod arn;
mod glob;
mod nearest;
mod partition;
mod policy_version;
mod region;
mod role_name;
mod role_path;
mod service_principal;
mod severity;
mod text;
mod unique_map;

pub use account_id::AccountId;
pub use arn::Arn;
pub use glob::{Glob, GlobError};
pub use nearest::nearest;
pub use partition::Partition;
pub use policy_version::PolicyVersion;
pub use region::Region;
pub use role_name::RoleName;
pub use role_path::RolePath;
pub use service_principal::ServicePrincipal;
pub use severity::Severity;
pub use text::InvalidValue;
pub(crate) use unique_map::UniqueMap;
