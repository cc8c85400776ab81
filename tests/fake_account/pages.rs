//! Pages and the markers between them.
//!
//! A marker is good only for the call that it came from, with the same other parameters.
//! Must not know what is listed.

use std::fmt::Write as _;

use super::call::Call;
use super::principal::scatter;
use super::protocol::Refusal;

/// Names the parameters of a listing call and its limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paged {
    /// The parameter with the marker.
    pub(crate) token: &'static str,
    /// The parameter with the wanted size of a page.
    pub(crate) size: &'static str,
    /// How long a page is when the caller does not say.
    pub(crate) default: usize,
    /// How long a page may be.
    pub(crate) most: usize,
}

/// Says how a listing call misbehaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Pages are no longer than this, whatever the caller asks for.
    pub(crate) size: Option<usize>,
    /// Every page says that more follows, behind the same marker.
    pub(crate) is_endless: bool,
    /// The pages lead in a circle of two.
    pub(crate) is_circling: bool,
    /// The first page comes twice.
    pub(crate) is_repeated: bool,
}

/// Holds one page.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The marker of the next page.
    pub(crate) next: Option<String>,
}

impl Paged {
    /// Declares a listing call.
    pub(crate) const fn new(
        token: &'static str,
        size: &'static str,
        default: usize,
        most: usize,
    ) -> Self {
        Self {
            token,
            size,
            default,
            most,
        }
    }

    /// Cuts the page out of the whole list that a call asks for.
    pub(crate) fn cut<T>(
        self,
        call: &Call<'_>,
        items: impl IntoIterator<Item = T>,
    ) -> Result<Page<T>, Refusal> {
        let mut limit = self.limit(call)?;
        if let Some(size) = call.paging.size {
            limit = limit.min(size.max(1));
        }
        let mark = self.mark(call);
        let given = call
            .parameters
            .get(self.token)
            .filter(|token| !token.is_empty());
        let start = match given {
            None => 0,
            Some(token) => token
                .strip_prefix(&mark)
                .and_then(|offset| offset.parse::<usize>().ok())
                .ok_or_else(|| call.service().invalid(format!("Invalid {}.", self.token)))?,
        };
        let shown = if call.paging.is_repeated {
            start.saturating_sub(limit)
        } else {
            start
        };
        let mut page: Vec<T> = items.into_iter().skip(shown).take(limit + 1).collect();
        let has_more = page.len() > limit || (call.paging.is_repeated && start == 0);
        page.truncate(limit);
        let next = if call.paging.is_endless {
            Some(format!("{mark}0"))
        } else if call.paging.is_circling {
            Some(format!("{mark}{}", if start == 1 { 2 } else { 1 }))
        } else {
            has_more.then(|| format!("{mark}{}", start + limit))
        };
        Ok(Page { items: page, next })
    }

    fn limit(self, call: &Call<'_>) -> Result<usize, Refusal> {
        let Some(text) = call.parameters.get(self.size) else {
            return Ok(self.default);
        };
        match text.parse::<usize>() {
            Ok(limit) if (1..=self.most).contains(&limit) => Ok(limit),
            _ => Err(call.service().invalid(format!(
                "1 validation error detected: Value '{text}' at '{}' failed to satisfy constraint: Member must have value between 1 and {}",
                self.size, self.most
            ))),
        }
    }

    /// Returns what all markers of this call begin with.
    fn mark(self, call: &Call<'_>) -> String {
        let mut text = format!("{}/{}/{}", call.label(), call.account.id, call.region);
        for (name, value) in call.parameters.iter() {
            if name != self.token && name != self.size {
                let _ = write!(text, "/{name}={value}");
            }
        }
        format!("{:016x}-", scatter(&text))
    }
}
