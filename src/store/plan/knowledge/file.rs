//! Pictures and other files of articles, one of each name: the text shows them by it.

use crate::desk::id::ArticleId;
use crate::desk::knowledge::{files_in, safe_name};
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::image::text;
use crate::store::plan::draft::Draft;
use crate::store::plan::entries::{keep, weigh};

/// A file that comes.
pub(super) struct Incoming<'c> {
    pub(super) name: &'c str,
    pub(super) media: &'c str,
    pub(super) source: Option<&'c str>,
    pub(super) bytes: &'c [u8],
}

/// Attaches a file, or puts it in the place of the one that has its name.
pub(super) fn attach(draft: &mut Draft, on: ArticleId, file: &Incoming) -> Result<String, Refusal> {
    let called = draft.article(on)?.called();
    let name = safe_name(file.name);
    let (sha256, size) = weigh(draft, &name, file.bytes)?;
    let rows = draft.rows(Table::ArticleFile, "article", on.0)?;
    let known = rows.iter().find(|(_, row)| text(row, "name") == name);
    let mut now = row! { "media": file.media, "size": size, "sha256": sha256.as_str() };
    if let Some(source) = file.source {
        now.extend(row! { "source": source, "taken": sha256.as_str() });
    }
    let Some((id, before)) = known else {
        now.extend(row! { "article": on.0, "name": name.as_str(), "at": draft.moment.now.0 });
        keep(draft, &sha256, file.bytes);
        draft.insert(Table::ArticleFile, now)?;
        draft.touch_article(on)?;
        return Ok(format!("attached {name} to {called}"));
    };
    let id = *id;
    now.retain(|(column, value)| before.get(column.as_ref()) != Some(value));
    if now.is_empty() {
        return Ok(format!("{called} has {name} already"));
    }
    now.extend(row! { "at": draft.moment.now.0 });
    keep(draft, &sha256, file.bytes);
    draft.update(Table::ArticleFile, id, now);
    draft.touch_article(on)?;
    Ok(format!("put another {name} onto {called}"))
}

/// Takes files away; tells which the text still shows.
pub(super) fn detach(draft: &mut Draft, on: ArticleId, names: &[String]) -> Result<String, Refusal> {
    let article = draft.article(on)?;
    let rows = draft.rows(Table::ArticleFile, "article", on.0)?;
    let shown = files_in(&article.body);
    for name in names {
        let Some((id, _)) = rows.iter().find(|(_, row)| text(row, "name") == name) else {
            return Err(Refusal::not_found(format!("{} has no file '{name}'", article.called())));
        };
        draft.delete(Table::ArticleFile, *id);
        draft.touch_article(on)?;
        if shown.contains(name) {
            draft.notices.push(format!("the text of {} still shows {name}", on.number()));
        }
    }
    Ok(format!("took {} off {}", names.join(", "), article.called()))
}
