//! Many accounts: which there are, which of them one worker looks at, what became of each.
//!
//! Accounts are planned first, each is read and judged by itself, its result is kept before the next
//! one takes its place, and the report is made from what is kept. So a run that was cut off goes on
//! where it stopped, shards need no scheduler, and the report of a run is the same however it came
//! about. Must not know the SDK or arguments; only reading live accounts (`live.rs`) looks at the clock.

mod accounts_file;
mod choice;
mod judge;
#[cfg(feature = "aws")]
mod live;
mod merge;
mod packing;
mod plan;
mod results;
mod work;

pub use accounts_file::{AccountsFileError, read_accounts};
pub use choice::{Choice, ChoiceError, Shard};
pub use judge::{Judge, Judged};
#[cfg(feature = "aws")]
pub use live::Progress;
pub use merge::{Merged, merge};
pub use plan::{Plan, Planned, ShardLine, ShardsFileError, Skip, read_shards, write_shards};
pub use results::{Results, ResultsError};
pub use work::Work;
