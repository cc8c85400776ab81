//! Every operation that is served: how it is asked for, its published rate, who answers it.

use percent_encoding::percent_decode_str;

use super::call::Call;
use super::protocol::{Content, Protocol, Refusal, Service};
use super::rates::Rate;
use super::request::{Parameters, Request};
use super::services::{campaigns, connect, iam_account, iam_policies, iam_roles};
use super::services::{organizations, profiles, regions, sts};

/// Describes an operation.
pub(crate) struct Operation {
    pub(crate) service: Service,
    pub(crate) name: &'static str,
    /// Service and name: `connect:ListBots`.
    pub(crate) label: &'static str,
    /// Method and path of the REST services; labels in braces.
    route: Option<(&'static str, &'static str)>,
    /// The published quota per account and Region.
    pub(crate) rate: Option<Rate>,
    pub(crate) answer: fn(&Call<'_>) -> Result<Content, Refusal>,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label)
    }
}

/// <https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html>
const SLOW: Option<Rate> = Some(Rate::new(2.0, 5.0));
const ASSOCIATIONS: Option<Rate> = Some(Rate::new(25.0, 50.0));
const CAMPAIGNS: Option<Rate> = Some(Rate::new(5.0, 10.0));
const DOMAINS: Option<Rate> = Some(Rate::new(5.0, 5.0));
const ACCOUNT_INTEGRATIONS: Option<Rate> = Some(Rate::new(100.0, 100.0));
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const STS: Option<Rate> = Some(Rate::new(600.0, 600.0));

/// Writes a line of the table below.
macro_rules! operation {
    ($service:ident, $prefix:literal, $name:literal, $rate:expr, $answer:path) => {
        Operation {
            service: Service::$service,
            name: $name,
            label: concat!($prefix, ":", $name),
            route: None,
            rate: $rate,
            answer: $answer,
        }
    };
    ($service:ident, $prefix:literal, $name:literal, $method:literal $path:literal, $rate:expr, $answer:path) => {
        Operation {
            route: Some(($method, $path)),
            ..operation!($service, $prefix, $name, $rate, $answer)
        }
    };
}

#[rustfmt::skip]
static OPERATIONS: &[Operation] = &[
    operation!(Iam, "iam", "GetAccountAuthorizationDetails", None, iam_account::details),
    operation!(Iam, "iam", "GetAccountSummary", None, iam_account::summary),
    operation!(Iam, "iam", "ListRoles", None, iam_roles::list),
    operation!(Iam, "iam", "GetRole", None, iam_roles::get),
    operation!(Iam, "iam", "ListRolePolicies", None, iam_roles::inline_names),
    operation!(Iam, "iam", "GetRolePolicy", None, iam_roles::inline),
    operation!(Iam, "iam", "ListAttachedRolePolicies", None, iam_roles::attached),
    operation!(Iam, "iam", "ListRoleTags", None, iam_roles::tags),
    operation!(Iam, "iam", "ListPolicies", None, iam_policies::list),
    operation!(Iam, "iam", "GetPolicy", None, iam_policies::get),
    operation!(Iam, "iam", "GetPolicyVersion", None, iam_policies::version),
    operation!(Iam, "iam", "ListPolicyVersions", None, iam_policies::versions),
    operation!(Iam, "iam", "ListEntitiesForPolicy", None, iam_policies::entities),
    operation!(Sts, "sts", "GetCallerIdentity", STS, sts::identity),
    operation!(Sts, "sts", "AssumeRole", STS, sts::assume),
    operation!(Organizations, "organizations", "DescribeOrganization", None, organizations::describe),
    operation!(Organizations, "organizations", "ListAccounts", None, organizations::accounts),
    operation!(Organizations, "organizations", "ListAccountsForParent", None, organizations::accounts_below),
    operation!(Organizations, "organizations", "ListOrganizationalUnitsForParent", None, organizations::units_below),
    operation!(Organizations, "organizations", "ListRoots", None, organizations::roots),
    operation!(Account, "account", "ListRegions", "POST" "/listRegions", None, regions::list),
    operation!(Connect, "connect", "ListInstances", "GET" "/instance", SLOW, connect::instances),
    operation!(Connect, "connect", "DescribeInstance", "GET" "/instance/{InstanceId}", SLOW, connect::instance),
    operation!(Connect, "connect", "ListInstanceStorageConfigs", "GET" "/instance/{InstanceId}/storage-configs", SLOW, connect::storage),
    operation!(Connect, "connect", "ListBots", "GET" "/instance/{InstanceId}/bots", SLOW, connect::bots),
    operation!(Connect, "connect", "ListLexBots", "GET" "/instance/{InstanceId}/lex-bots", SLOW, connect::lex_bots),
    operation!(Connect, "connect", "ListIntegrationAssociations", "GET" "/instance/{InstanceId}/integration-associations", ASSOCIATIONS, connect::associations),
    operation!(Connect, "connect", "DescribeInstanceAttribute", "GET" "/instance/{InstanceId}/attribute/{AttributeType}", SLOW, connect::attribute),
    operation!(Connect, "connect", "ListInstanceAttributes", "GET" "/instance/{InstanceId}/attributes", SLOW, connect::attributes),
    operation!(Profiles, "profile", "ListDomains", "GET" "/domains", DOMAINS, profiles::domains),
    operation!(Profiles, "profile", "GetDomain", "GET" "/domains/{DomainName}", DOMAINS, profiles::domain),
    operation!(Profiles, "profile", "ListIntegrations", "GET" "/domains/{DomainName}/integrations", DOMAINS, profiles::integrations),
    operation!(Profiles, "profile", "ListAccountIntegrations", "POST" "/integrations", ACCOUNT_INTEGRATIONS, profiles::account_integrations),
    operation!(CampaignsV1, "connect-campaigns", "GetConnectInstanceConfig", "GET" "/connect-instance/{connectInstanceId}/config", SLOW, campaigns::configuration),
    operation!(CampaignsV1, "connect-campaigns", "GetInstanceOnboardingJobStatus", "GET" "/connect-instance/{connectInstanceId}/onboarding", SLOW, campaigns::onboarding),
    operation!(CampaignsV1, "connect-campaigns", "ListCampaigns", "POST" "/campaigns-summary", CAMPAIGNS, campaigns::campaigns),
    operation!(CampaignsV2, "connect-campaigns-v2", "GetConnectInstanceConfig", "GET" "/v2/connect-instance/{connectInstanceId}/config", SLOW, campaigns::configuration),
    operation!(CampaignsV2, "connect-campaigns-v2", "GetInstanceOnboardingJobStatus", "GET" "/v2/connect-instance/{connectInstanceId}/onboarding", SLOW, campaigns::onboarding),
    operation!(CampaignsV2, "connect-campaigns-v2", "ListConnectInstanceIntegrations", "GET" "/v2/connect-instance/{connectInstanceId}/integrations", SLOW, campaigns::integrations),
    operation!(CampaignsV2, "connect-campaigns-v2", "ListCampaigns", "POST" "/v2/campaigns-summary", CAMPAIGNS, campaigns::campaigns),
];

/// Finds the operation that a request asks for, and reads its parameters.
pub(crate) fn find(
    service: Service,
    request: &Request,
) -> Option<(&'static Operation, Parameters)> {
    let mut parameters = Parameters::default();
    let mut own = OPERATIONS
        .iter()
        .filter(|operation| operation.service == service);
    let operation = match service.protocol() {
        Protocol::Query => {
            parameters.add_form(&request.query);
            parameters.add_form(&String::from_utf8_lossy(&request.body));
            let action = parameters.get("Action")?;
            own.find(|operation| operation.name == action)?
        }
        Protocol::Json => {
            parameters.add_json(&request.body);
            let target = request.header("x-amz-target")?;
            let (_, action) = target.split_once('.')?;
            own.find(|operation| operation.name == action)?
        }
        Protocol::Rest => {
            parameters.add_form(&request.query);
            parameters.add_json(&request.body);
            own.find(|operation| operation.fits(request, &mut parameters))?
        }
    };
    Some((operation, parameters))
}

/// Names what a request asks for, known here or not: `iam:DeleteRole`, `connect:PUT /instance`.
pub(crate) fn asked(service: Service, request: &Request) -> String {
    let mut parameters = Parameters::default();
    let action = match service.protocol() {
        Protocol::Query => {
            parameters.add_form(&request.query);
            parameters.add_form(&String::from_utf8_lossy(&request.body));
            parameters.get("Action").map(ToOwned::to_owned)
        }
        Protocol::Json => request
            .header("x-amz-target")
            .map(|target| target.rsplit('.').next().unwrap_or(target).to_owned()),
        Protocol::Rest => Some(format!("{} {}", request.method, request.path)),
    };
    format!("{}:{}", service.label(), action.unwrap_or_default())
}

impl Operation {
    /// Compares method and path, and reads the path's labels.
    fn fits(&self, request: &Request, parameters: &mut Parameters) -> bool {
        let Some((method, path)) = self.route else {
            return false;
        };
        let given = request.path.trim_end_matches('/');
        let is_match = request.method.as_str() == method
            && path.split('/').count() == given.split('/').count()
            && path
                .split('/')
                .zip(given.split('/'))
                .all(|(wanted, given)| wanted.starts_with('{') || wanted == given);
        if is_match {
            for (wanted, given) in path.split('/').zip(given.split('/')) {
                if wanted.starts_with('{') {
                    let value = percent_decode_str(given).decode_utf8_lossy().into_owned();
                    parameters.set(wanted.trim_matches(['{', '}']), value);
                }
            }
        }
        is_match
    }
}
