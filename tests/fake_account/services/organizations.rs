//! Organizations: the accounts and the units they are in.
//!
//! See <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>.

use serde_json::{Value, json};

use crate::fake_account::call::Call;
use crate::fake_account::pages::Paged;
use crate::fake_account::protocol::{Content, Refusal};
use crate::fake_account::world::{Member, Organization};

const PAGED: Paged = Paged::new("NextToken", "MaxResults", 20, 20);
const ROOT: &str = "r-fake";

/// Holds the organization that a caller may ask about.
struct Asked<'a> {
    organization: &'a Organization,
    /// The management account.
    management: String,
}

impl Asked<'_> {
    fn arn(&self, resource: &str) -> String {
        let (management, id) = (&self.management, &self.organization.id);
        match resource.split_once('/') {
            Some((kind, rest)) => {
                format!("arn:aws:organizations::{management}:{kind}/{id}/{rest}")
            }
            None => format!("arn:aws:organizations::{management}:{resource}/{id}"),
        }
    }

    fn account(&self, member: &Member) -> Value {
        let state = if member.status == "ACTIVE" {
            "ACTIVE"
        } else {
            "SUSPENDED"
        };
        json!({
            "Id": member.id,
            "Arn": self.arn(&format!("account/{}", member.id)),
            "Email": format!("aws+{}@example.com", member.id),
            "Name": member.name,
            "Status": member.status,
            "State": state,
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": 1_577_836_800.0,
        })
    }

    /// Returns the name of the unit that an id names, nothing for the root.
    fn unit(&self, call: &Call<'_>, id: &str) -> Result<Option<&str>, Refusal> {
        if id == ROOT {
            return Ok(None);
        }
        let mut units = self.organization.units.iter();
        units
            .find(|unit| unit.id() == id)
            .map(|unit| Some(unit.name.as_str()))
            .ok_or_else(|| {
                let message = "You specified parent that doesn't exist.";
                call.service().not_found(message)
            })
    }
}

/// Returns the organization of the caller; only its management account may list.
fn asked<'a>(call: &'a Call<'_>, only_management: bool) -> Result<Asked<'a>, Refusal> {
    let organization = call.world.organization();
    let (Some(organization), Some(management)) = (organization, call.world.management()) else {
        return Err(Refusal {
            status: 400,
            code: "AWSOrganizationsNotInUseException".to_owned(),
            message: "Your account is not a member of an organization.".to_owned(),
        });
    };
    if only_management && management != call.account.id {
        return Err(Refusal {
            status: 400,
            code: "AccessDeniedException".to_owned(),
            message: "You don't have permissions to access this resource.".to_owned(),
        });
    }
    Ok(Asked {
        organization,
        management,
    })
}

/// Adds the marker of the next page.
pub(crate) fn with_next(mut content: Value, name: &str, next: Option<String>) -> Content {
    if let (Some(next), Value::Object(members)) = (next, &mut content) {
        members.insert(name.to_owned(), Value::String(next));
    }
    Content::Json(content)
}

pub(crate) fn describe(call: &Call<'_>) -> Result<Content, Refusal> {
    let asked = asked(call, false)?;
    let management = &asked.management;
    Ok(Content::Json(json!({ "Organization": {
        "Id": asked.organization.id,
        "Arn": asked.arn("organization"),
        "FeatureSet": "ALL",
        "MasterAccountArn": asked.arn(&format!("account/{management}")),
        "MasterAccountId": management,
        "MasterAccountEmail": format!("aws+{management}@example.com"),
        "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    }})))
}

pub(crate) fn accounts(call: &Call<'_>) -> Result<Content, Refusal> {
    let asked = asked(call, true)?;
    let page = PAGED.cut(call, call.world.members())?;
    let accounts: Vec<Value> = page
        .items
        .iter()
        .map(|member| asked.account(member))
        .collect();
    Ok(with_next(
        json!({ "Accounts": accounts }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn accounts_below(call: &Call<'_>) -> Result<Content, Refusal> {
    let asked = asked(call, true)?;
    let unit = asked.unit(call, call.require("ParentId")?)?;
    let members = call
        .world
        .members()
        .filter(|member| member.unit.as_deref() == unit);
    let page = PAGED.cut(call, members)?;
    let accounts: Vec<Value> = page
        .items
        .iter()
        .map(|member| asked.account(member))
        .collect();
    Ok(with_next(
        json!({ "Accounts": accounts }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn units_below(call: &Call<'_>) -> Result<Content, Refusal> {
    let asked = asked(call, true)?;
    let parent = asked.unit(call, call.require("ParentId")?)?;
    let units = asked.organization.units.iter();
    let below = units.filter(|unit| unit.parent.as_deref() == parent);
    let page = PAGED.cut(call, below)?;
    let units = page.items.iter().map(|unit| {
        json!({ "Id": unit.id(), "Arn": asked.arn(&format!("ou/{}", unit.id())), "Name": unit.name })
    });
    let units: Vec<Value> = units.collect();
    Ok(with_next(
        json!({ "OrganizationalUnits": units }),
        "NextToken",
        page.next,
    ))
}

pub(crate) fn roots(call: &Call<'_>) -> Result<Content, Refusal> {
    let asked = asked(call, true)?;
    Ok(Content::Json(json!({ "Roots": [{
        "Id": ROOT,
        "Arn": asked.arn(&format!("root/{ROOT}")),
        "Name": "Root",
        "PolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    }]})))
}
