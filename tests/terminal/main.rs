//! Real processes in real (pseudo) terminals: what only a kernel can prove.
//!
//! `desk`, `leaving`, `away`, `keys`, `terms`, `looks`, `trouble`, `wire` and `relay` run the real program. `drawing`,
//! `ending`, `lending` and `typing` run `child`, the least program on the same `tui::term`, which can be made to panic, to
//! hang and to count its writes.
//!
//! | what goes wrong in terminal programs | test |
//! |---|---|
//! | the terminal closes and the process spins or stays, also under nohup | `leaving::a_closed_terminal_ends_the_process…` |
//! | a signal leaves the terminal raw or the text lost | `leaving::every_signal_gives_the_terminal_back…` |
//! | the terminal takes no more bytes and the process can't be ended | `leaving::a_terminal_that_takes_no_more_bytes…` |
//! | the loop hangs and SIGTERM does nothing | `ending::a_loop_that_does_not_answer_is_ended_all_the_same` |
//! | a panic leaves the terminal raw, or that of a worker ends the screens | `ending::a_panic…` |
//! | an arrow that the line cuts after ESC closes what is open, and its rest runs | `keys::an_arrow_that_the_line_cut…`, `typing::an_arrow…` |
//! | replies to OSC, DCS, DA come in as typing | `keys::replies_of_a_terminal…`, `typing::replies…` |
//! | the program asks the terminal, and waits or leaves the answer behind | `drawing::the_terminal_is_never_asked_anything` |
//! | a key that comes with a resize is stuck until the next | `keys::a_key_that_comes_with_a_resize…` |
//! | `NO_COLOR` makes the selected row invisible | `desk::no_color…`, `drawing::with_no_color…` |
//! | colours or box characters where there are none | `looks::the_linux_console_and_vt100…`, `looks::a_c_locale…` |
//! | a frame in many writes, or something written when nothing changed | `drawing::a_frame_is_one_write…`, `drawing::nothing_is_written…` |
//! | a scrolled row costs a screen | `wire::one_row_down…`, `relay::a_key_that_is_held_down…` |
//! | over a slow line keys are lost or frames pile up | `relay::keys_typed_while_the_line_is_full…` |
//! | a tick redraws while nothing happens | `desk::a_change_of_another_process_shows_by_itself…` |
//! | pasted lines run as commands | `keys::a_paste…`, `typing::a_paste…` |
//! | keys typed while it starts are lost | `keys::keys_typed_before_the_desk_is_open…` |
//! | ctrl-z is refused, from the editor stops the wrong one, or fg comes back to a broken screen | `away::ctrl_z…`, `away::being_told_to_stop…`, `lending` |
//! | a crashed editor leaves its modes on, or takes the text with it | `away::an_editor_that_crashed…` |
//! | ctrl-c in the editor ends the program | `lending::ctrl_c_in_the_editor_is_the_editors` |
//! | what was typed is lost by kill, hang-up, ctrl-c | `leaving` |
//! | a window of one cell, or sizes that come fast, panic | `looks::a_storm_of_sizes…`, `looks::forty_by_ten…` |
//! | copying over ssh reaches the wrong machine, or inside screen nothing | `terms::a_number_is_copied…`, `terms::inside_tmux…`, `terms::the_users_own…` |
//! | the mouse is taken | `looks::the_wheel_is_left…` |
//! | a broken key file is passed over in silence | `looks::a_mistake_in_the_configuration…` |
//! | screen readers hear lines | `looks::plain_screens…` |
//! | a dumb terminal or a pipe is painted on | `terms::a_dumb_terminal…`, `terms::screens_into_a_pipe…` |
//! | a busy or vanished desk freezes the screens | `trouble` |

// A harness fails a test by panicking; clippy knows only the functions marked as tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod away;
mod child;
mod desk;
mod drawing;
mod ending;
mod home;
mod keys;
mod leaving;
mod lending;
mod looks;
mod pty;
mod relay;
mod terms;
mod trouble;
mod typing;
mod wire;
