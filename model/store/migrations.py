"""The form of the tables, step by step. A step that was released is never changed; a new form is a new step.

The words are those that SQLite and PostgreSQL share. Rows of saved_case are only ever added: the database itself refuses
two rows with the same name and revision.
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE saved_case (
            name TEXT NOT NULL,
            revision INTEGER NOT NULL,
            saved_at TEXT NOT NULL,
            author TEXT NOT NULL,
            note TEXT NOT NULL,
            token TEXT NOT NULL,
            PRIMARY KEY (name, revision)
        )""",
    ),
    (
        "ALTER TABLE saved_case ADD COLUMN model_version TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE saved_case ADD COLUMN inputs_hash TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE saved_case ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
    ),
)
