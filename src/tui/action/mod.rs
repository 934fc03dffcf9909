//! The action table: every key, its name, its help, whether it may run now and why not, and what it does.
//!
//! One table feeds dispatch, the footer, `?`, the `:` palette and the guide, so that none of them can drift.

#[macro_use]
mod row;
mod article;
mod articles;
pub(crate) mod bulk;
mod cab;
mod calendar;
mod cancel;
pub(crate) mod change;
pub(crate) mod choice;
mod ci;
pub(crate) mod conflict;
pub(crate) mod draft;
mod face;
mod file;
pub(crate) mod found;
mod go;
mod hand;
mod hits;
mod link;
mod list;
mod narrow;
pub(crate) mod offer;
pub(super) mod outbox;
mod overlay;
mod page;
mod place;
mod sheet;
mod snippet;
pub(crate) mod solve;
pub(crate) mod spoken;
mod start;
mod tag;
mod task;
mod team;
mod ticket;
mod time;
mod view;
mod wall;
mod watch;
mod why;

pub(crate) use article::{joined, joining, wanted as article_wanted};
pub(crate) use articles::follow_link;
pub(crate) use cab::show as show_meeting;
pub use choice::Choice;
pub(crate) use ci::{ask_sure as ci_ask_sure, wanted as ci_wanted};
pub(crate) use go::take_back_next;
pub(crate) use ticket::{assign_to, move_to};

use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::update;

/// Where an action's keys mean something. The focus gives a stack of them, innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere, in text fields too.
    Always,
    /// Everywhere but in text fields.
    Global,
    /// The list of views.
    Views,
    /// The list of tickets.
    List,
    /// A text that is read while the list was searched for words.
    Hits,
    /// The ticket shown.
    Sheet,
    /// A ticket, in the list or shown.
    Ticket,
    /// The calendar of changes.
    Calendar,
    /// The change under its cursor.
    Planned,
    /// A change that is being moved.
    Grab,
    /// The classes of CIs.
    CiClasses,
    /// The list of CIs.
    CiList,
    /// The CI shown.
    CiPane,
    /// A CI, in the list or shown.
    Ci,
    /// The list of articles.
    ArticleList,
    /// The article shown.
    ArticlePane,
    /// The article shown, while it is followed for a ticket.
    Hand,
    /// An article, in the list or shown.
    Article,
    /// The filter line.
    Filter,
    /// A picker.
    Picker,
    /// The picker of columns.
    Columns,
    /// A line asked for.
    Prompt,
    /// A form.
    Form,
    /// A form that is being left.
    Leaving,
    /// A page to read.
    Page,
    /// What a change of many tickets would do.
    Bulk,
    /// A conflict to decide.
    Conflict,
    /// What may help with a ticket.
    Offers,
    /// Any text field.
    Text,
    /// A list that is only watched.
    Watch,
}

impl Scope {
    /// All scopes, in the order of the guide.
    pub const ALL: &[Scope] = &[
        Scope::Global,
        Scope::List,
        Scope::Ticket,
        Scope::Sheet,
        Scope::Hits,
        Scope::Views,
        Scope::Calendar,
        Scope::Planned,
        Scope::Grab,
        Scope::CiClasses,
        Scope::CiList,
        Scope::CiPane,
        Scope::Ci,
        Scope::ArticleList,
        Scope::ArticlePane,
        Scope::Hand,
        Scope::Article,
        Scope::Filter,
        Scope::Picker,
        Scope::Columns,
        Scope::Prompt,
        Scope::Form,
        Scope::Leaving,
        Scope::Page,
        Scope::Bulk,
        Scope::Conflict,
        Scope::Offers,
        Scope::Text,
        Scope::Watch,
        Scope::Always,
    ];

    /// What it is called in help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Scope::Always => "Always",
            Scope::Global => "Everywhere",
            Scope::Views => "Views",
            Scope::List => "List",
            Scope::Sheet => "Ticket pane",
            Scope::Hits => "Texts, after a search for words",
            Scope::Ticket => "Tickets",
            Scope::Calendar => "Changes: calendar",
            Scope::Planned => "Changes: the one under the cursor",
            Scope::Grab => "Changes: moving one",
            Scope::CiClasses => "CMDB: classes",
            Scope::CiList => "CMDB: list",
            Scope::CiPane => "CMDB: one CI",
            Scope::Ci => "CIs",
            Scope::ArticleList => "Knowledge: list",
            Scope::ArticlePane => "Knowledge: one article",
            Scope::Hand => "Knowledge: with a ticket in hand",
            Scope::Article => "Articles",
            Scope::Filter => "Filter line",
            Scope::Picker => "Picker",
            Scope::Columns => "Picker of columns",
            Scope::Prompt => "Prompt",
            Scope::Form => "Form",
            Scope::Leaving => "Leaving a form",
            Scope::Page => "Page",
            Scope::Bulk => "Bulk change",
            Scope::Conflict => "Conflict",
            Scope::Offers => "What may help",
            Scope::Text => "Text fields",
            Scope::Watch => "Watching",
        }
    }

    /// Whether plain keys are typed text here.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(self, Scope::Filter | Scope::Picker | Scope::Prompt | Scope::Form)
    }

    /// Whether a plain key could be meant as typed text where this scope holds.
    #[must_use]
    pub fn is_typed_into(self) -> bool {
        self.takes_text() || matches!(self, Scope::Text | Scope::Always)
    }

    /// Whether the palette offers its actions.
    #[must_use]
    pub fn is_in_palette(self) -> bool {
        self == Scope::Global || !self.tabs().is_empty()
    }

    /// The tabs to which it belongs; none where it is of no tab.
    #[must_use]
    pub fn tabs(self) -> &'static [Tab] {
        match self {
            Scope::Ticket => &[Tab::Queue, Tab::Changes],
            Scope::Hits => &[Tab::Queue, Tab::Knowledge],
            Scope::Views | Scope::List | Scope::Sheet => &[Tab::Queue],
            Scope::Calendar | Scope::Planned => &[Tab::Changes],
            Scope::CiClasses | Scope::CiList | Scope::CiPane | Scope::Ci => &[Tab::Cmdb],
            Scope::ArticleList | Scope::ArticlePane | Scope::Hand | Scope::Article => &[Tab::Knowledge],
            _ => &[],
        }
    }
}

/// What an action does to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Nothing.
    Read,
    /// Changes it: blocked where the desk can only be read.
    Write,
}

/// One row of the table.
pub struct ActionSpec {
    /// Which action.
    pub id: ActionId,
    /// Its name in the palette, the config and the guide: `ticket.take`.
    pub name: &'static str,
    /// Its title in the footer, at most 12 columns.
    pub title: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Where its keys mean it.
    pub scope: Scope,
    /// Its chords.
    pub keys: &'static [&'static str],
    /// Its place in the footer: 0 is not shown, higher is shown first.
    pub rank: u8,
    /// What it does to the desk.
    pub risk: Risk,
    /// Whether it may run now, or why not.
    pub enabled: fn(&Model) -> Result<(), String>,
    /// What it does.
    pub run: fn(&mut Model) -> Vec<Effect>,
}

macro_rules! actions {
    ($($id:ident)*) => {
        /// Every action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ActionId { $(#[allow(missing_docs, reason = "the table says what each does")] $id,)* }

        impl ActionId {
            /// All actions.
            pub const ALL: &[ActionId] = &[$(ActionId::$id,)*];
        }
    };
}

actions! {
    Help Palette Filter Quit Back NextPane PreviousPane NextView PreviousView Zoom Undo Redo Refresh Repaint Suspend Shell Stop
    Down Up PageDown PageUp Top Bottom ScrollDown ScrollUp Open Close Mark MarkAll Range
    SheetDown SheetUp SheetRight CopyField HitNext HitPrevious SheetPageDown SheetPageUp SheetTop SheetBottom Unfold
    ViewDown ViewUp ViewOpen
    New Take Assign Note Reply Move Resolve Reopen Edit Priority Due CopyNumber CopyTitle CopyBoth
    FilterAccept FilterCancel PickerNext PickerComplete PickerPrevious PickerAccept PickerClose
    PickerPageDown PickerPageUp PagePageDown PagePageUp BulkPageDown BulkPageUp GoView
    Order Reverse Columns ColumnDown ColumnUp Narrow NarrowAny Facets SaveView OnlyMarked Preview
    PlaceBack PlaceForward PlaceLast GoNumber GoQueue Again CopyBody Pipe EditText PromptAccept PromptClose
    FilterNext FilterPrevious FilterOlder FilterNewer
    FormNext FormPrevious FormUp FormDown FormLine FormLeave LeaveSend LeaveEditor LeaveKeep LeaveKeepToo LeaveDiscard FormEditor
    Team Tags Link Merge FollowLink Attachments Tasks LogTime Cancel Watch Unwatch Why Drafts Outbox Snippet
    FormNextName FormPreviousName FormOffers
    OfferDown OfferUp OfferScrollDown OfferScrollUp OfferPageDown OfferPageUp OfferTop OfferBottom OfferWhole
    OfferInsert OfferReply OfferLink OfferResolve OfferUsed OfferFailed OfferUnlink OfferGo OfferBack
    SolveOffers SolveWith SolveNote SolveReply SolveUsed SolveFailed SolveLink SolveUnlink SolveGo SolveFollow SolveArticle
    SolveKnownError SolveTell
    PageLineDown PageLineUp PageClose BulkAccept BulkClose BulkDown BulkUp
    ConflictAccept ConflictTheirs ConflictMine ConflictEdit ConflictClose ConflictDown ConflictUp
    TextUndo TextLeft TextRight TextHome TextEnd TextBackspace TextDelete TextWord TextToStart TextToEnd TextYank TextTranspose
    WatchDown WatchUp WatchHelp WatchQuit
    GoChanges DayNext DayPrevious PlanDown PlanUp PageOn PageBack PlanFirst PlanLast Today GoDay PlanRange PlanNew
    PlanOpen PlanNext PlanPrevious Grab GrabRight GrabLeft GrabDown GrabUp GrabLater GrabEarlier GrabLonger GrabShorter
    GrabLongerBit GrabShorterBit GrabSave GrabBack
    GoCmdb ClassDown ClassUp ClassTop ClassBottom ClassOpen ClassUnfold ClassFold
    CiDown CiUp CiPageDown CiPageUp CiTop CiBottom CiScrollDown CiScrollUp CiOpen CiClasses CiMark CiMarkAll CiRange
    FaceDown FaceUp FaceRight FaceLeft FacePageDown FacePageUp FaceTop FaceBottom FaceOpen WalkBack CiDeeper CiNearer
    CiCopyField CiNew CiEdit CiRelate CiUnrelate CiNeed CiStatus CiMove CiTags CiCheckOut CiCheckIn CiTicket
    ChangeApprove ChangeReject ChangeDelegate ChangePlan ChangeNew ChangeRisk ChangeOverride ChangeConflicts ChangeLiveWith ChangeReassess ChangeStart
    ChangeStep ChangeFinish ChangeBackOut ChangeReview ChangeMeetings GoApprovals
    CiCopyNumber CiCopyName CiCopyBoth CiWhy CiRelations CiImpact CiHistory CiRecord
    GoKnowledge ArticleDown ArticleUp ArticlePageDown ArticlePageUp ArticleTop ArticleBottom ArticleScrollDown ArticleScrollUp
    ArticleListOpen ArticleMark ArticleMarkAll ArticleRange
    ReadDown ReadUp ReadRight ReadLeft ReadPageDown ReadPageUp ReadTop ReadBottom ArticleOpen ArticleBack
    ArticleOutline ArticleFollow CodeCopy EditionMark EditionText EditionRestore
    ArticleNew ArticleEdit ArticleText ArticleState ArticleReview ArticleHelped ArticleFailed ArticleFlag ArticleRetire
    ArticleLink ArticleUnlink ArticleOwn ArticleTags ArticleWhy ArticlePipe
    ArticleCopyNumber ArticleCopyTitle ArticleCopyBoth ArticleCopyBody ArticleFace ArticleLinks ArticleVersions ArticleHistory
    StepTick HandBack
}

/// The table.
pub fn all() -> impl Iterator<Item = &'static ActionSpec> {
    let work = [
        place::ROWS,
        start::ROWS,
        team::ROWS,
        tag::ROWS,
        link::ROWS,
        file::ROWS,
        task::ROWS,
        time::ROWS,
        cancel::ROWS,
        watch::ROWS,
        why::ROWS,
        draft::ROWS,
        outbox::ROWS,
        snippet::ROWS,
        page::ROWS,
        bulk::ROWS,
        conflict::ROWS,
        change::ROWS,
        cab::ROWS,
        solve::ROWS,
        offer::ROWS,
    ];
    go::ROWS
        .iter()
        .chain(list::ROWS)
        .chain(sheet::ROWS)
        .chain(hits::ROWS)
        .chain(view::ROWS)
        .chain(narrow::ROWS)
        .chain(ticket::ROWS)
        .chain(work.into_iter().flatten())
        .chain(calendar::ROWS)
        .chain(face::ROWS)
        .chain(ci::ROWS)
        .chain(articles::ROWS)
        .chain(article::ROWS)
        .chain(hand::ROWS)
        .chain(overlay::ROWS)
        .chain(wall::ROWS)
}

/// The row of an action.
#[must_use]
pub fn spec(id: ActionId) -> Option<&'static ActionSpec> {
    all().find(|row| row.id == id)
}

/// Whether an action may run now, or why not.
///
/// # Errors
/// The reason, in the user's words.
pub fn allowed(row: &ActionSpec, model: &Model) -> Result<(), String> {
    if row.risk == Risk::Write
        && let Some(why) = &model.read_only
    {
        return Err(why.clone());
    }
    // The command line could name what belongs to another tab.
    if let Some(tab) = row.scope.tabs().first().filter(|_| !row.scope.tabs().contains(&model.tab)) {
        let way = match tab {
            Tab::Queue => ActionId::GoQueue,
            Tab::Changes => ActionId::GoChanges,
            Tab::Cmdb => ActionId::GoCmdb,
            Tab::Knowledge => ActionId::GoKnowledge,
        };
        return Err(format!("this is for the {} tab; {} goes there", tab.title(), model.key(way)));
    }
    (row.enabled)(model)
}

fn always(_: &Model) -> Result<(), String> {
    Ok(())
}

fn no_ticket(model: &Model) -> Result<(), String> {
    match model.targets().is_empty() {
        true => Err(update::away(model).unwrap_or_else(|| String::from("no ticket is selected"))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tui::key::lint::{self, FlawKind};
    use crate::tui::key::{Bound, Chord};

    fn chord(text: &str) -> Chord {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_action_has_one_row_and_a_name_of_its_own() {
        let names: BTreeSet<&str> = all().map(|row| row.name).collect();
        assert_eq!(names.len(), all().count());
        for id in ActionId::ALL {
            assert_eq!(all().filter(|row| row.id == *id).count(), 1, "{id:?}");
        }
    }

    #[test]
    fn titles_and_help_fit_where_they_are_shown() {
        for row in all() {
            assert!(row.title.len() <= 12, "{}", row.name);
            assert!(row.help.ends_with('.') && row.help.len() <= 100, "{}", row.name);
        }
    }

    #[test]
    fn no_chord_clashes_with_or_hides_another() {
        let bound: Vec<Bound> =
            all().flat_map(|row| row.keys.iter().map(move |key| Bound { chord: chord(key), row })).collect();
        let flaws = lint::flaws(&bound).into_iter().filter(|flaw| flaw.kind != FlawKind::Shadows);
        assert_eq!(flaws.map(|flaw| flaw.to_string()).collect::<Vec<_>>(), [] as [String; 0]);
    }

    #[test]
    fn no_chord_is_one_that_terminals_tmux_or_screen_eat() {
        for row in all() {
            for key in row.keys {
                assert_eq!(chord(key).keys().iter().find_map(lint::eaten), None, "{}: {key}", row.name);
            }
        }
    }

    #[test]
    fn every_action_is_reached_by_a_key() {
        for row in all() {
            assert!(!row.keys.is_empty(), "{}", row.name);
        }
    }
}
