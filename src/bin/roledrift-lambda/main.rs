//! One step of an audit of many accounts for each event: what AWS Lambda runs.
//!
//! `plan` lists the accounts, `shard` audits some of them, `merge` makes the report, `account` audits one
//! account by itself. Steps share nothing but the store, and each may be tried again. `deploy/` puts
//! them together; `docs/organizations.md` has the events.

mod answer;
mod event;
mod files;
mod settings;
mod steps;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use event::Event;
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // CloudWatch Logs keeps what is written to stderr, and adds the time.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .init();
    let settings = Settings::read()?;
    let settings = &settings;
    let step = |event: LambdaEvent<Event>| {
        // On the heap: the state of a step is large.
        Box::pin(async move { Ok::<_, Error>(steps::carry_out(event.payload, settings).await?) })
    };
    Box::pin(run(service_fn(step))).await
}
