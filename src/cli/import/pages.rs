//! `import markdown`: a folder of pages taken into the knowledge base as one entry, first shown with `--plan`.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::import::{Args, Context, Failure, say};
use crate::desk::command::Request;
use crate::desk::refusal::Refusal;
use crate::exchange::csv::ImportError;
use crate::exchange::markdown::{Fate, PagesPlan, plan_pages, read_folder};
use crate::text::{clean_line, pad};

/// Imports a folder, or shows what importing it would do. Gives the exit code: 0, or 1 when a page clashes or none can go in.
pub(super) fn run(args: &Args, path: &Path, context: Context<'_>) -> Result<u8, Failure> {
    let Context { store, author, moment, reason, out, out_is_terminal, told, .. } = context;
    if !path.is_dir() && path.exists() {
        return Err(Failure::Refused(Refusal::rule(format!("{} is no folder", path.display()))));
    }
    let folder = read_folder(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let plan = plan_pages(&store.read()?, &folder, author, moment)?;
    let counts = plan.counts();
    let clashes = plan.pages.iter().filter(|page| matches!(page.fate, Fate::Conflict(_))).count();
    let lost = plan.pages.is_empty() || plan.pages.iter().all(|page| matches!(page.fate, Fate::Skip(_)));
    let code = u8::from(clashes > 0 || lost);
    if args.plan {
        write(out, out_is_terminal, &plan).map_err(Failure::Output)?;
        plan.warnings.iter().for_each(|warning| say(told, warning));
        say(told, &format!("{}: {counts}", plan.folder));
        return Ok(code);
    }
    plan.warnings.iter().for_each(|warning| say(told, warning));
    for page in &plan.pages {
        if let Fate::Conflict(why) | Fate::Skip(why) = &page.fate {
            say(told, &format!("{}: {why}", page.path));
        }
    }
    let name = plan.folder.clone();
    let Some(command) = plan.command() else {
        say(told, &format!("{name}: {counts}; nothing was changed"));
        return Ok(code);
    };
    let receipt = store.execute(&Request::new(command).because(reason), author, moment)?;
    say(told, &format!("{name}: {counts}"));
    receipt.notices.iter().for_each(|notice| say(told, notice));
    match receipt.seq {
        Some(seq) => say(told, &format!("to take it back: deskhand undo {seq}")),
        None => say(told, "nothing was changed"),
    }
    Ok(code)
}

/// Writes the plan: what becomes of each page, its article, its path and title or why not.
fn write(out: &mut dyn Write, aligned: bool, plan: &PagesPlan) -> io::Result<()> {
    let line = |out: &mut dyn Write, cells: [&str; 4]| {
        let [action, article, path, what] = cells.map(|cell| clean_line(cell).replace('\t', " "));
        match aligned {
            true => writeln!(out, "{} {} {path}  {what}", pad(&action, 9), pad(&article, 7)),
            false => writeln!(out, "{action}\t{article}\t{path}\t{what}"),
        }
    };
    line(out, ["action", "article", "path", "what"])?;
    for page in &plan.pages {
        let article = page.article.map_or_else(|| String::from("-"), |id| id.number());
        let what = match &page.fate {
            Fate::Conflict(why) | Fate::Skip(why) => why,
            _ => &page.title,
        };
        line(out, [page.fate.word(), &article, &page.path, what])?;
    }
    Ok(())
}
