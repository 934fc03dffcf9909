//! `why KB-9 FIELD`: what led to a field of an article, as the screens tell it.

use std::io::Write;

use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::desk::knowledge::ArticleField;
use crate::text::clean_line;
use crate::tui::inquiry::knowledge;

/// Prints why a field of an article is what it is.
pub(in crate::cli) fn why(globals: &Globals, word: &str, field: &str) -> Outcome {
    let desk = Desk::open(globals)?;
    let field = ArticleField::find(field).map_err(Failure::usage)?;
    let reader = desk.read()?;
    let id = reader.find_article(word)?;
    let (title, lines) = knowledge::why(&reader, id, field, &desk.moment)?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => {
            out.json(&json!({ "number": id.number(), "field": field.name(), "because": lines }))?;
        }
        _ => {
            let heading = out.heading(&clean_line(&title));
            writeln!(out, "{heading}")?;
            for line in &lines {
                writeln!(out, "  {}", clean_line(line).trim_start())?;
            }
        }
    }
    Ok(out.finish()?)
}
