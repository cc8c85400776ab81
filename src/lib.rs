//! Audits AWS accounts for drift of service-linked roles.
//!
//! An account is read into an [`inventory::Inventory`], live or from a recording; [`audit::audit`]
//! compares it with [`baselines::Baselines`] by the rules of [`audit`] and the engine of [`policy`];
//! [`lock`] keeps what the users accepted of AWS's changes, [`waivers`] say what they decided to
//! live with, [`store`] keeps runs and tells what is new; [`report::render`] shows the result, and
//! [`organization`] does so for many accounts. Data flows in that direction only.

pub mod audit;
pub mod baselines;
pub mod inventory;
pub mod lock;
pub mod model;
pub mod objects;
pub mod organization;
pub mod policy;
pub mod report;
pub mod store;
pub mod waivers;
