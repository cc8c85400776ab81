//! HTML for a reviewer: one file that asks nothing of the network and runs nothing but its own script.
//!
//! The template engine escapes whatever it shows; `screen.rs` writes out what acts beyond HTML; and a
//! Content-Security-Policy allows the one style sheet and the one script by their digests, so that
//! hostile text could not run even if it got out. Works without the script, which only filters.

mod access;
mod document;
mod facts;
mod findings;
mod glance;
mod layout;
pub(super) mod organization;
mod page;
mod policies;
mod rich;
mod roles;
mod screen;
mod trend;

use std::io::{Result, Write};

use askama::Template as _;

use super::Report;
use page::Page;
use screen::Screen;

/// The style sheet.
const STYLE: &str = include_str!("templates/style.css");

/// The script.
const SCRIPT: &str = include_str!("templates/script.js");

pub(super) fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let mut screen = Screen::new(out);
    let result = Page::of(report).render_into(&mut screen);
    written(result, screen)
}

fn written(result: askama::Result<()>, screen: Screen<'_>) -> Result<()> {
    match result {
        // The writer's own error is kept by the screen.
        Ok(()) | Err(askama::Error::Fmt) => screen.finish(),
        Err(error) => Err(std::io::Error::other(error)),
    }
}
