//! `ListBots`: the Amazon Lex bots of an instance, of both versions of Lex.

use aws_sdk_connect::types::{LexBotConfig, LexVersion};

use super::Reader;
use super::endpoint::Refusal;
use crate::inventory::aws::convert::nonsense;
use crate::inventory::aws::pages::{self, Page};
use crate::inventory::operation::LIST_BOTS;
use crate::inventory::{Bot, Observed, Unread, UnreadReason};

const OPERATION: &str = LIST_BOTS.action;
/// The largest page that Connect gives of bots.
const PAGE: i32 = 25;

impl Reader<'_> {
    /// Lists the bots; they are known only when those of both versions are.
    pub(super) async fn bots(&self, instance: &str) -> Observed<Vec<Bot>> {
        let (first, second) = tokio::join!(
            self.bots_of(instance, LexVersion::V1),
            self.bots_of(instance, LexVersion::V2),
        );
        match (first, second) {
            (Ok(mut bots), Ok(more)) => {
                bots.extend(more);
                bots.sort();
                bots.dedup();
                Observed::Read(bots)
            }
            (Err(unread), _) | (_, Err(unread)) => Observed::NotRead(unread),
        }
    }

    async fn bots_of(&self, instance: &str, version: LexVersion) -> Result<Vec<Bot>, Unread> {
        let (bots, end) = pages::follow(OPERATION, async |token| {
            let request = self
                .clients
                .connect
                .list_bots()
                .instance_id(instance)
                .lex_version(version.clone())
                .max_results(PAGE)
                .set_next_token(token);
            let page = self
                .connect
                .ask(LIST_BOTS, async || request.send().await)
                .await?;
            let bots = page.lex_bots().iter().map(bot).collect();
            Ok::<_, Refusal>(Page::of(bots, page.next_token()))
        })
        .await;
        end?;
        bots.into_iter().collect()
    }
}

fn bot(config: &LexBotConfig) -> Result<Bot, Unread> {
    if let Some(bot) = config.lex_bot() {
        return Ok(Bot::V1 {
            name: bot.name().to_owned(),
            region: bot.lex_region().to_owned(),
        });
    }
    let alias = config.lex_v2_bot().and_then(|bot| bot.alias_arn());
    let alias = alias.ok_or_else(|| Unread {
        reason: UnreadReason::Malformed,
        operation: OPERATION.to_owned(),
        message: "a bot of neither version of Lex".to_owned(),
    })?;
    alias
        .parse()
        .map(|alias| Bot::V2 { alias })
        .map_err(|error| nonsense(OPERATION, &error))
}
