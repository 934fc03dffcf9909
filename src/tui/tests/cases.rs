//! What each key does where: one line a case. A test at the end sees to it that no action of the table is without one.
//!
//! A case is a place, the keys pressed there (`'text` is typed, with `_` for a blank) and what is true then: `does` an effect
//! that holds these words, `idle` changes nothing on the desk, `says` a message, `shows` or `hides` text on the screen, `focus`
//! in a scope, `on` a ticket, `marks` so many.

use std::collections::BTreeSet;

use super::*;
use crate::tui::action::{self, ActionId, Risk, Scope};
use crate::tui::focus;
use crate::tui::key::Meaning;

type Case = (&'static str, &'static str, &'static str);

/// Going about.
const GOING: &[Case] = &[
    ("list", "j", "on INC-2; idle"),
    ("list", "j j j j", "on INC-3"),
    ("list", "Down Down k", "on INC-2"),
    ("list", "k", "on INC-1"),
    ("list", "G", "on INC-3"),
    ("list", "End Home", "on INC-1"),
    ("list", "G g g", "on INC-1"),
    ("list", "ctrl-d", "on INC-3"),
    ("list", "PgDn PgUp", "on INC-1"),
    ("list", "Enter", "focus Sheet; shows It stopped this morning"),
    ("list", "l", "focus Sheet"),
    ("list", "Right Left", "focus List"),
    ("list", "Tab", "focus Sheet"),
    ("list", "Tab Tab", "focus List"),
    ("list", "Shift-Tab", "focus Sheet"),
    ("ticket", "h", "focus List; on INC-1"),
    ("ticket", "q", "focus List; idle"),
    ("ticket", "Esc", "focus List"),
    ("ticket", "j k ctrl-d ctrl-u G g g", "focus Sheet; shows INC-1  VPN down in Lyon"),
    ("ticket", ">", "focus Sheet; shows INC-1  VPN down in Lyon; idle"),
    ("ticket", "Enter", "says Can't open: INC-1 has no links"),
    ("ticket", "g q", "focus List"),
    ("list", "J K", "on INC-1; idle"),
    ("list", "]", "shows [To approve"),
    ("list", "[", "shows [Unassigned 3]"),
    ("list", "[ [ [", "shows [All 3]"),
    ("list", "] H", "shows [Open 3]"),
    ("list", "] H L", "shows [To approve"),
    ("list", "] -", "shows [Open 3]"),
    ("list", "] - -", "shows [To approve"),
    ("list", "L", "says There is nothing to go forward to"),
    ("list", "g i '2 Enter", "focus Sheet; on INC-2"),
    ("list", "g i 'inc-3 Enter", "focus Sheet; on INC-3"),
    ("list", "g i '99 Enter", "focus List; says INC-99"),
    ("list", "g i 'chair Enter", "focus List; says chair"),
    ("list", "g i Esc", "focus List; idle"),
    ("list", "g i Enter", "focus List; idle"),
    ("list", "z", "shows > INC-1"),
    ("wide", "z", "hides Views"),
    ("wide", "z Esc", "shows Views"),
    ("wide", "Shift-Tab", "focus Views"),
    ("views", "j", "shows At risk"),
    ("views", "j k Enter", "focus List; on INC-1"),
    ("views", "l", "focus List"),
    ("views", "i", "says does nothing here; idle"),
    ("list", "P", "says The ticket is shown below the list"),
    ("list", "R", "does Page; on INC-1; idle"),
    ("list", "ctrl-l", "does Repaint"),
    ("note", "ctrl-l", "does Repaint; focus Form"),
    ("list", "ctrl-z", "does Suspend"),
    ("note", "ctrl-z", "does Suspend; focus Form"),
    ("list", "!", "does Shell(Some(\"INC-1\"))"),
    ("empty", "!", "does Shell(None)"),
];

/// Ways out: one step at a time, nothing lost, nobody thrown out.
const LEAVING: &[Case] = &[
    ("list", "Esc", "says q quits; focus List; on INC-1"),
    ("list", "q", "does Quit(0)"),
    ("views", "q", "does Quit(0)"),
    ("two", "Esc", "marks 0"),
    ("two", "Esc Esc", "says q quits"),
    ("list", "v j Esc", "marks 0; on INC-2"),
    ("list", "v j Esc v", "marks 0"),
    ("list", "/ 'mail Enter Esc", "shows INC-1"),
    ("list", "/ 'mail Enter Space Esc", "marks 0; shows Open, mail"),
    ("list", "/ 'mail Enter Space Esc Esc", "hides Open, mail"),
    ("list", "g Esc", "focus List; on INC-1"),
    ("list", "y Esc j", "on INC-2"),
    ("list", "?", "focus Picker; shows list.down"),
    ("help", "Esc", "focus List"),
    ("help", "q", "focus Picker; shows / q"),
    ("assign", "Esc", "focus List; idle"),
    ("prompt", "Esc", "focus List"),
    ("page", "q", "focus List"),
    ("page", "Esc", "focus List"),
    ("page", "Enter", "focus List"),
    ("bulk", "Esc", "focus List; says Nothing was changed; idle"),
    ("bulk", "q", "focus List; marks 2; idle"),
    ("conflict", "Esc", "says Kept as a draft; focus List; idle"),
    ("conflict", "q", "says Kept as a draft"),
    ("note", "Esc", "focus List"),
    ("half", "Esc", "focus Leaving; shows Enter send | e editor | k keep as draft | d discard"),
    ("leaving", "Esc", "focus List; says Kept as a draft; does KeepDraft; idle"),
    ("leaving", "k", "focus List; says Kept as a draft; idle"),
    ("leaving", "d", "focus List; says Discarded; idle"),
    ("leaving", "d c", "hides half"),
    ("leaving", "k c", "shows half; says This is your draft"),
    ("leaving", "Enter", "does Write; says Noted on INC-1; focus List"),
    ("leaving", "e", "does Editor(\"half\"); focus Form"),
    ("leaving", "x", "focus Leaving; shows half; idle"),
    ("leaving", "alt-d", "focus Leaving; shows half; idle"),
    ("leaving", "k q", "focus Picker; shows A draft is unsent"),
    ("leaving", "k q Enter", "does Quit(0)"),
    ("leaving", "k q Esc", "focus List"),
    ("list", "ctrl-c", "says ctrl-c again quits; focus List"),
    ("list", "ctrl-c ctrl-c", "does Quit(130)"),
    ("list", "ctrl-c j ctrl-c", "says ctrl-c again quits"),
    ("half", "ctrl-c", "says ctrl-c again quits; focus Form"),
    ("half", "ctrl-c ctrl-c", "does Quit(130)"),
    ("wall", "q", "does Quit(0)"),
    ("wall", "ctrl-c", "does Quit(0)"),
    ("wall", "i", "says does nothing here; idle"),
    ("wall", "j k", "idle"),
    ("wall", "?", "shows watch.quit"),
];

/// Work on tickets.
const WORK: &[Case] = &[
    ("list", "i", "does Assign; says Set assignee of INC-1"),
    ("ticket", "i", "does Assign; says Set assignee of INC-1"),
    ("list", "a 'anna Enter", "does Assign; says Set assignee of INC-1"),
    ("list", "a 'nobody Enter", "does to: \"none\""),
    ("list", "a 'zzz Enter", "idle; shows Nothing fits"),
    ("list", "c", "focus Form; shows Note on INC-1: staff only"),
    ("list", "r", "focus Form; shows the requester sees it"),
    ("list", "r 'Done. Esc Enter", "does public: true"),
    ("list", "c 'Done. Esc Enter", "does public: false"),
    ("list", "s", "focus Picker; shows in_progress"),
    ("list", "x", "focus Form; shows Resolve INC-1"),
    ("list", "X", "says Can't reopen; idle"),
    ("resolved", "X", "does Move; says Moved INC-1 to in_progress"),
    ("resolved", "x", "says Can't resolve: INC-1 is resolved; idle"),
    ("list", "e", "focus Form; shows Title"),
    ("list", "e Esc", "focus List; idle"),
    ("list", "e '! Esc Enter", "does Edit; says Set title of INC-1"),
    ("list", "p", "focus Form; shows Impact"),
    ("list", "d", "focus Form; shows Due"),
    ("list", "d ctrl-u 'tomorrow Enter", "does Edit; says Set due of INC-1"),
    ("list", "n", "focus Picker; shows without a template"),
    ("list", "n 'incident Enter", "focus Form; shows New incident"),
    ("list", "m", "focus Picker; shows Move INC-1 to team"),
    ("list", "t 'vpn Enter", "does Edit; says Set +vpn of INC-1"),
    ("list", "T", "focus Picker; shows Tasks of INC-1"),
    ("list", "w '25m Enter", "does LogTime"),
    ("list", "b", "focus Picker; shows blocked by"),
    ("list", "B '3 Enter", "does Merge; says Merged INC-1 into INC-3"),
    ("list", "A", "focus Picker"),
    ("list", "I", "does Watch; says Watching INC-1"),
    ("list", "I U", "says No longer watching INC-1"),
    ("list", "U", "does watching: false"),
    ("list", "D", "focus Picker; shows Type 1 and Enter; idle"),
    ("list", "D '1 Enter", "does cancelled"),
    ("resolved", "D", "says Can't cancel; idle"),
    ("list", "&", "focus Picker; idle"),
    ("list", "* 'state Enter", "shows Open, state:new"),
    ("list", ".", "says Can't again: nothing was changed here yet; idle"),
    ("list", "i j .", "says Set assignee of INC-2"),
    ("list", "u", "says Can't undo: nothing was done in this sitting; idle"),
    ("list", "i u", "does Undo; says Undid entry"),
    ("list", "i u u", "says Can't undo"),
    ("list", "ctrl-r", "says Can't redo: nothing was taken back; idle"),
    ("list", "i u ctrl-r", "does redo: true; says Redid entry"),
    ("list", "y i", "does Copy(\"INC-1\")"),
    ("list", "y t", "does Copy(\"VPN down in Lyon\")"),
    ("list", "y y", "does Copy(\"INC-1 VPN down in Lyon\")"),
    ("list", "y b", "does Copy(\"It stopped this morning.\")"),
    ("list", "| 'wc Enter", "does Pipe"),
    ("list", "| Enter", "focus List; idle"),
    ("list", "E", "does Editor(\"It stopped this morning.\"); focus Form"),
    ("list", "g w", "says There are no drafts"),
    ("list", "g o", "says Nothing waits in the outbox"),
    ("leaving", "k g w Enter", "focus Form; shows half"),
    ("list", "Z", "says Z does nothing here"),
    ("list", "g x", "says g x does nothing here"),
    ("list", "alt-j", "on INC-2"),
];

/// Many at once.
const MANY: &[Case] = &[
    ("list", "Space", "marks 1; on INC-2"),
    ("list", "Space k Space", "marks 0"),
    ("list", "v j v", "marks 2; on INC-2"),
    ("list", "G v k k v", "marks 3; on INC-1"),
    ("list", "M", "marks 3"),
    ("list", "M M", "marks 0"),
    ("two", "O", "marks 2"),
    ("two", "/ 'printer Enter", "marks 2; shows 2 marked, 2 hidden"),
    ("two", "]", "marks 2; shows 2 marked, 2 hidden"),
    ("two", "\"", "shows only the marked; hides INC-3"),
    ("list", "\"", "says Can't only marked: no ticket is marked"),
    ("two", "i", "focus Bulk; shows Change 2 tickets; idle"),
    ("bulk", "Enter", "does Assign; says Set assignee of 2 tickets; focus List"),
    ("bulk", "Enter u", "says Undid entry"),
    ("bulk", "j k", "focus Bulk; idle"),
    ("two", "c 'x Esc Enter", "focus Bulk; shows note"),
    ("two", "e", "focus Form; idle"),
    ("two", "D '1 Enter", "shows type 2 to cancel; idle"),
    ("two", "y i", "does Copy(\"INC-1\\nINC-2\")"),
    ("list", "o 'title Enter", "shows sort:title; on INC-2"),
    ("list", "O", "shows sort:"),
    ("list", "W", "focus Columns; shows J K move"),
    ("list", "W 'impact Enter", "does KeepHabits; focus Columns"),
    ("list", "W J K", "focus Columns; idle"),
    ("bulk", "ctrl-d ctrl-u PgDn PgUp", "focus Bulk; idle"),
    ("list", "f", "focus Picker; shows state:new"),
    ("list", "f Enter", "shows state:new; focus List"),
    ("list", "F 'Mine Enter", "does SaveView; shows [Mine"),
];

/// Where text is typed.
const TYPING: &[Case] = &[
    ("list", "/", "focus Filter"),
    ("filter", "'mail", "shows INC-2; hides INC-1"),
    ("filter", "'mail Enter", "focus List; shows Open, mail"),
    ("filter", "'mail Esc", "focus List; shows INC-1; hides Open, mail"),
    ("filter", "'jk", "focus Filter; shows /jk"),
    ("filter", "'prio:9 Enter", "focus Filter; says prio"),
    ("filter", "'sta Tab", "shows /state:"),
    ("filter", "'sta Tab Shift-Tab", "focus Filter"),
    ("filter", "Up", "says No filter was used before"),
    ("filter", "'mail Enter Esc / Up", "shows /mail"),
    ("filter", "'mail Enter Esc / Up Down", "hides /mail"),
    ("filter", "'mail_slow ctrl-w", "shows /mail"),
    ("filter", "'mail ctrl-u", "hides /mail"),
    ("filter", "'mail Home ctrl-k", "hides /mail"),
    ("filter", "'mail Left Left Del", "shows /mal"),
    ("filter", "'mail Left Backspace", "shows /mal"),
    ("filter", "'ail Home 'm End 's", "shows /mails"),
    ("filter", "'mal Left Left Right 'i", "shows /mail"),
    ("filter", "'mail ctrl-_", "hides /mail"),
    ("help", "'take", "shows ticket.take"),
    ("help", "'ticket.take Enter", "does Assign; focus List"),
    ("list", ": 'ticket.take Enter", "does Assign; focus List"),
    ("list", ": 'reopen Enter", "focus Picker; says is open; idle"),
    ("assign", "Down Up Enter", "does Assign"),
    ("assign", "Tab Shift-Tab ctrl-n ctrl-p", "focus Picker; idle"),
    ("half", "Enter 'more", "shows more; focus Form; idle"),
    ("half", "ctrl-x ctrl-e", "does Editor(\"half\")"),
    ("half", "ctrl-x s", "focus Picker"),
    ("half", "Tab Shift-Tab Up Down", "shows half; focus Form"),
    ("new", "'Wi-Fi Enter", "focus Form; idle"),
    ("new", "'Wi-Fi Tab 'an ctrl-n ctrl-p Tab", "shows anna; focus Form"),
    ("new", "Esc", "focus List; idle"),
    ("new", "'Wi-Fi Esc Enter", "does Open; says Opened INC-4: Wi-Fi"),
    ("new", "'x Backspace Esc", "focus List"),
    ("new", "'Slow_mail ctrl-o", "focus Offers; shows INC-2 (new) Mail is slow; idle"),
    ("new", "'Slow_mail ctrl-o q", "focus Form; shows Slow mail; idle"),
    ("new", "'Slow_mail ctrl-o o", "focus Sheet; on INC-2; idle"),
    ("new", "'Wi-Fi ctrl-o", "says nothing is known that may help; focus Form"),
    ("new", "'Wi-Fi ctrl-u 'New_ ctrl-y", "shows New Wi-Fi; idle"),
    ("new", "'Wi-iF Left ctrl-t", "shows Wi-Fi; idle"),
    ("new", "Tab 'anna Esc Enter", "shows Title: needed; idle"),
    ("list", "x Tab 'Done. Esc Enter", "shows Resolution code: needed; shows Done.; idle"),
    ("page", "j k ctrl-d ctrl-u", "focus Page"),
    ("help", "PgDn PgUp", "focus Picker; idle"),
    ("list", "/ 'stopped Enter Enter n N", "focus Hits; idle"),
    ("ticket", "l h", "focus List; idle"),
    ("list", "g v", "focus Picker; shows Unassigned"),
    ("list", "g *", "focus Picker; shows Filter by a value of INC-1"),
    ("ticket", "j y f", "does Copy; idle"),
    ("conflict", "m Enter", "does Edit; focus List"),
    ("conflict", "t Enter", "says Theirs was kept; idle; focus List"),
    ("conflict", "j k m t", "focus Conflict; idle"),
    ("conflict", "e", "focus Form; shows bert changed it meanwhile"),
];

/// With nothing to work on.
const NOTHING: &[Case] = &[
    ("empty", "j k G g g", "idle"),
    ("empty", "i", "says Can't take: no ticket is selected; idle"),
    ("empty", "c", "says Can't note: no ticket is selected; focus List"),
    ("empty", "Enter", "says there is no ticket in this list; focus List"),
    ("empty", "Space", "says there is no ticket in this list; marks 0"),
    ("empty", "x", "says Can't resolve: no ticket is selected"),
    ("empty", "y i", "says no ticket is selected"),
    ("empty", "M", "marks 0"),
    ("empty", "v v", "marks 0"),
    ("empty", "n 'incident Enter 'First Esc Enter", "says Opened INC-1: First"),
];

/// Among CIs: two hosts in a rack in Berlin, three guests on them, an application on one, the service on that; a laptop.
const CMDB: &[Case] = &[
    ("list", "3", "focus CiClasses; shows No CI yet; idle"),
    ("list", "g m", "focus CiClasses"),
    ("classes", "1", "focus List"),
    ("classes", "3", "focus CiClasses"),
    ("cis", "3", "focus CiClasses"),
    ("cis", "1 3", "focus CiList; on CI-11"),
    ("classes", "j", "shows Service"),
    ("classes", "j k G g g Enter", "focus CiList; on CI-11"),
    ("classes", "End Home", "focus CiClasses; shows All  "),
    ("classes", "j j j l", "shows Hypervisor"),
    ("classes", "l l", "shows CMDB ▸ Services"),
    ("classes", "j j j l h", "hides Hypervisor"),
    ("classes", "j j j l j h", "shows Hypervisor"),
    ("classes", "j j j l j j Enter", "focus CiList; shows esx1; hides vm1"),
    ("classes", "Tab", "focus CiList"),
    ("classes", "g v 'hyper Enter", "focus CiList; shows esx1; hides vm1"),
    ("cis", "j", "on CI-3"),
    ("cis", "j k", "on CI-11"),
    ("cis", "ctrl-d ctrl-u", "on CI-11"),
    ("cis", "PgDn PgUp", "on CI-11"),
    ("cis", "G", "on CI-8"),
    ("cis", "G g g", "on CI-11"),
    ("cis", "h", "focus CiClasses"),
    ("cis", "Enter", "focus CiPane; shows Application, live"),
    ("cis", "l", "focus CiPane"),
    ("cis", "Tab", "focus CiPane"),
    ("cis", "J K", "focus CiList; on CI-11"),
    ("cis", "Space", "marks 1; on CI-3"),
    ("cis", "v j v", "marks 2"),
    ("cis", "M", "marks 11"),
    ("cis", "M M", "marks 0"),
    ("cis", "Space Esc", "marks 0"),
    ("cis", "Esc", "focus CiClasses"),
    ("cis", "q", "does Quit(0)"),
    ("cis", "/ 'esx1 Enter", "on CI-4; shows All, esx1"),
    ("cis", "/ 'class:srever", "shows did you mean 'server'?"),
    ("cis", "/ 'class:hyp Tab", "shows class:hypervisor; shows esx2"),
    ("cis", "/ 'esx1 Enter Esc", "hides All, esx1"),
    ("cis", "/ 'esx1 Esc", "hides /esx1"),
    ("cis", ": 'filter_esx1 Enter", "on CI-4"),
    ("cis", ": 'ci.impact Enter", "focus CiPane; shows What breaks if app01 fails"),
    ("cis", ": 'assign_anna Enter", "says this is for the Queue tab; idle"),
    ("cis", "g i 'esx2 Enter", "focus CiPane; on CI-5"),
    ("cis", "g i '4 Enter", "focus CiPane; on CI-4"),
    ("list", "g i 'ci4 Enter", "says there is no CI-4; focus CiClasses"),
    ("cis", "!", "does Shell(Some(\"CI-11\"))"),
    ("cis", "R", "does Page; on CI-11; idle"),
    ("cis", "]", "focus CiPane; shows [Relations 2]"),
    ("cis", "[", "focus CiPane; shows [History]"),
    ("cis", "i", "says is with nobody"),
    ("cis", "r", "focus CiPane; shows runs on (1)"),
    ("cis", "I", "focus CiPane; shows What breaks if app01 fails"),
    ("cis", "I I", "shows What app01 needs"),
    ("cis", "Space Space I", "shows What breaks if Berlin and app01 fail"),
    ("cis", "g h", "shows [History]; shows runs on"),
    ("relations", "f", "shows [Record"),
    ("cis", "n", "focus Picker; shows Virtual machine"),
    ("cis", "n 'server Enter", "focus Form; shows New Server; shows Serial"),
    ("cis", "n 'site Enter 'Paris Esc Enter", "does New; says CI-12 Paris"),
    ("cis", "n 'certificate Enter 'x Esc Enter", "shows Expires: needed; idle"),
    ("cis", "e", "focus Form; shows Edit CI-11 app01"),
    ("cis", "e '! Esc Enter", "does Edit; says CI-11 app01!"),
    ("cis", "e Esc", "focus CiList; idle"),
    ("cis", "Space Space e 'env Enter 'test Enter", "focus Picker; shows Environment of 2 CIs? Type 2; idle"),
    ("cis", "Space Space e 'env Enter 'test Enter '2 Enter", "does Edit; says 2 CIs"),
    ("cis", "s 'maint Enter", "does Edit; says CI-11 app01"),
    ("cis", "Space Space s 'maint Enter", "focus Picker; shows Status maintenance of 2 CIs? Type 2; idle"),
    ("cis", "Space Space s 'maint Enter '2 Enter", "says 2 CIs"),
    ("cis", "t 'prod Enter", "does add: {\"tag\"; says CI-11 app01"),
    ("cis", "m 'Berl Enter", "does location; says CI-11 app01"),
    ("cis", "b", "focus Picker; shows runs on; shows hosts"),
    ("cis", "b 'depends Enter 'vm3 Enter", "does Relate; says Related app01 depends on vm3"),
    ("relations", "j D", "does Unrelate; says Unrelated app01 and Payroll"),
    ("cis", "D", "says the cursor is on no relation of this CI"),
    ("cis", "B 'runs Enter '1 Enter", "does Redundancy"),
    ("laptop", "a 'anna Enter Enter", "does CheckOut; says to anna"),
    ("laptop", "a 'anna Enter '2026-12-24 Enter", "says until 2026-12-24"),
    ("laptop", "a 'anna Enter Enter i", "says Took"),
    ("cis", "T", "focus Picker; shows New ticket on CI-11 app01"),
    ("cis", "T 'incident Enter 'Slow Esc Enter", "does CI-11; says Opened INC-4: Slow"),
    ("cis", "y i", "does Copy(\"CI-11\")"),
    ("cis", "y t", "does Copy(\"app01\")"),
    ("cis", "y n", "does Copy(\"app01\")"),
    ("cis", "y y", "does Copy(\"CI-11 app01\")"),
    ("ci", "j y f", "does Copy(\"Application\")"),
    ("ci", "y f", "says the cursor is on no field"),
    ("cis", "& 'name Enter", "focus Page; shows nothing → app01"),
    ("ci", "j &", "focus Page; shows CI-11 Class: Application"),
    ("ci", "j k j Enter", "focus Form; shows Class"),
    ("ci", "Enter", "says the cursor is on nothing"),
    ("ci", "ctrl-d ctrl-u PgDn PgUp G g g", "focus CiPane; shows CI-11"),
    ("ci", "j l h h", "focus CiList; on CI-11"),
    ("ci", "q", "focus CiList"),
    ("ci", "Backspace", "focus CiList"),
    ("relations", "Enter", "focus CiPane; hides Payroll"),
    ("relations", "Enter l", "shows Payroll"),
    ("relations", "h", "focus CiList; on CI-11"),
    ("classes", "]", "says Enter goes into the list first"),
    ("relations", "j Enter", "focus CiPane; on CI-9; shows depends on (1)"),
    ("relations", "j Enter Backspace", "on CI-11"),
    ("relations", "j Enter H", "on CI-11"),
    ("relations", "j Enter H L", "on CI-9"),
    ("relations", "j j j l", "on CI-11; shows esx1"),
    ("ci", ">", "says I shows the impact first"),
    ("impact", "< >", "shows over 10 relations; does Impact"),
    ("impact", "<", "shows over 9 relations"),
    ("cis", "z", "shows app01"),
    ("ci", "z Esc", "focus CiPane"),
    ("cis", "u", "says nothing was done in this sitting"),
    ("cis", "s 'maint Enter u", "does Undo; says Undid"),
    ("cis", "s 'maint Enter u ctrl-r", "says Redid"),
    ("cis", "e '! Esc Esc e", "shows app01!; says This is your draft"),
    ("cis", "e '! Esc Esc 1 g w Enter", "focus Form; shows app01!"),
];

/// Anna leads and works on changes: CHG-1 is a draft, CHG-2 waits for her approval, CHG-3 is being done.
const CHANGES: &[Case] = &[
    ("change", "C", "shows a approve; shows v review; focus Sheet"),
    ("change", "C Esc", "focus Sheet; hides v review"),
    ("change", "C p", "focus Form; shows Plan CHG-1; shows Planned start; idle"),
    ("change", "C p Tab Tab Tab Tab 'esx Esc Esc C p", "shows esx; says This is your draft"),
    ("change", "C p Tab Tab Tab Tab 'esx Esc Esc g w Enter", "focus Form; shows Plan CHG-1; shows esx"),
    ("change", "C q Right Esc Esc g w Enter", "focus Form; shows Risk of CHG-1; shows > none"),
    ("asked", "C r 'No. Esc Esc g w Enter", "focus Form; shows Reject CHG-2; shows No."),
    ("change", "C p Tab Tab 'x Esc Enter", "does Plan; shows Planned end"),
    ("change", "C n", "focus Picker; shows std-certificate; idle"),
    ("change", "C n 'std-cert Enter", "focus Form; shows New change; shows Steps, a line each"),
    ("change", "C n 'change Enter 'New_switch Esc Enter", "does Open; says Opened CHG-4: New switch"),
    ("change", "C q", "focus Form; shows How many users; shows Together 5 so far; idle"),
    ("change", "C q Right Right Right", "shows > site; shows Together 9 so far"),
    ("change", "C q Right Esc Enter", "does Answer; says CHG-1: risk 5 so far"),
    ("change", "C o", "focus Form; shows Override the risk of CHG-1; idle"),
    ("change", "C o 'high Tab 'Payday Enter", "does risk_reason; says risk"),
    ("change", "C a", "says Can't approve: CHG-1: nobody is asked to approve it now; idle"),
    ("change", "C r", "says Can't reject: CHG-1: nobody is asked; idle"),
    ("change", "C d", "says Can't delegate: CHG-1: nobody is asked; idle"),
    ("change", "C s", "says Can't start: CHG-1 is draft: it can't begin from there; idle"),
    ("change", "C t", "says the work on CHG-1 has not begun; idle"),
    ("change", "C f", "says Can't finish: CHG-1 is draft; idle"),
    ("change", "C b", "says Can't back out: CHG-1 is draft; idle"),
    ("change", "C v", "says Can't review: CHG-1 is draft; idle"),
    ("change", "C c", "focus Page; shows CHG-1 meets nothing"),
    ("change", "C l", "says CHG-1 meets nothing that somebody would have to live with; idle"),
    ("change", "C g", "does Reassess; says risk"),
    ("asked", "C g", "focus Picker; shows Judge CHG-2 anew?; idle"),
    ("asked", "C g Enter", "does Reassess; says risk"),
    ("asked", "C g 'leave Enter", "focus Sheet; idle"),
    ("asked", "C a Enter .", "says Can't again: each change is planned, approved and begun by itself"),
    ("waits", "C p", "focus Form; shows Plan CHG-2; idle"),
    ("waits", "C p Esc", "focus Planned; on CHG-2"),
    ("waits", "C p Tab Tab Tab Tab ctrl-u Esc Esc", "focus Planned; on CHG-2; idle"),
    ("waits", "C c", "focus Page; shows CHG-2 meets nothing; idle"),
    ("waits", "C c Esc", "focus Planned; on CHG-2"),
    ("waits", "C a", "focus Form; shows Approve CHG-2; idle"),
    ("waits", "C a Enter", "does Vote; says Approved CHG-2; focus Planned; on CHG-2"),
    ("waits", "C a Enter C s", "focus Form; shows Start CHG-2 all the same?"),
    ("waits", "C a Enter C s 'Now. Enter", "does Start; says Began CHG-2; focus Planned; on CHG-2"),
    ("waits", "C s", "says Can't start: CHG-2 is approval; focus Planned; idle"),
    ("waits_wide", "C p", "focus Form; shows Plan CHG-2; idle"),
    ("waits_wide", "C p Esc", "focus Planned; on CHG-2"),
    ("waits_wide", "C c", "focus Page; shows CHG-2 meets nothing; idle"),
    ("waits_wide", "C c Esc", "focus Planned; on CHG-2"),
    ("waits_wide", "C a Enter", "does Vote; says Approved CHG-2; focus Planned; on CHG-2"),
    ("waits_wide", "C a Enter C s 'Now. Enter", "does Start; says Began CHG-2; focus Planned; on CHG-2"),
    ("change", "C m", "focus Picker; shows call a meeting; idle"),
    ("change", "C m 'new Enter 'fri_10:00 Tab Tab 'bert Esc Enter", "does Call; says Called the meeting 1"),
    ("change", "C z", "says C z does nothing here"),
    ("change", "g g j l &", "focus Page; shows CHG-1 risk: nothing"),
    ("change", ": 'plan Enter", "focus Form; shows Plan CHG-1"),
    ("changes", "C p", "focus Form; shows Plan CHG-1; idle"),
    ("changes", "Space Space C p", "says one ticket at a time"),
    ("changes", "g a", "focus List; shows [To approve 1]; on CHG-2"),
    ("changes", "3 g a", "focus List; on CHG-2"),
    ("changes", "g i 'inc1 Enter C s", "says Can't start: INC-1 is an incident, no change; idle"),
    ("changes", "g i 'inc1 Enter C a", "says Can't approve: INC-1 is an incident, no change; idle"),
    ("asked", "C a", "focus Form; shows Approve CHG-2; idle"),
    ("asked", "C a Enter", "does Vote; says Approved CHG-2"),
    ("asked", "C a 'Go. Enter", "does Go.; shows + Anna Ek approved just now: Go."),
    ("asked", "C a Esc", "focus Sheet; idle"),
    ("asked", "C a Enter u", "says Undid entry; shows 2 Chg (1)"),
    ("asked", "C r Enter", "focus Form; shows Why: needed; idle"),
    ("asked", "C r 'No. Enter", "does Reject; says Rejected CHG-2"),
    ("asked", "C d 'bert Enter Enter", "focus Form; shows bert is asked at the step"),
    ("running", "C t Enter", "does Step; says Did step 1 of CHG-3"),
    ("running", "C f Enter", "focus Form; shows step 1 is open"),
    ("running", "C t Enter C t Enter C f Enter", "does Finish; says Finished CHG-3: successful"),
    ("running", "C b", "focus Form; shows The way back (5 min)"),
    ("running", "C b 'Bad. Esc Enter", "does BackOut; says Backed out CHG-3"),
    ("running", "C b 'Bad. Esc Enter C v Tab 'Test. Esc Enter", "does Review; says Reviewed CHG-3"),
    ("running", "C q", "says the risk of CHG-3 stays as it was when the work began; idle"),
];

/// In the calendar: five changes, a release of two of them, a freeze; it is Monday 21 September.
const PLANS: &[Case] = &[
    ("list", "2", "focus Planned; shows September 2026; idle"),
    ("list", "g c", "focus Planned; shows [2 Changes]"),
    ("month", "1", "focus List"),
    ("month", "3 2", "focus Planned"),
    ("month", "l l 2", "shows >21*"),
    ("month", "l", "on CHG-1; shows >22"),
    ("month", "Right Left", "shows >21*"),
    ("month", "h", "shows >20"),
    ("month", "j", "shows >28"),
    ("month", "Down Up k", "shows >14"),
    ("month", "J", "shows October 2026"),
    ("month", "ctrl-d ctrl-u K", "shows August 2026"),
    ("month", "PgDn PgUp", "shows September 2026"),
    ("month", "G", "shows >30"),
    ("month", "End Home", "shows > 1"),
    ("month", "G g g", "shows > 1"),
    ("month", "J t", "shows >21*"),
    ("month", "g t 'fri Enter", "shows >25"),
    ("month", "g t 'never Enter", "says 'never' is no day"),
    ("month", "g t Esc", "focus Planned; shows >21*"),
    ("month", "Tab Tab", "on CHG-2"),
    ("month", "Tab Tab Shift-Tab", "on CHG-1"),
    ("month", "Shift-Tab Shift-Tab", "says Nothing earlier is planned; on CHG-5"),
    ("plan", "Enter", "focus Sheet; shows CHG-1  New switch"),
    ("plan", "Enter Esc", "focus Planned; on CHG-1"),
    ("plan", "Enter Tab Esc", "focus List"),
    ("month", "Enter", "shows Monday 21 September; focus Planned"),
    ("month", "]", "shows [Week]"),
    ("month", "[", "shows [Agenda]"),
    ("month", "g v 'day Enter", "shows [Day]"),
    ("week", "j", "shows >Tue 22; shows 11:00"),
    ("week", "J", "shows Week 40"),
    ("week", "l l", "shows >Thu 24; idle"),
    ("day", "j k k", "shows 09:00>"),
    ("day", "l", "shows Wednesday 23 September"),
    ("day", "G", "shows 23:00>"),
    ("day", "G g g", "shows 00:00>"),
    ("agenda", "j", "on CHG-2"),
    ("agenda", "j l", "on REL-1"),
    ("agenda", "j l h", "on CHG-2"),
    ("agenda", "G", "on CHG-3"),
    ("agenda", "J", "shows 19 Oct - 15 Nov 2026; hides CHG"),
    ("month", "v l l", "shows +21*; shows +22; shows >23"),
    ("month", "v l v", "hides +21"),
    ("month", "v l Esc", "hides +21; focus Planned"),
    ("month", "v l l n", "focus Form; shows 2026-09-23 18:00"),
    ("month", "n", "focus Form; shows 2026-09-21 15:00"),
    ("week", "n 'Tidy Esc Enter", "does Open; says Opened CHG-6: Tidy"),
    ("plan", "m", "focus Grab; idle"),
    ("month", "m", "says Can't move: no change is under the cursor; focus Planned"),
    ("grab", "l", "shows CHG-1 Wed 23 Sep 10:00-12:00; idle"),
    ("grab", "h h", "shows CHG-1 Sun 20 Sep 10:00-12:00"),
    ("grab", "Right Left", "shows CHG-1 Tue 22 Sep 10:00-12:00"),
    ("grab", "j", "shows CHG-1 Tue 29 Sep 10:00-12:00"),
    ("grab", "Down Up k", "shows CHG-1 Tue 15 Sep 10:00-12:00"),
    ("grab", "J", "shows CHG-1 Tue 22 Sep 10:15-12:15"),
    ("grab", "K", "shows CHG-1 Tue 22 Sep 09:45-11:45"),
    ("grab", "L >", "shows CHG-1 Tue 22 Sep 10:00-13:15"),
    ("grab", "H <", "shows CHG-1 Tue 22 Sep 10:00-10:45"),
    ("grab", "H H H H", "shows CHG-1 Tue 22 Sep 10:00-10:15 (15m)"),
    ("grab", "l Enter", "does PlannedStart; focus Planned; on CHG-1"),
    ("grab", "l Enter u", "says Undid; shows L CHG-1"),
    ("grab", "Enter", "says It stays where it was; idle"),
    ("grab", "l Esc", "says CHG-1 stays at Tue 22 Sep 10:00-12:00; idle; on CHG-1"),
    ("grab", "l q", "focus Planned; idle"),
    ("grab", "1", "focus Grab; says does nothing here"),
    ("plan", "i", "does Assign; says Set assignee of CHG-1"),
    ("month", "i", "says no ticket is selected; idle"),
    ("plan", "!", "does Shell(Some(\"CHG-1\"))"),
    ("plan", "R", "does Calendar; on CHG-1; idle"),
    ("plan", "/ 'service:mail Enter", "shows Month, service:mail; hides CHG-1"),
    ("plan", "/ 'service:mail Enter Esc", "shows CHG-1; on CHG-1"),
    ("month", "/ 'servce:mail", "shows did you mean"),
    ("plan", "* 'kind Enter", "shows kind:change; hides REL-1"),
    ("plan", "J H", "shows Queue"),
    ("month", "] H", "shows [Month]"),
    ("month", "z z", "shows September 2026"),
    ("month", "Esc", "says q quits"),
    ("month", "q", "does Quit(0)"),
];

/// Knowledge at the ticket: KB-1 mends VPNs, KB-2 is the known error of PRB-1, to which INC-2 is linked; INC-4 was solved.
const SOLVING: &[Case] = &[
    ("known_new", "ctrl-o", "focus Offers; shows > see         KB-1 VPN drops after sleep; idle"),
    ("known_new", "ctrl-x ctrl-o", "focus Form"),
    ("known_new_offers", "j", "shows > solved      INC-4; shows Rebooted the gateway"),
    ("known_new_offers", "Down Up k", "shows > see         KB-1"),
    ("known_new_offers", "Enter", "hides > see; shows systemctl restart vpn-agent"),
    ("known_new_offers", "Enter j k J K Enter", "shows > see; focus Offers"),
    ("known_new_offers", "z z", "shows > see"),
    ("known_new_offers", "ctrl-d ctrl-u PgDn PgUp Space G End g g Home", "focus Offers; idle"),
    ("known_new_offers", "q", "focus Form; shows VPN down; idle"),
    ("known_new_offers", "Esc 'x", "focus Form; shows VPN downx; idle"),
    ("known_new_offers", "ctrl-o", "focus Form; shows VPN down; idle"),
    ("known_new_offers", "l", "focus Form; shows KB-1 VPN drops after sleep; idle"),
    ("known_new_offers", "i", "focus Form; shows Restart the agent; idle"),
    ("known_new_offers", "i ctrl-_", "focus Form; hides Restart the agent"),
    (
        "known_new_offers",
        "x",
        "focus Form; shows Sending opens it and resolves it with KB-1; shows Restart the agent.; idle",
    ),
    ("known_new_offers", "x ctrl-o x", "focus Form; hides Sending opens it; hides Restart the agent."),
    (
        "known_new_offers",
        "x Esc Enter",
        "does Open; says Opened INC-5: VPN down, resolved with KB-1 VPN drops after sleep",
    ),
    ("known_new_offers", "x Esc Enter u", "does Undo; says Undid"),
    ("known_new_offers", "j i", "focus Form; shows Rebooted the gateway in Kiel.; idle"),
    ("known_new_offers", "j l", "focus Form; says It will relate to INC-4; idle"),
    ("known_new_offers", "j x", "focus Offers; says a new ticket is resolved with an article; idle"),
    ("known_new_offers", "j o", "focus Sheet; on INC-4; idle"),
    ("known_new_offers", "u", "says Can't it helped: the text is written first; idle"),
    ("known_new_offers", "f", "says Can't no help: the text is written first; idle"),
    ("known_new_offers", "d", "says KB-1 is not linked; idle"),
    ("known_new_offers", "r", "says Can't reply with: the text is written first; idle"),
    ("knownticket", "S", "shows x resolve with; shows n make article; focus Sheet"),
    ("knownticket", "S Esc", "focus Sheet; hides n make article"),
    ("knownticket", "S s", "focus Offers; shows May help with INC-1; idle"),
    ("may_help", "q", "focus Sheet; idle"),
    ("may_help", "i", "focus Form; shows Note on INC-1; shows Restart the agent; idle"),
    ("may_help", "r", "focus Form; shows the requester sees it; shows Restart the agent; idle"),
    ("may_help", "l", "does Cite; says relates to INC-1; focus Sheet"),
    ("may_help", "l S s d", "does Uncite; says Unlinked"),
    ("may_help", "j l", "does Link; says INC-4"),
    ("may_help", "x", "focus Form; shows Sending resolves with KB-1; idle"),
    ("may_help", "x Esc d", "focus Sheet; hides Sending resolves"),
    ("may_help", "x Esc Enter", "does Use; says Resolved INC-1 with KB-1"),
    ("may_help", "j x", "focus Form; shows Rebooted the gateway in Kiel.; idle"),
    ("may_help", "u", "does Use; says KB-1 VPN drops after sleep helped with INC-1"),
    ("may_help", "f", "focus Form; shows KB-1 VPN drops after sleep did not help; idle"),
    ("may_help", "f 'Old. Enter", "does Rate; says did not help"),
    ("knownticket", "S x", "focus Picker; shows KB-1; idle"),
    ("knownticket", "S x 'sleep Enter Esc", "focus Leaving; shows discard; idle"),
    ("knownticket", "S x 'zzzz", "focus Picker; shows none fits"),
    ("knownticket", "S c Enter", "focus Form; shows Note on INC-1; shows Restart the agent"),
    ("knownticket", "S r Enter", "focus Form; shows the requester sees it; shows Restart the agent"),
    ("knownticket", "S u 'mx2 Enter", "does Use; says KB-2 Mail waits at mx2 helped with INC-1"),
    ("knownticket", "S f Enter Enter", "does Rate; says KB-1 VPN drops after sleep did not help"),
    ("knownticket", "S f Enter 'Old Esc Esc g w Enter", "focus Form; shows did not help; shows Old"),
    ("knownticket", "S l 'kb2 Enter", "does Cite; says KB-2 Mail waits at mx2 relates to INC-1"),
    ("knownticket", "S d", "focus Picker; shows it is linked with none; idle"),
    ("knownticket", "S l Enter S d Enter", "does Uncite"),
    ("knownticket", "S n", "focus Form; shows Article from INC-1; idle"),
    ("knownticket", "S n Esc", "focus Leaving; shows discard; idle"),
    ("knownticket", "S n Esc d Esc", "focus List"),
    ("knownticket", "S n '! Esc Esc g w Enter", "focus Form; shows VPN down in Lyon!"),
    ("knownticket", "S n Esc d S n '! Esc Enter", "does Write; says Added KB-3 VPN down in Lyon!"),
    ("knownticket", "S k", "says INC-1 is no problem; idle"),
    ("knownticket", "S t", "says INC-1 is no problem; idle"),
    ("knownticket", "S o Enter", "focus ArticlePane; on KB-1; idle"),
    ("knownticket", "S o Enter H", "focus Sheet; on INC-1"),
    ("knownticket", "j j j j j Enter", "focus ArticlePane; on KB-1; idle"),
    ("knownticket", "j j j j j Enter -", "focus Sheet; on INC-1"),
    ("knownticket", "S z", "says S z does nothing here"),
    ("problem", "S k", "focus Form; shows KB-2 Mail waits at mx2 as the problem has it today; idle"),
    ("problem", "S t", "focus Bulk; shows INC-2; idle"),
    ("problem", "S t Esc", "says Nothing was changed; idle"),
    ("problem", "S t Enter", "does Tell; says Noted the workaround of KB-2 on 1 open incident"),
    ("known", "Space Space S u 'sleep Enter", "focus Bulk; idle"),
    ("known", "Space Space S n", "says one ticket at a time; idle"),
    ("known", "2 S s", "says no ticket is selected; idle"),
];

/// A runbook followed with a ticket in hand: INC-1 is an alert of which KB-1 is the runbook.
const HAND: &[Case] = &[
    ("alert", "S b", "focus Picker; shows Follow for INC-1; shows KB-1; idle"),
    (
        "alert",
        "S b Enter",
        "does Follow; focus Hand; shows for INC-1, 0 of 3 done; says INC-1 follows KB-1 VpnDown: 3 steps",
    ),
    ("alert", "S b Esc", "focus Sheet; idle"),
    ("inhand", "Space", "does Done(1, true); shows 1 of 3 done; focus Hand"),
    ("inhand", "Space k k Space", "does Done(1, false); shows 0 of 3 done"),
    ("inhand", "y c", "does Copy(\"systemctl stop vpn\\n\")"),
    ("inhand", "q", "focus Sheet; on INC-1; hides for INC-1; idle"),
    ("inhand", "-", "focus Sheet; on INC-1; idle"),
    ("inhand", "g g Space", "says Can't tick: the cursor is on no step; idle"),
    ("inhand", "Esc", "focus ArticleList; shows for INC-1; idle"),
    ("inhand", "g l", "focus ArticlePane; idle"),
    ("inhand", "/ 'gateway Enter Enter n", "focus Hand; says Hit; idle"),
];

/// Among articles: KB-1 and KB-3 are about the VPN, KB-2 is not; KB-4 is a draft, KB-5 was retired.
const KNOWLEDGE: &[Case] = &[
    ("list", "4", "focus ArticleList; shows No article is published. n writes one; idle"),
    ("list", "g k", "focus ArticleList"),
    ("articles", "1 4", "focus ArticleList; on KB-1"),
    ("articles", "j", "on KB-2"),
    ("articles", "Down Up", "on KB-1"),
    ("articles", "j k", "on KB-1"),
    ("articles", "G", "on KB-3"),
    ("articles", "End Home", "on KB-1"),
    ("articles", "G g g", "on KB-1"),
    ("articles", "ctrl-d ctrl-u", "on KB-1"),
    ("articles", "PgDn PgUp", "on KB-1"),
    ("articles", "J K", "on KB-1; idle"),
    ("articles", "Enter", "focus ArticlePane; shows Restart the client"),
    ("articles", "l", "focus ArticlePane"),
    ("articles", "Right Left", "focus ArticleList"),
    ("articles", "Tab", "focus ArticlePane"),
    ("articles", "Tab Tab", "focus ArticleList"),
    ("articles", "]", "shows [Drafts 1]; on KB-4"),
    ("articles", "[", "shows [Gaps]; shows scanner jam"),
    ("articles", "] H", "shows [Published 3]; on KB-1"),
    ("articles", "g v 'retired Enter", "shows [Retired 1]; on KB-5"),
    ("articles", "g v 'due Enter", "shows No article is due for review"),
    ("articles", "g v 'flag Enter", "shows No reader says that something is wrong"),
    ("articles", "g v 'mine Enter", "shows [Mine 4]"),
    ("articles", "Space", "marks 1; on KB-2"),
    ("articles", "M", "marks 3"),
    ("articles", "M M", "marks 0"),
    ("articles", "v j v", "marks 2"),
    ("articles", "v j Esc", "marks 0"),
    ("articles", "Space Esc", "marks 0; focus ArticleList"),
    ("articles", "Esc", "says q quits"),
    ("articles", "q", "does Quit(0)"),
    ("articles", "z", "shows KB-1"),
    ("article", "z Esc", "focus ArticlePane"),
    ("articles", "R", "does Page; on KB-1; idle"),
    ("articles", "!", "does Shell(Some(\"KB-1\"))"),
    ("articles", "/ 'gateway", "shows [Found 2]; focus Filter; idle"),
    ("articles", "/ 'gateway Enter", "focus ArticleList; shows Found, gateway; idle"),
    ("articles", "/ 'gateway Esc", "shows [Published 3]; idle"),
    ("articles", "/ 'gateway Enter Esc", "shows [Published 3]"),
    ("articles", "/ 'gateway Enter ]", "shows [Published 3]; hides Found"),
    ("articles", "/ 'gateway Enter [", "shows [Gaps]; hides Found"),
    ("articles", "/ 'zzqq Enter", "shows Nothing is known about zzqq; does Missed"),
    ("articles", "/ 'zzqq Esc", "does Missed; shows [Published 3]"),
    ("articles", "/ 'zzqq", "shows Nothing is known about zzqq; idle"),
    ("articles", "/ 'kb2 Enter", "on KB-2"),
    ("articles", ": 'filter_gateway Enter", "shows Found, gateway"),
    ("articles", ": 'article.flag Enter", "focus Form; shows Something is wrong with KB-1"),
    ("articles", ": 'assign_anna Enter", "says this is for the Queue tab; idle"),
    ("articles", "1 g i 'kb3 Enter", "focus ArticlePane; on KB-3"),
    ("list", "g i 'kb99 Enter", "says there is no KB-99; focus ArticleList"),
    ("articles", "g i '3 Enter", "focus ArticlePane; on KB-3"),
    ("articles", "g i 'order_a_badge Enter", "focus ArticlePane; on KB-2"),
    ("found", "n", "focus Picker; shows New article"),
    ("reading", "n", "says Hit 1 of; idle"),
    ("reading", "n N", "says from the end again"),
    ("gaps", "Enter 'how-to Enter", "focus Form; shows scanner jam; idle"),
    ("gaps", "s", "says no article is selected; idle"),
    ("gaps", "Space", "says this is no article yet"),
    ("article", "j k", "focus ArticlePane; on KB-1"),
    ("article", "Down Up", "focus ArticlePane; on KB-1"),
    ("article", "ctrl-d ctrl-u PgDn PgUp G g g", "focus ArticlePane; shows KB-1"),
    ("article", "End Home", "shows KB-1  Drops"),
    ("article", "h", "focus ArticleList; on KB-1"),
    ("article", "q", "focus ArticleList"),
    ("article", "Esc", "focus ArticleList"),
    ("article", "j l h h", "focus ArticleList"),
    ("article", "Enter", "says the cursor is on nothing"),
    ("article", "j l Enter", "focus Picker; shows State of KB-1"),
    ("article", "j Enter", "focus Form; shows Type   fault"),
    ("article", "]", "shows [Links 2]"),
    ("article", "[", "shows [History]"),
    ("article", "o", "focus Picker; shows Headings of KB-1; shows Cause"),
    ("article", "o 'fix Enter", "focus ArticlePane; shows Restart the client"),
    ("article", "f", "says the text of this article has no links"),
    ("article", "y c", "says there is no code in sight"),
    ("runbook", "f '1 Enter", "focus ArticlePane; on KB-1"),
    ("runbook", "f '1 Enter Backspace", "on KB-3"),
    ("runbook", "f '6 Enter", "focus ArticlePane; on KB-3"),
    ("runbook", "f '9 Enter", "says there is no link 9"),
    ("runbook", "f 'x Enter", "says 'x' is no number of a link"),
    ("runbook", "f '3 Enter", "focus Sheet; on INC-1"),
    ("runbook", "f '4 Enter", "focus CiPane; on CI-4"),
    ("runbook", "f '5 Enter", "does Copy(\"https://example.org/vpn\"); focus ArticlePane"),
    ("runbook", "y c", "does Copy(\"systemctl status vpn\\n\")"),
    ("runbook", "j j j j j j", "shows systemctl restart vpn"),
    ("links", "Enter", "focus Sheet; on INC-1"),
    ("links", "Enter H", "focus ArticlePane; shows [Links 2]; on KB-1"),
    ("links", "j Enter", "on KB-3; shows [Article]"),
    ("links", "B", "does Uncite; shows [Links 1]"),
    ("article", "B", "says the cursor is on no link"),
    ("versions", "Enter", "shows from edition 1 to edition 2"),
    ("versions", "Enter Esc", "shows [Versions 2]; focus ArticlePane"),
    ("versions", "Space j Enter", "shows from edition 1 to edition 2"),
    ("versions", "j p", "shows KB-1 edition 1"),
    ("versions", "j x", "does Restore; says back to edition 1"),
    ("article", "x", "says the cursor is on no edition; idle"),
    ("article", "g h", "shows [History]; shows kb edit"),
    ("links", "g e", "shows [Article]"),
    ("articles", "g l", "focus ArticlePane; shows [Links 2]"),
    ("articles", "g n", "focus ArticlePane; shows [Versions 2]"),
    ("articles", "n", "focus Picker; shows Fault and fix; idle"),
    ("articles", "n 'how-to Enter 'Badges Esc Enter", "does Write; says Added KB-6 Badges; focus ArticlePane; on KB-6"),
    ("articles", "n 'how-to Enter 'Bad Esc Esc n 'how-to Enter", "shows Bad; says This is your draft"),
    ("articles", "n 'how-to Enter 'Bad Esc Esc 1 g w Enter", "focus Form; shows Bad"),
    ("articles", "e", "focus Form; shows Edit KB-1; shows Drops of the VPN"),
    ("articles", "e '! Esc Enter", "does Edit; says Set title of KB-1"),
    ("articles", "e Esc", "focus ArticleList; idle"),
    ("articles", "E", "does Editor; focus Form; shows The VPN drops"),
    ("articles", "E '! Esc Esc g w Enter", "focus Form; shows This is your draft"),
    ("articles", "s 'retire Enter", "does Advance; says is retired"),
    ("articles", "] s 'publ Enter", "does Advance; says KB-4 Half an idea is published"),
    ("articles", "] s 'later Enter '2h Enter", "does 2h; says to be published"),
    ("articles", "] s 'later Enter 'soon Enter", "shows not 'soon'; focus Form"),
    ("articles", "Space Space s 'retire Enter", "says 2 articles are retired"),
    ("articles", "r", "focus Form; shows still holds; idle"),
    ("articles", "Space Space r Enter", "does Review; says reviewed 2 articles"),
    ("articles", "+", "does helped: true"),
    ("articles", "_ 'Old. Enter", "does helped: false"),
    ("articles", "F 'Gone. Enter", "does Flag; says Flagged KB-1"),
    ("articles", "F Enter", "focus Form; shows What: needed; idle"),
    ("articles", "F 'Gone. Enter r Enter", "says Reviewed KB-1"),
    ("articles", "D", "focus Picker; shows Retire KB-1 Drops of the VPN after sleep? Type 1; idle"),
    ("articles", "D '1 Enter", "does Advance; says is retired"),
    ("articles", "Space Space D", "focus Picker; shows Retire 2 articles? Type 2; idle"),
    ("articles", "Space Space D '2 Enter", "says 2 articles are retired"),
    ("articles", "D '1 Enter u", "says Undid; shows [Published 3]"),
    ("articles", "D '1 Enter u ctrl-r", "says Redid"),
    ("articles", "b", "focus Picker; shows relates to; shows about a CI"),
    ("articles", "b 'relates Enter 'mail Enter", "does Cite; says INC-2"),
    ("articles", "b 'CI Enter 'esx1 Enter", "does About; says Set cis of KB-1"),
    ("articles", "b 'service Enter", "focus Picker; shows about this service"),
    ("articles", "i", "does Owner"),
    ("articles", "t 'x Esc Enter", "does Edit; says Set tags of KB-1"),
    ("articles", "& 'title Enter", "focus Page; shows KB-1 Title: Drops of the VPN"),
    ("article", "j &", "focus Page; shows KB-1 Type"),
    ("articles", "| 'wc Enter", "does Pipe"),
    ("articles", "y i", "does Copy(\"KB-1\")"),
    ("articles", "y t", "does Copy(\"Drops of the VPN after sleep\")"),
    ("articles", "y y", "does Copy(\"KB-1 Drops of the VPN after sleep\")"),
    ("articles", "y b", "does Copy(\"## Symptom"),
    ("articles", "Space Space e", "says one article at a time"),
    ("articles", "u", "says nothing was done in this sitting"),
];

/// A sitting in that place.
fn place(name: &str) -> Sitting {
    let keys = match name {
        _ if [cmdb::place, change::place, changes::place, knowledge::place, solve::place, hand::place]
            .iter()
            .any(|place| place(name).is_some()) =>
        {
            ""
        }
        "list" | "wide" | "empty" | "wall" => "",
        "views" => "Shift-Tab",
        "ticket" => "Enter",
        "two" => "Space Space",
        "bulk" => "Space Space i",
        "filter" => "/",
        "help" => "?",
        "assign" => "a",
        "prompt" => "g i",
        "page" => "& 'priority Enter",
        "note" => "c",
        "half" => "c 'half",
        "leaving" => "c 'half Esc",
        "new" => "n 'incident Enter",
        "resolved" => "x 'fixed Tab 'Done. Esc Enter ] ] ] ] ] ] ] ]",
        "conflict" => "e",
        other => panic!("there is no place {other}"),
    };
    if let Some(keys) = change::place(name) {
        let size = if name.ends_with("_wide") { (160, 45) } else { (80, 24) };
        let mut sitting = change::plans(size);
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    if let Some(keys) = solve::place(name) {
        let mut sitting = solve::known((80, 24));
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    if let Some(keys) = hand::place(name) {
        let mut sitting = hand::woken((80, 24));
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    if let Some(keys) = cmdb::place(name) {
        let mut sitting = cmdb::racks((80, 24));
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    if let Some(keys) = knowledge::place(name) {
        let mut sitting = knowledge::shelf((80, 24));
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    if let Some(keys) = changes::place(name) {
        let mut sitting = changes::desk((80, 24));
        press(&mut sitting, keys, &mut BTreeSet::new());
        return sitting;
    }
    let titles: &[&str] = if name == "empty" { &[] } else { &["VPN down in Lyon", "Mail is slow", "Printer on fire"] };
    let size = if matches!(name, "wide" | "views") { (200, 50) } else { (80, 24) };
    let mut sitting = Sitting::with(titles, size);
    if name == "wall" {
        let (author, look) = (sitting.author.clone(), sitting.model.look);
        sitting.model = Model::new(author, "ops", size, look, sitting.moment.now, sitting.moment.zone);
        sitting.model.watch = Some(String::from("is:open"));
        let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
        sitting.happens(Msg::Opened(welcome));
        return sitting;
    }
    sitting.keys("] ]");
    press(&mut sitting, keys, &mut BTreeSet::new());
    if name == "conflict" {
        let set = Edit::from([(Field::Title, Value::from("VPN down everywhere"))]);
        sitting.bert(Command::Edit { on: vec![sitting.id().into()], set, tag: Vec::new(), untag: Vec::new() });
        sitting.types("!").keys("Esc Enter");
    }
    sitting
}

/// Presses the keys of a case, and notes which actions they ran.
pub(super) fn press(sitting: &mut Sitting, keys: &str, ran: &mut BTreeSet<ActionId>) {
    for word in keys.split_whitespace() {
        if let Some(text) = word.strip_prefix('\'') {
            sitting.types(&text.replace('_', " "));
            continue;
        }
        let key: Key = word.parse().unwrap();
        let pressed: Vec<Key> = sitting.model.pending.iter().copied().chain([key]).collect();
        if let Meaning::Act(row) = sitting.model.keymap.resolve(focus::scopes(&sitting.model), &pressed) {
            ran.insert(row.id);
        }
        sitting.keys(word);
    }
}

/// What of this is not true.
fn fault(sitting: &Sitting, expected: &str) -> Option<String> {
    let (word, rest) = expected.split_once(' ').unwrap_or((expected, ""));
    let message = sitting.model.message.as_ref().map(|message| message.text.clone()).unwrap_or_default();
    let did: Vec<String> = sitting.did.iter().map(|effect| format!("{effect:?}")).collect();
    let focus = format!("{:?}", focus::scopes(&sitting.model)[0]);
    let screen = sitting.screen();
    let shown = screen.iter().any(|row| row.contains(rest));
    let (true_, got) = match word {
        "does" => (did.iter().any(|effect| effect.contains(rest)), did.join("\n")),
        "idle" => (!did.iter().any(|effect| effect.starts_with("Do(")), did.join("\n")),
        "says" => (message.contains(rest), message),
        "shows" => (shown, screen.join("\n")),
        "hides" => (!shown, screen.join("\n")),
        "focus" => (focus == rest, focus),
        "on" => (sitting.on() == rest, sitting.on()),
        "marks" => {
            let model = &sitting.model;
            let marks = match model.tab {
                Tab::Cmdb => model.cmdb.marks.len(),
                Tab::Knowledge => model.knowledge.rows.marks.len(),
                _ => model.queue.marks.len(),
            };
            (marks.to_string() == rest, marks.to_string())
        }
        other => panic!("'{other}' is no expectation"),
    };
    (!true_).then(|| format!("not '{expected}', but {got}"))
}

/// Runs cases and tells of all that fail.
fn check(cases: &[Case]) -> BTreeSet<ActionId> {
    let mut ran = BTreeSet::new();
    let mut faults = Vec::new();
    for (name, keys, expected) in cases {
        let mut sitting = place(name);
        sitting.did.clear();
        press(&mut sitting, keys, &mut ran);
        let wrong = expected.split("; ").filter_map(|one| fault(&sitting, one));
        faults.extend(wrong.map(|why| format!("{name}: {keys}: {why}")));
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n\n"));
    ran
}

#[test]
fn each_key_does_in_each_place_what_the_table_says() {
    let all: Vec<Case> =
        [GOING, LEAVING, WORK, MANY, TYPING, NOTHING, CMDB, CHANGES, PLANS, SOLVING, KNOWLEDGE, HAND].concat();
    // Each case makes a desk: four at a time.
    let ran: BTreeSet<ActionId> = std::thread::scope(|scope| {
        let parts: Vec<_> = all.chunks(all.len().div_ceil(4)).map(|part| scope.spawn(|| check(part))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let untold: Vec<&str> = action::all().filter(|row| !ran.contains(&row.id)).map(|row| row.name).collect();
    assert_eq!(untold, [] as [&str; 0], "no case tells what these do");
}

#[test]
fn on_a_desk_that_can_only_be_read_every_key_that_changes_it_says_so() {
    for row in action::all().filter(|row| row.risk == Risk::Write && row.scope.is_in_palette()) {
        let mut sitting = place(match row.scope {
            Scope::Sheet => "ticket",
            Scope::Ci => "cis",
            Scope::Article => "articles",
            Scope::ArticlePane => "article",
            Scope::Hand => "inhand",
            Scope::Calendar | Scope::Planned => "plan",
            _ => "list",
        });
        sitting.model.read_only = Some(String::from("this desk is read-only for you"));
        sitting.did.clear();
        sitting.keys(row.keys[0]);
        assert_eq!(fault(&sitting, "says this desk is read-only for you"), None, "{}", row.name);
        assert_eq!(fault(&sitting, "idle"), None, "{}", row.name);
    }
}

#[test]
fn every_chord_begun_shows_what_can_follow() {
    for row in action::all() {
        let keys: Vec<&str> = row.keys[0].split(' ').collect();
        let place = match row.scope {
            Scope::Global | Scope::List | Scope::Ticket => "list",
            Scope::Sheet => "ticket",
            Scope::CiClasses => "classes",
            Scope::Ci | Scope::CiList => "cis",
            Scope::CiPane => "ci",
            Scope::Article | Scope::ArticleList => "articles",
            Scope::ArticlePane => "article",
            Scope::Calendar | Scope::Planned => "plan",
            Scope::Form | Scope::Text => "half",
            _ => continue,
        };
        if keys.len() > 1 {
            let mut sitting = self::place(place);
            sitting.keys(keys[0]);
            let screen = sitting.screen();
            let footer = screen[screen.len() - 3..].join("\n");
            assert!(footer.contains(&format!("{} {}", keys[1], row.title)), "{}: {footer}", row.name);
        }
    }
}
