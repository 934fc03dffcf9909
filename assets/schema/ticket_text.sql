-- Full text of tickets: titles, and bodies (description, resolution, notes, replies). One document a ticket.
CREATE VIRTUAL TABLE IF NOT EXISTS ticket_text USING fts5 (
  title, body,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
