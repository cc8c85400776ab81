//! `roledrift permissions`.

use roledrift::inventory::Permissions;
use roledrift::report;

use super::args::PermissionsArgs;
use super::exit::{Failure, Outcome};
use super::files;

pub(super) fn run(arguments: &PermissionsArgs) -> Result<Outcome, Failure> {
    let permissions = Permissions {
        owners: arguments.deep,
        organization: arguments.org,
    };
    let mut text = Vec::new();
    report::permissions(permissions, arguments.format, &mut text).map_err(Failure::Stdout)?;
    files::write_stdout(&text)
}
