//! `roledrift plan`.

use std::path::Path;

use roledrift::inventory::Member;
use roledrift::organization::{Plan, Results, write_shards};

use super::args::PlanArgs;
use super::config::Config;
use super::exit::{Failure, Outcome};
use super::{files, many, objects};

pub(super) fn run(mut arguments: PlanArgs) -> Result<Outcome, Failure> {
    let config = Config::read(arguments.config.as_deref())?;
    config.complete_source(&mut arguments.source);
    config.complete_accounts(&mut arguments.which);
    let plan = Plan {
        run: many::new_run()?,
        shards: usize::from(arguments.shards.get()),
        accounts: many::choice(&arguments.which).of(members(&arguments)?)?,
    };
    let text = write_shards(&plan).map_err(|source| Failure::Write {
        path: arguments.output.clone(),
        source: source.into(),
    })?;
    if let Some(location) = &arguments.store {
        let objects = objects::open(location, arguments.source.profile.as_deref())?;
        Results::of(&objects, &plan.run).keep_plan(&plan)?;
    }
    if arguments.output == Path::new("-") {
        files::write_stdout(text.as_bytes())
    } else {
        files::write(&arguments.output, text.as_bytes()).map(|()| Outcome::Clean)
    }
}

fn members(arguments: &PlanArgs) -> Result<Vec<Member>, Failure> {
    match &arguments.which.accounts {
        Some(path) => many::of_file(path),
        None if arguments.which.org => live(arguments),
        None => Err(Failure::NoAccounts),
    }
}

#[cfg(feature = "aws")]
fn live(arguments: &PlanArgs) -> Result<Vec<Member>, Failure> {
    use roledrift::inventory::aws::Fleet;

    use super::source;

    source::runtime()?.block_on(async {
        let options = source::options(&arguments.source);
        let members = Fleet::list(&options, &arguments.which.ou).await;
        members.map_err(Failure::Members)
    })
}

#[cfg(not(feature = "aws"))]
fn live(_arguments: &PlanArgs) -> Result<Vec<Member>, Failure> {
    Err(Failure::NoLiveAccounts)
}
